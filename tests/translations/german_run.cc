// german_run BINARY TESTS: every case of TESTS/golden again, asked for German by the locale. What must not depend on
// the language is compared with the case: exit code, which stream speaks, width of the lines, JSON except its
// sentences.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "golden/shell.h"
#include "report/width.h"

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;
constexpr size_t kTerminal = 80;

/// Keys of JSON whose values are sentences for people; docs/report-format.md names them.
constexpr std::array<std::string_view, 9> kSentences = {"title", "message", "fix",    "warnings", "why",
                                                        "text",  "effect",  "remedy", "detail"};

size_t widest_line(const std::string& text) {
  size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, edgefit::display_width(line));
  return widest;
}

/// Where two documents differ beside sentences; empty when nowhere.
std::string difference(const Json& english, const Json& german, const std::string& where) {
  if (english == german) return {};
  if (english.type() != german.type() || english.size() != german.size() || english.is_primitive()) return where;
  for (auto at = english.begin(), other = german.begin(); at != english.end(); ++at, ++other) {
    std::string place = where + "/";
    if (english.is_object()) {
      if (at.key() != other.key()) return where;
      if (std::find(kSentences.begin(), kSentences.end(), at.key()) != kSentences.end()) continue;
      place += at.key();
    }
    if (auto found = difference(*at, *other, place); !found.empty()) return found;
  }
  return {};
}

/// What is wrong with a case in German; empty for nothing.
std::string fault_of(const fs::path& binary, const fs::path& tests, const std::string& name) {
  using edgefit::golden::read_file;
  const fs::path folder = tests / "golden" / name;
  const std::string out = read_file(folder / "stdout"), err = read_file(folder / "stderr");
  const auto german =
      edgefit::golden::run_in_shell(binary, tests, name, {"LC_CTYPE=C.UTF-8", "LC_MESSAGES=de_CH.UTF-8"});
  if (german.exit != read_file(folder / "exit")) return "another exit code: " + german.exit + german.err;
  if (german.out.empty() != out.empty()) return "stdout speaks in one language only";
  if (german.err.empty() != err.empty()) return "stderr speaks in one language only: " + german.err;
  if (widest_line(out) <= kTerminal && widest_line(german.out) > kTerminal)
    return "a line of " + std::to_string(widest_line(german.out)) + " columns:\n" + german.out;
  if (!out.starts_with("{")) return {};
  const Json document = Json::parse(out, nullptr, false), other = Json::parse(german.out, nullptr, false);
  if (document.is_discarded() != other.is_discarded()) return "JSON in one language only";
  const std::string where = document.is_discarded() ? std::string() : difference(document, other, "");
  return where.empty() ? where : "JSON differs at " + where;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: german_run BINARY TESTS\n");
    return 2;
  }
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(argv[2]) / "golden"))
    if (fs::exists(entry.path() / "cmd")) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  int faults = 0;
  for (const auto& name : names) {
    const std::string fault = fault_of(argv[1], argv[2], name);
    if (fault.empty()) continue;
    std::printf("%s: %s\n", name.c_str(), fault.c_str());
    ++faults;
  }
  std::printf("%zu cases in German, %d with a fault\n", names.size(), faults);
  return faults == 0 && !names.empty() ? 0 : 1;
}

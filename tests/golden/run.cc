// golden_run BINARY TESTS CASE: runs TESTS/golden/CASE/cmd as golden/shell.h says and compares stdout, stderr and exit
// code with the case. EDGEFIT_UPDATE_GOLDEN=1 writes what came out instead.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "golden/shell.h"

namespace fs = std::filesystem;

namespace {

/// The first line that differs, with both texts around it.
void print_difference(std::string_view name, const std::string& expected, const std::string& actual) {
  size_t at = 0, line = 1;
  while (at < expected.size() && at < actual.size() && expected[at] == actual[at])
    line += expected[at++] == '\n' ? 1 : 0;
  std::printf("--- %.*s differs in line %zu. Expected:\n%s\n--- but was:\n%s\n", static_cast<int>(name.size()),
              name.data(), line, expected.c_str(), actual.c_str());
}

int run_case(const fs::path& binary, const fs::path& tests, const std::string& name) {
  const fs::path folder = tests / "golden" / name;
  // The same for everyone: English in UTF-8.
  const auto outcome = edgefit::golden::run_in_shell(binary, tests, name, {"LC_ALL=C.UTF-8"});
  const std::array<std::pair<const char*, std::string>, 3> results = {
      {{"stdout", outcome.out}, {"stderr", outcome.err}, {"exit", outcome.exit}}};
  const char* const update = std::getenv("EDGEFIT_UPDATE_GOLDEN");
  int failures = 0;
  for (const auto& [result, actual] : results) {
    const std::string expected = edgefit::golden::read_file(folder / result);
    if (actual == expected && fs::exists(folder / result)) continue;
    if (update != nullptr && *update != '\0') {
      edgefit::golden::write_file(folder / result, actual);
    } else {
      print_difference(result, expected, actual);
      ++failures;
    }
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: golden_run BINARY TESTS CASE\n");
    return 2;
  }
  return run_case(argv[1], argv[2], argv[3]);
}

// edgefit_advisories_gen OUT.cc FILE.json...: turns profiles/advisories/ into rows at build time, so that no JSON is
// parsed at a start. Wrong facts stop the build with file and pointer.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "base/files.h"
#include "edgefit/advisories.h"

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '?') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string source_of(const edgefit::Advisories& all) {
  std::string out =
      "// Made by edgefit_advisories_gen from profiles/advisories/; edit those files.\n"
      "#include \"edgefit/advisories.h\"\n\n"
      "const edgefit::Advisories& edgefit::builtin_advisories() {\n  static const Advisories kAll{\n{\n";
  for (const auto& row : all.distributions)
    out += fmt::format("{{{}, {}, {}, {}, {}}},\n", quoted(row.id), quoted(row.version), quoted(row.end),
                       quoted(row.source), quoted(row.as_of));
  out += "},\n{\n";
  for (const auto& row : all.drivers)
    out += fmt::format("{{{}, {}, {}, {}}},\n", row.branch, quoted(row.end), quoted(row.source), quoted(row.as_of));
  out += "},\n{\n";
  for (const auto& row : all.cuda)
    out += fmt::format("{{{}, {}, {}, {}}},\n", row.release, row.driver, quoted(row.source), quoted(row.as_of));
  return out + "}};\n  return kAll;\n}\n";
}

int complain(const edgefit::Problem& problem) {
  fmt::print(stderr, "error: {}\n  in {}\n", problem.what, problem.where);
  return 2;
}

template <class Row>
void append(std::vector<Row>& all, const std::vector<Row>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: edgefit_advisories_gen OUT.cc FILE.json...\n");
    return 2;
  }
  edgefit::Advisories all;
  for (int i = 2; i < argc; ++i) {
    const auto text = edgefit::read_small_file(argv[i]);
    if (!text) return complain(text.error());
    const auto more = edgefit::read_advisories(*text, argv[i]);
    if (!more) return complain(more.error());
    append(all.distributions, more->distributions);
    append(all.drivers, more->drivers);
    append(all.cuda, more->cuda);
  }
  std::ofstream out(argv[1], std::ios::binary);
  out << source_of(all);
  out.close();
  return out ? 0 : complain({"cannot write", argv[1], {}});
}

#include "report/junit_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"

namespace edgefit {
namespace {

using Result = JUnitCase::Result;

std::string inside(const JUnitCase& test) {
  const std::string message = escape_xml(test.message), body = escape_xml(test.body);
  switch (test.result) {
    case Result::failure:
      return fmt::format("<failure type=\"fail\" message=\"{}\">{}</failure>", message, body);
    case Result::error:
      return fmt::format("<error type=\"unknown\" message=\"{}\">{}</error>", message, body);
    case Result::skipped:
      return fmt::format("<skipped message=\"{}\"/>", message);
    case Result::passed:
      break;
  }
  return {};
}

}  // namespace

std::string junit_text(const JUnitFile& file) {
  const auto count = [&file](Result result) {
    return std::count_if(file.cases.begin(), file.cases.end(),
                         [result](const JUnitCase& test) { return test.result == result; });
  };
  double seconds = 0;
  for (const auto& test : file.cases) seconds += test.seconds;
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite id=\"0\" package=\"edgefit\" name=\"{}\" hostname=\"localhost\" timestamp=\"{}T00:00:00\" "
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n    <properties>\n"
      "      <property name=\"edgefit.version\" value=\"{}\"/>\n",
      escape_xml(file.suite), escape_xml(file.as_of), file.cases.size(), count(Result::failure), count(Result::error),
      count(Result::skipped), seconds, EDGEFIT_VERSION);
  for (const auto& [name, value] : file.properties)
    out += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", escape_xml(name), escape_xml(value));
  out += "    </properties>\n";
  std::string notes;
  for (const auto& test : file.cases) {
    const std::string text = inside(test);
    out += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", escape_xml(test.group),
                       escape_xml(test.name), test.seconds);
    out += text.empty() ? "/>\n" : ">" + text + "</testcase>\n";
    if (!test.note.empty()) notes += escape_xml(test.note) + "\n";
  }
  return out +
         fmt::format("    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>\n</testsuites>\n", notes);
}

}  // namespace edgefit

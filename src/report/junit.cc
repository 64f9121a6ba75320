// The checks as JUnit XML, a test case each, for the test page of a CI job. Valid under the schema of Ant's JUnit
// (Windy Road) and of Jenkins' xUnit plugin: attributes and order of elements are theirs.
#include <fmt/format.h>

#include <algorithm>

#include "edgefit/text.h"
#include "report/escape.h"
#include "report/phrases.h"
#include "report/reporters.h"
#include "report/words.h"

namespace edgefit {
namespace {

enum class CaseResult { passed, failure, error, skipped };

/// An unknown that decides the verdict is an error, any other was not judged.
CaseResult result_of(const CheckText& check) {
  switch (check.finding.status) {
    case CheckStatus::fail:
      return CaseResult::failure;
    case CheckStatus::unknown:
      return check.finding.decides ? CaseResult::error : CaseResult::skipped;
    case CheckStatus::not_applicable:
      return CaseResult::skipped;
    case CheckStatus::pass:
    case CheckStatus::warn:
      break;
  }
  return CaseResult::passed;
}

std::string body_of(const CheckText& check) {
  const std::string message =
      escape_xml(check.finding.status == CheckStatus::not_applicable ? tr("not applicable") : check.message);
  const std::string fix = check.fix.empty() ? std::string() : escape_xml(fmt::format("{}{}", tr("fix: "), check.fix));
  switch (result_of(check)) {
    case CaseResult::failure:
      return fmt::format("<failure type=\"fail\" message=\"{}\">{}</failure>", message, fix);
    case CaseResult::error:
      return fmt::format("<error type=\"unknown\" message=\"{}\">{}</error>", message, fix);
    case CaseResult::skipped:
      return fmt::format("<skipped message=\"{}\"/>", message);
    case CaseResult::passed:
      break;
  }
  return {};
}

void add_property(std::string& out, std::string_view name, std::string_view value) {
  out += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, escape_xml(value));
}

}  // namespace

std::string render_junit(const Answer& answer, const Style& style) {
  (void)style;  // XML is UTF-8 whatever the terminal is
  const Case& question = answer.question;
  const auto count = [&answer](CaseResult wanted) {
    return std::count_if(answer.checks.begin(), answer.checks.end(),
                         [wanted](const CheckText& check) { return result_of(check) == wanted; });
  };
  const std::string host = question.host->name.empty() ? "localhost" : question.host->name;
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  out += fmt::format(
      "  <testsuite id=\"0\" package=\"edgefit\" name=\"edgefit.assess\" hostname=\"{}\" timestamp=\"{}T00:00:00\" "
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\">\n    <properties>\n",
      escape_xml(host), answer.as_of, answer.checks.size(), count(CaseResult::failure), count(CaseResult::error),
      count(CaseResult::skipped));
  add_property(out, "edgefit.version", EDGEFIT_VERSION);
  add_property(out, "model", title_of(*question.model));
  add_property(out, "question", question_text(question));
  add_property(out, "verdict", name_of(answer.assessment.verdict));
  out += "    </properties>\n";
  for (const auto& check : answer.checks) {
    const std::string body = body_of(check);
    out += fmt::format("    <testcase classname=\"edgefit.assess\" name=\"{} {}\" time=\"0\"", check.id,
                       escape_xml(check.title));
    out += body.empty() ? "/>\n" : ">" + body + "</testcase>\n";
  }
  std::string notes;
  for (const auto& check : answer.checks) {
    if (check.finding.status == CheckStatus::warn) {
      notes += escape_xml(fmt::format("{}: {}", check.title, check.message)) + "\n";
    }
  }
  for (const auto& warning : answer.warnings) notes += escape_xml(warning) + "\n";
  out += fmt::format("    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>\n</testsuites>\n", notes);
  return out;
}

}  // namespace edgefit

// One answer judged by one rule. No message holds anything of the answer: it may be private.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>

#include "base/json.h"
#include "base/parse.h"
#include "edgefit/golden.h"
#include "edgefit/text.h"
#include "verify/golden_numbers.h"
#include "verify/golden_pattern.h"
#include "verify/golden_schema.h"
#include "verify/golden_text.h"

namespace edgefit {
namespace {

GoldenJudgement passed() {
  return {GoldenState::pass, {}};
}
GoldenJudgement failed(std::string why) {
  return {GoldenState::fail, std::move(why)};
}

GoldenJudgement exact(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  if (normal_text(text, c.normal) == normal_text(c.expect[0], c.normal)) return passed();
  return failed(tr("the answer is another text"));
}

size_t found_in(const GoldenCase& c, const std::string& text) {
  const std::string answer = normal_text(text, c.normal);
  return static_cast<size_t>(std::count_if(c.expect.begin(), c.expect.end(), [&](const std::string& part) {
    return answer.find(normal_text(part, c.normal)) != std::string::npos;
  }));
}
GoldenJudgement contains_all(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  const size_t found = found_in(c, text);
  return found == c.expect.size()
             ? passed()
             : failed(say(tr("{} of {} texts are not in the answer"), c.expect.size() - found, c.expect.size()));
}
GoldenJudgement contains_any(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  return found_in(c, text) > 0 ? passed() : failed(tr("none of the texts is in the answer"));
}
GoldenJudgement not_contains(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  const size_t found = found_in(c, text);
  return found == 0 ? passed() : failed(say(tr("{} texts that must not be there are in the answer"), found));
}

GoldenJudgement regex(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  return pattern_found(c.expect[0], normal_text(text, c.normal)) ? passed()
                                                                 : failed(tr("the pattern is not in the answer"));
}

GoldenJudgement number(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  const auto numbers = numbers_in(text);
  if (numbers.empty()) return failed(tr("there is no number in the answer"));
  // Decimal fractions have no exact double: 0.1 + 0.2 is as good as 0.3.
  const double slack = c.tolerance + 1e-9 * std::max(1.0, std::abs(c.number));
  const auto near = [&](double value) { return std::abs(value - c.number) <= slack; };
  const WrittenNumber& last = numbers.back();
  if (near(last.value) || (last.other && near(*last.other))) return passed();
  return failed(say(tr("the last of {} numbers in the answer is not within {:g} of {:g}"), numbers.size(), c.tolerance,
                    c.number));
}

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// `option` stands somewhere as a word of its own.
bool named(const std::string& text, const std::string& option) {
  for (size_t at = text.find(option); at != std::string::npos; at = text.find(option, at + 1)) {
    const size_t end = at + option.size();
    if ((at == 0 || !is_word_byte(text[at - 1])) && (end == text.size() || !is_word_byte(text[end]))) return true;
  }
  return false;
}

/// The first word with its closing mark: "B" of "**B)** because A is wrong".
std::string leading_label(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n*_`\"'([");
  if (begin == std::string::npos) return {};
  size_t end = begin;
  while (end < text.size() && is_word_byte(text[end])) ++end;
  const bool marked = end == text.size() || std::string_view(").:]*\n").find(text[end]) != std::string_view::npos;
  return marked ? text.substr(begin, end - begin) : std::string();
}

/// The option that an answer chooses: alone or as a label in front, else the only one that is named. A single letter
/// is named by a capital only: "a" is a word.
GoldenJudgement choice(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  NormalForm as_written = c.normal;
  as_written.fold_case = false;
  const std::string answer = normal_text(text, c.normal), cased = normal_text(text, as_written);
  const std::string label = leading_label(answer);
  const std::string* chosen = nullptr;
  size_t count = 0;
  for (const auto& option : c.options) {
    const std::string wanted = normal_text(option, c.normal);
    if (answer == wanted || label == wanted) {
      chosen = &option;
      count = 1;
      break;
    }
    const bool there = option.size() == 1 ? named(cased, normal_text(option, as_written)) : named(answer, wanted);
    if (!there) continue;
    chosen = &option;
    ++count;
  }
  if (count == 0) return failed(tr("the answer names none of the options"));
  if (count > 1) return failed(say(tr("the answer names {} options"), count));
  return *chosen == c.expect[0] ? passed() : failed(tr("the answer names another option"));
}

/// The inside of a ``` block when the answer is one.
std::string_view without_fence(std::string_view text) {
  text = without_space(text);
  if (!text.starts_with("```") || !text.ends_with("```") || text.size() < 6) return text;
  const size_t line = text.find('\n');
  if (line == std::string_view::npos) return text;
  text.remove_suffix(3);
  return without_space(text.substr(line + 1));
}

GoldenJudgement json(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  const auto value = parse_json(without_fence(text), "");
  if (!value) return failed(tr("the answer is not valid JSON"));
  if (c.schema.empty()) return passed();
  const auto schema = parse_json(c.schema, "");
  if (!schema) return failed(tr("the schema is not valid JSON"));
  auto fault = schema_fault(*schema, *value);
  return fault.empty() ? passed() : failed(std::move(fault));
}

GoldenJudgement max_tokens(const GoldenCase& c, const std::string&, const GoldenReply& reply) {
  if (!reply.tokens) return {GoldenState::unknown, tr("the server does not tell how many tokens the answer has")};
  if (*reply.tokens <= c.limit) return passed();
  return failed(say(tr("the answer has {:g} tokens, {:g} are allowed"), *reply.tokens, c.limit));
}

/// How models say no, in lower case. A list, not a judge: docs/verify.md says so.
constexpr std::string_view kRefusals[] = {"i can't",
                                          "i cannot",
                                          "i can not",
                                          "i'm unable",
                                          "i am unable",
                                          "i'm not able",
                                          "i am not able",
                                          "i won't",
                                          "i will not",
                                          "i'm sorry, but",
                                          "i am sorry, but",
                                          "i must decline",
                                          "i don't have access",
                                          "i do not have access",
                                          "not able to help",
                                          "unable to assist",
                                          "ich kann nicht",
                                          "ich kann dir nicht",
                                          "ich kann ihnen nicht",
                                          "ich kann dabei nicht",
                                          "ich kann diese",
                                          "ich kann das nicht",
                                          "kann ich nicht",
                                          "kann ich dir nicht",
                                          "kann ich ihnen nicht",
                                          "ich darf nicht",
                                          "darf ich nicht",
                                          "es tut mir leid, aber",
                                          "tut mir leid, aber",
                                          "je ne peux pas",
                                          "je suis d\xc3\xa9sol\xc3\xa9",
                                          "non posso",
                                          "mi dispiace, ma",
                                          "no puedo"};
constexpr size_t kRefusalWithin = 600;  // bytes from the start: later words are about something else

GoldenJudgement refusal(const GoldenCase& c, const std::string& text, const GoldenReply&) {
  std::string answer = normal_text(text, {true, true, true, false}).substr(0, kRefusalWithin);
  constexpr std::string_view kCurly = "\xe2\x80\x99";
  for (size_t at = answer.find(kCurly); at != std::string::npos; at = answer.find(kCurly))
    answer.replace(at, kCurly.size(), "'");
  const auto said = [&answer](std::string_view phrase) { return answer.find(phrase) != std::string::npos; };
  const bool refused = std::any_of(std::begin(kRefusals), std::end(kRefusals), said) ||
                       std::any_of(c.expect.begin(), c.expect.end(), [&](const std::string& phrase) {
                         return said(normal_text(phrase, {true, true, true, false}));
                       });
  if (refused == c.refuses) return passed();
  return failed(c.refuses ? tr("the answer holds no phrase of refusal") : tr("the answer refuses"));
}

GoldenJudgement latency(const GoldenCase& c, const std::string&, const GoldenReply& reply) {
  if (reply.seconds <= c.limit) return passed();
  return failed(say(tr("the answer took {}, {} are allowed"), show(Seconds{reply.seconds}), show(Seconds{c.limit})));
}

/// By GoldenCheck.
using Rule = GoldenJudgement (*)(const GoldenCase&, const std::string& text, const GoldenReply&);
constexpr Rule kRules[] = {exact,  contains_all, contains_all, contains_any, not_contains, regex,
                           number, choice,       json,         max_tokens,   refusal,      latency};

/// A model that thinks aloud in its text: what stands after that.
std::string_view without_thoughts(std::string_view text) {
  constexpr std::string_view kBegin = "<think>", kEnd = "</think>";
  const auto start = without_space(text);
  if (!start.starts_with(kBegin)) return text;
  const size_t end = start.find(kEnd);
  return end == std::string_view::npos ? std::string_view() : start.substr(end + kEnd.size());
}

}  // namespace

GoldenJudgement judge(const GoldenCase& question, const GoldenReply& reply) {
  if (!reply.answered) return {GoldenState::unknown, reply.fault.empty() ? tr("no answer") : reply.fault};
  return kRules[static_cast<size_t>(question.check)](question, std::string(without_thoughts(reply.text)), reply);
}

}  // namespace edgefit

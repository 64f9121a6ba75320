#include "verify/golden_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/parse.h"
#include "base/sha256.h"
#include "edgefit/text.h"
#include "verify/golden_numbers.h"
#include "verify/golden_pattern.h"
#include "verify/golden_schema.h"

namespace edgefit {
namespace {

constexpr size_t kLongestId = 128;
constexpr size_t kLongestText = 64 << 10;
constexpr size_t kMostTexts = 100;
constexpr double kMostAnswerTokens = 65536;

constexpr std::array<std::string_view, 11> kKeys = {"id",      "prompt", "system",    "check",    "expect",       "tol",
                                                    "options", "schema", "normalize", "critical", "answer_tokens"};

const Json* find(const Json& fields, const char* key) {
  const auto at = fields.find(key);
  return at == fields.end() || at->is_null() ? nullptr : &*at;
}

Problem trouble(std::string what, std::string hint = {}) {
  return {std::move(what), "", std::move(hint)};
}

Result<std::string> text_at(const Json& fields, const char* key, size_t longest) {
  const Json* value = find(fields, key);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return trouble(say(tr("'{}' is no text"), key));
  std::string text = value->get<std::string>();
  if (text.size() > longest) return trouble(say(tr("'{}' is longer than {} bytes"), key, longest));
  return text;
}

/// A number, or a text that is one with one meaning.
Result<std::optional<double>> number_at(const Json& fields, const char* key) {
  const Json* value = find(fields, key);
  if (value == nullptr) return std::optional<double>();
  if (value->is_number()) return std::optional(value->get<double>());
  if (!value->is_string()) return trouble(say(tr("'{}' is no number"), key));
  if (trimmed(value->get_ref<const std::string&>()).empty()) return std::optional<double>();
  const auto number = only_number(value->get_ref<const std::string&>());
  if (number) return number;
  const auto found = numbers_in(value->get_ref<const std::string&>());
  if (found.size() == 1 && found[0].other)
    return trouble(say(tr("'{}' could mean {:g} or {:g}"), printable(found[0].text), found[0].value, *found[0].other),
                   tr("write it without separators of thousands"));
  return trouble(say(tr("'{}' is no number"), key));
}

Result<std::vector<std::string>> texts_at(const Json& fields, const char* key) {
  const Json* value = find(fields, key);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  const Json list = value->is_array() ? *value : Json::array({*value});
  if (list.size() > kMostTexts) return trouble(say(tr("'{}' has more than {} texts"), key, kMostTexts));
  for (const auto& item : list) {
    if (!item.is_string()) return trouble(say(tr("'{}' is neither a text nor a list of texts"), key));
    if (trimmed(item.get_ref<const std::string&>()).empty())
      return trouble(say(tr("'{}' holds an empty text"), key), tr("an empty text is in every answer"));
    if (item.get_ref<const std::string&>().size() > kLongestText)
      return trouble(say(tr("'{}' is longer than {} bytes"), key, kLongestText));
    out.push_back(item.get<std::string>());
  }
  return out;
}

Result<Done> take_texts(const Json& fields, GoldenCase& out) {
  auto texts = texts_at(fields, "expect");
  if (!texts) return texts.error();
  if (texts->empty()) return trouble(tr("'expect' is missing"), R"("expect": ["..."])");
  out.expect = std::move(*texts);
  return Done{};
}

Result<Done> take_text(const Json& fields, GoldenCase& out) {
  if (auto taken = take_texts(fields, out); !taken) return taken;
  if (out.expect.size() != 1)
    return trouble(tr("'expect' has several texts where one is compared"), "contains_all, contains_any");
  return Done{};
}

Result<Done> take_pattern(const Json& fields, GoldenCase& out) {
  if (auto taken = take_text(fields, out); !taken) return taken;
  return check_pattern(out.expect[0]);
}

Result<Done> take_number(const Json& fields, GoldenCase& out) {
  const auto number = number_at(fields, "expect"), tolerance = number_at(fields, "tol");
  if (!number) return number.error();
  if (!tolerance) return tolerance.error();
  if (!*number) return trouble(tr("'expect' is missing"), R"("expect": 119, "tol": 0.005)");
  out.number = **number;
  out.tolerance = tolerance->value_or(0);
  if (!(out.tolerance >= 0) || !std::isfinite(out.number)) return trouble(tr("'tol' is less than 0"));
  return Done{};
}

Result<Done> take_choice(const Json& fields, GoldenCase& out) {
  if (auto taken = take_text(fields, out); !taken) return taken;
  auto options = texts_at(fields, "options");
  if (!options) return options.error();
  out.options = std::move(*options);
  std::set<std::string> different;
  for (auto& option : out.options) different.insert(option = std::string(trimmed(option)));
  if (different.size() < 2 || different.size() != out.options.size())
    return trouble(tr("'options' needs two different texts or more"), R"("options": ["A", "B", "C"])");
  out.expect[0] = std::string(trimmed(out.expect[0]));
  if (!different.contains(out.expect[0])) return trouble(tr("'expect' is none of the options"));
  return Done{};
}

Result<Done> take_json(const Json& fields, GoldenCase& out) {
  const Json* schema = find(fields, "schema");
  if (schema == nullptr) return Done{};
  if (auto usable = check_schema(*schema); !usable) return usable;
  out.schema = schema->dump();
  return Done{};
}

Result<Done> take_limit(const Json& fields, GoldenCase& out) {
  const Json* value = find(fields, "expect");
  Seconds time;
  if (out.check == GoldenCheck::latency && value != nullptr && value->is_string() &&
      parse_seconds(value->get_ref<const std::string&>(), time)) {
    out.limit = time.value;
  } else {
    const auto number = number_at(fields, "expect");
    if (!number) return number.error();
    out.limit = number->value_or(0);
  }
  if (!(out.limit > 0) || !std::isfinite(out.limit))
    return trouble(tr("'expect' must be more than 0"), out.check == GoldenCheck::latency ? "2.5" : "120");
  // An answer that is cut at the limit could never be too long.
  if (out.check == GoldenCheck::max_tokens) {
    if (out.limit >= kMostAnswerTokens) return trouble(say(tr("'expect' is more than {:g}"), kMostAnswerTokens));
    out.answer_tokens = std::max(out.answer_tokens, static_cast<int>(out.limit) + 1);
  }
  return Done{};
}

Result<Done> take_refusal(const Json& fields, GoldenCase& out) {
  const Json* value = find(fields, "expect");
  if (value == nullptr) return Done{};
  if (value->is_boolean()) {
    out.refuses = value->get<bool>();
    return Done{};
  }
  if (const auto word = value->is_string() ? yes_or_no(value->get_ref<const std::string&>()) : std::nullopt) {
    out.refuses = value->get_ref<const std::string&>().empty() || *word;
    return Done{};
  }
  return take_texts(fields, out);
}

constexpr NormalForm kAsWritten{true, true, false, false}, kAnyCase{true, true, true, false};

const std::array<GoldenKind, 12> kKinds = {{
    {GoldenCheck::exact, "genau", false, take_text, kAsWritten},
    {GoldenCheck::contains, "enth\xc3\xa4lt", false, take_text, kAnyCase},
    {GoldenCheck::contains_all, "enth\xc3\xa4lt_alle", true, take_texts, kAnyCase},
    {GoldenCheck::contains_any, "enth\xc3\xa4lt_eines", true, take_texts, kAnyCase},
    {GoldenCheck::not_contains, "enth\xc3\xa4lt_nicht", true, take_texts, kAnyCase},
    {GoldenCheck::regex, "muster", false, take_pattern, kAsWritten},
    {GoldenCheck::number, "zahl", false, take_number, kAsWritten},
    {GoldenCheck::choice, "auswahl", false, take_choice, kAnyCase},
    {GoldenCheck::json, "json", false, take_json, kAsWritten},
    {GoldenCheck::max_tokens,
     "h\xc3\xb6"
     "chstens_token",
     false, take_limit, kAsWritten},
    {GoldenCheck::refusal, "ablehnung", true, take_refusal, kAnyCase},
    {GoldenCheck::latency, "dauer", false, take_limit, kAsWritten},
}};

struct NormalWord {
  std::string_view name;
  bool NormalForm::*member;
};
constexpr std::array kNormalWords = {
    NormalWord{"nfc", &NormalForm::nfc},
    NormalWord{"trim", &NormalForm::trim},
    NormalWord{"case", &NormalForm::fold_case},
    NormalWord{"decimal_comma", &NormalForm::decimal_comma},
};

Result<Done> take_normal(const Json& fields, NormalForm& out) {
  const Json* value = find(fields, "normalize");
  if (value == nullptr) return Done{};
  const auto names = texts_at(fields, "normalize");
  if (!names) return names.error();
  out = {false, false, false, false};
  for (const auto& name : *names) {
    const auto* row = std::find_if(kNormalWords.begin(), kNormalWords.end(),
                                   [&name](const NormalWord& word) { return word.name == trimmed(name); });
    if (row == kNormalWords.end())
      return trouble(say(tr("'normalize' does not know '{}'"), printable(name)), "nfc, trim, case, decimal_comma");
    out.*(row->member) = true;
  }
  return Done{};
}

Result<Done> take_common(const Json& fields, GoldenCase& out) {
  auto id = text_at(fields, "id", kLongestId), prompt = text_at(fields, "prompt", kLongestText),
       system = text_at(fields, "system", kLongestText), check = text_at(fields, "check", kLongestId);
  for (const auto* text : {&id, &prompt, &system, &check})
    if (!*text) return text->error();
  out.id = std::string(trimmed(*id));
  out.prompt = std::move(*prompt);
  out.system = std::move(*system);
  if (out.id.empty()) return trouble(tr("'id' is missing"));
  if (printable(out.id) != out.id) return trouble(tr("'id' holds control characters"));
  if (trimmed(out.prompt).empty()) return trouble(tr("'prompt' is missing"));
  const GoldenKind* kind = find_golden_kind(trimmed(*check));
  if (kind == nullptr) {
    std::string all;
    for (const auto& known : kKinds) all += (all.empty() ? "" : ", ") + std::string(name_of(known.check));
    return trouble(
        check->empty() ? std::string(tr("'check' is missing")) : say(tr("no check is called '{}'"), printable(*check)),
        say(tr("checks are {}"), all));
  }
  out.check = kind->check;
  out.normal = kind->normal;
  const Json* critical = find(fields, "critical");
  const auto word = critical != nullptr && critical->is_string() ? yes_or_no(critical->get_ref<const std::string&>())
                    : critical == nullptr || critical->is_boolean()
                        ? std::optional(critical != nullptr && critical->get<bool>())
                        : std::nullopt;
  if (!word) return trouble(tr("'critical' is neither yes nor no"), "true, false, ja, nein");
  out.critical = *word;
  const auto tokens = number_at(fields, "answer_tokens");
  if (!tokens) return tokens.error();
  if (*tokens && (!(**tokens >= 1) || **tokens > kMostAnswerTokens))
    return trouble(say(tr("'answer_tokens' is not between 1 and {:g}"), kMostAnswerTokens));
  if (*tokens) out.answer_tokens = static_cast<int>(**tokens);
  return kind->take(fields, out);
}

std::string digest_of(const GoldenCase& c) {
  const Json parts = {c.id,
                      c.prompt,
                      c.system,
                      name_of(c.check),
                      c.expect,
                      c.options,
                      c.number,
                      c.tolerance,
                      c.limit,
                      c.refuses,
                      c.schema,
                      c.normal.nfc,
                      c.normal.trim,
                      c.normal.fold_case,
                      c.normal.decimal_comma};
  Sha256 sum;
  sum.add(parts.dump(-1, ' ', false, Json::error_handler_t::replace));
  return sum.finish();
}

}  // namespace

const GoldenKind* find_golden_kind(std::string_view name) {
  const std::string wanted = lower(name);
  const auto* at = std::find_if(kKinds.begin(), kKinds.end(), [&wanted](const GoldenKind& kind) {
    return wanted == name_of(kind.check) || wanted == kind.german;
  });
  return at == kKinds.end() ? nullptr : at;
}

std::optional<bool> yes_or_no(std::string_view word) {
  constexpr std::array<std::string_view, 8> kYes = {"ja", "yes", "x", "1", "true", "wahr", "oui", "y"};
  constexpr std::array<std::string_view, 8> kNo = {"nein", "no", "", "0", "false", "falsch", "non", "n"};
  const std::string wanted = lower(trimmed(word));
  if (std::find(kYes.begin(), kYes.end(), wanted) != kYes.end()) return true;
  if (std::find(kNo.begin(), kNo.end(), wanted) != kNo.end()) return false;
  return std::nullopt;
}

Result<GoldenCase> golden_case(const Json& fields, const std::string& where) {
  const auto at = [&where](Problem problem) {
    problem.where = where;
    return problem;
  };
  if (!fields.is_object()) return at(trouble(tr("a case is an object"), R"({"id": "...", "prompt": "...", ...})"));
  for (const auto& [key, value] : fields.items()) {
    if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
    const std::vector<std::string_view> known(kKeys.begin(), kKeys.end());
    const auto near = nearest(key, known, 1);
    return at(trouble(say(tr("unknown key '{}'"), printable(key)),
                      near.empty() ? "" : say(tr("did you mean '{}'?"), near.front())));
  }
  GoldenCase out;
  if (auto taken = take_common(fields, out); !taken) return at(taken.error());
  if (auto taken = take_normal(fields, out.normal); !taken) return at(taken.error());
  out.digest = digest_of(out);
  return out;
}

}  // namespace edgefit

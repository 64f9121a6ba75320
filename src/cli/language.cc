#include "cli/language.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/parse.h"
#include "cli/output.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::string_view kFlag = "--lang";

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// "de" of "de_CH.UTF-8@euro".
std::string_view code_of(std::string_view locale) {
  return locale.substr(0, locale.find_first_of("_.@"));
}

std::string_view locale_of_messages() {
  constexpr std::array kVariables = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (const char* name : kVariables)
    if (const auto value = variable(name); !value.empty()) return value;
  return {};
}

Result<const Language*> spoken(std::string_view code) {
  if (const Language* known = find_language(code)) return known;
  std::string codes;
  for (const auto& language : languages()) codes.append(codes.empty() ? "" : ", ").append(language.code);
  return Problem{say(tr("unknown language '{}'"), code), std::string(kFlag), say(tr("languages are {}"), codes)};
}

}  // namespace

const Language& language_of_environment() {
  const std::string_view locale = locale_of_messages(), code = code_of(locale);
  const bool plain = code.empty() || code == "C" || code == "POSIX";
  const std::string_view list = variable("LANGUAGE");
  for (const auto wish : split(plain || list.empty() ? locale : list, ':'))
    if (const Language* known = find_language(code_of(wish))) return *known;
  return languages().front();
}

Result<Done> choose_language(std::vector<std::string>& words) {
  const Letters letters = style_of_stdout("never").utf8 ? Letters::utf8 : Letters::ascii;
  speak(language_of_environment(), letters);
  std::optional<std::string> code;
  const auto end_of_flags = [&] { return std::find(words.begin(), words.end(), "--"); };
  for (auto word = words.begin(); word != end_of_flags();) {
    const bool apart = *word == kFlag;
    if (!apart && !word->starts_with("--lang=")) {
      ++word;
      continue;
    }
    if (apart && word + 1 == end_of_flags()) return Problem{say(tr("{} needs a value"), kFlag), "", ""};
    code = apart ? *(word + 1) : word->substr(kFlag.size() + 1);
    word = words.erase(word, word + (apart ? 2 : 1));
  }
  if (!code) return Done{};
  const auto language = spoken(*code);
  if (!language) return language.error();
  speak(**language, letters);
  return Done{};
}

}  // namespace edgefit

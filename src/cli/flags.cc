#include "cli/flags.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>

#include "base/parse.h"
#include "cli/choices.h"
#include "edgefit/language.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kFlagColumn = 30;  // where --help's explanations begin

/// The first word that no flag or positional took, flags first.
std::string stray_word(const CLI::App& app) {
  const auto rest = app.remaining();
  const auto flag =
      std::find_if(rest.begin(), rest.end(), [](const std::string& word) { return word.starts_with("-"); });
  if (flag != rest.end()) return flag->substr(0, flag->find('='));
  return rest.empty() ? std::string() : rest.front();
}

Problem unknown_flag(const CLI::App& app, const std::string& flag, const std::string& help) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::string near = did_you_mean(flag, {names.begin(), names.end()});
  return {fmt::format(fmt::runtime(tr("unknown flag '{}'")), flag), "", near.empty() ? help : near};
}

Problem usage_problem(const CLI::App& app, const CLI::ParseError& error) {
  const std::string help = fmt::format(fmt::runtime(tr("see {} --help")), app.get_name());
  const std::string stray = stray_word(app);
  // A misspelt flag is the cause even where CLI11 first notices something else.
  if (stray.starts_with("-")) return unknown_flag(app, stray, help);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !stray.empty()) {
    return {fmt::format(fmt::runtime(tr("'{}' is one argument too many")), stray), "", help};
  }
  // The rest of what CLI11 can say of flags like ours starts with the name of one, except ConversionError's
  // "Could not convert: --flag = value".
  std::string name = error.what();
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr && name.find(": ") != std::string::npos) {
    name = name.substr(name.find(": ") + 2);
  }
  name = name.substr(0, name.find_first_of(": "));
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return {say(tr("{} is required"), name), "", help};
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    return {say(tr("{} needs a value"), name), "", help};
  }
  return {say(tr("{} takes no value"), name), "", help};
}

}  // namespace

Flags::Flags(std::string command, std::string summary)
    : app_(std::make_unique<CLI::App>(std::move(summary), std::move(command))) {
  app_->get_formatter()->column_width(kFlagColumn);
  constexpr std::array kLabels = {mark("Usage"), mark("OPTIONS"), mark("Positionals"), mark("REQUIRED")};
  for (const char* label : kLabels) app_->get_formatter()->label(label, tr(label));
  app_->set_help_flag("-h,--help", tr("this text"))->group(tr("Options"));
  heading_ = tr("Options");
  text("--lang", language_, "CODE", tr("en or de (default: as the locale says)"),
       names_of(languages(), &Language::code));
  heading_ = tr("Flags");
}

Flags::~Flags() = default;

void Flags::text(const char* names, std::string& value, const char* type, const std::string& help, Choices choices) {
  auto* const option = app_->add_option(names, value, help);
  option->type_name(type)->group(heading_)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  choices_[option->get_name()] = std::move(choices);
}

void Flags::list(const char* names, std::vector<std::string>& values, const char* type, const std::string& help,
                 Choices choices) {
  auto* const option = app_->add_option(names, values, help);
  option->type_name(type)->group(heading_)->allow_extra_args(false);
  choices_[option->get_name()] = std::move(choices);
}

void Flags::toggle(const char* name, bool& value, const std::string& help) {
  app_->add_flag(name, value, help)->group(heading_);
}

void Flags::positional(const char* name, std::string& value, const std::string& help, Need need, Choices choices) {
  app_->add_option(name, value, help)->type_name("")->required(need == Need::required);
  choices_[name] = std::move(choices);
}

void Flags::words(const char* name, std::vector<std::string>& values, const std::string& help, Choices choices) {
  app_->add_option(name, values, help)->type_name("")->expected(0, -1);
  choices_[name] = std::move(choices);
}

Result<Flags::Wish> Flags::parse(const std::vector<std::string>& words) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());  // CLI11 takes them from the back
  try {
    app_->parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return Wish::help;
  } catch (const CLI::ParseError& error) {
    return usage_problem(*app_, error);
  }
  return Wish::run;
}

std::string Flags::help() const {
  std::string text = app_->help();
  // CLI11 leaves two empty lines between headings.
  for (size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at)) text.erase(at, 1);
  return text;
}

std::vector<FlagRow> Flags::rows() const {
  std::vector<FlagRow> out;
  for (const CLI::Option* option : std::as_const(*app_).get_options()) {
    FlagRow row;
    row.positional = option->get_positional();
    for (const auto& name : option->get_snames()) row.names.push_back("-" + name);
    for (const auto& name : option->get_lnames()) row.names.push_back("--" + name);
    if (row.positional) row.names.push_back(option->get_name());
    row.type = row.positional ? option->get_name() : option->get_items_expected() > 0 ? option->get_type_name() : "";
    row.help = option->get_description();
    row.heading = row.positional ? "" : option->get_group();
    row.required = option->get_required();
    row.repeats = option->get_items_expected_max() > 1;
    const auto choices = choices_.find(option->get_name());
    if (choices != choices_.end() && choices->second) row.choices = choices->second();
    out.push_back(std::move(row));
  }
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto near = nearest(word, candidates, 1);
  return near.empty() ? std::string() : fmt::format(fmt::runtime(tr("did you mean '{}'?")), near.front());
}

}  // namespace edgefit

#include "cli/flags.h"

#include <CLI/App.hpp>

namespace edgefit {

void Flags::text(const char* names, std::string& value, const char* type, const std::string& help) {
  app_.add_option(names, value, help)
      ->type_name(type)
      ->group(heading_)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void Flags::list(const char* names, std::vector<std::string>& values, const char* type, const std::string& help) {
  app_.add_option(names, values, help)->type_name(type)->group(heading_)->allow_extra_args(false);
}

void Flags::toggle(const char* name, bool& value, const std::string& help) {
  app_.add_flag(name, value, help)->group(heading_);
}

void Flags::positional(const char* name, std::string& value, const std::string& help) {
  app_.add_option(name, value, help)->type_name("")->required();
}

}  // namespace edgefit

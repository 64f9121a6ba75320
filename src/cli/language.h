// Which language edgefit answers in: --lang, which every command has, else what the environment asks for.
// It is chosen before the commands tell their flags, so that --help and errors are in it too.
#pragma once

#include <string>
#include <vector>

#include "edgefit/language.h"
#include "edgefit/result.h"

namespace edgefit {

/// What gettext looks at, in the order in which it looks: LANGUAGE (a list, "de_CH:fr"), unless the locale is plain C,
/// then the locale: LC_ALL, LC_MESSAGES or LANG, the first that is set. English when none of it is a language that
/// edgefit speaks.
const Language& language_of_environment();
/// Takes `--lang CODE` out of the words of the command line, wherever it stands before a `--`, and speaks that; the
/// environment's language without it. A Problem for a code that nobody translated.
Result<Done> choose_language(std::vector<std::string>& words);

}  // namespace edgefit

// The languages that edgefit speaks. Their catalogues are part of the program, so that a container without locales
// and without our files still answers in the user's words; English needs none.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace edgefit {

struct Language {
  std::string_view code;            ///< ISO 639-1: "de"
  std::string_view (*catalogue)();  ///< a GNU .mo file; empty: the sentences as they are in the source
  size_t (*plural)(size_t n);       ///< which form of a sentence `n` things take, from 0
};
/// English first.
std::span<const Language> languages();
/// Null for a code that nobody translated.
const Language* find_language(std::string_view code);
/// What the device can show: umlauts, or "ae" for them.
enum class Letters { utf8, ascii };
/// What tr() answers in from now on, in the whole program: call it once, before anything is said.
void speak(const Language& language, Letters letters = Letters::utf8);

}  // namespace edgefit

#include "edgefit/language.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/catalogues.h"
#include "base/mo_file.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// One thing, or any other number of it: English, German and most of their relatives.
size_t one_or_many(size_t n) {
  return n == 1 ? 0 : 1;
}

std::string_view no_catalogue() {
  return {};
}

constexpr std::array kLanguages = {
    Language{"en", no_catalogue, one_or_many},
    Language{"de", catalogue_de, one_or_many},
};

struct Spelling {
  std::string_view letter, ascii;
};
/// In UTF-8 each pair is equally long, so that a catalogue can be spelt anew where it lies.
constexpr std::array kSpellings = {
    Spelling{"ä", "ae"}, Spelling{"ö", "oe"}, Spelling{"ü", "ue"},  Spelling{"Ä", "Ae"},
    Spelling{"Ö", "Oe"}, Spelling{"Ü", "Ue"}, Spelling{"…", "..."},
};
static_assert(std::all_of(kSpellings.begin(), kSpellings.end(),
                          [](const Spelling& row) { return row.letter.size() == row.ascii.size(); }));

std::string in_ascii(std::string_view bytes) {
  std::string out(bytes);
  const MoFile catalogue(bytes);
  for (size_t i = 0; i < catalogue.size(); ++i) {
    const std::string_view text = catalogue.translation(i);
    for (const auto& row : kSpellings) {
      for (size_t at = text.find(row.letter); at != std::string_view::npos; at = text.find(row.letter, at + 1))
        out.replace(static_cast<size_t>(text.data() - bytes.data()) + at, row.ascii.size(), row.ascii);
    }
  }
  return out;
}

/// Set once by speak() before anything else runs, only read afterwards.
struct Spoken {
  std::string ascii;  ///< the catalogue's own copy where the device has no umlauts
  MoFile catalogue{{}};
  size_t (*plural)(size_t n) = one_or_many;
} spoken;

}  // namespace

std::span<const Language> languages() {
  return kLanguages;
}

const Language* find_language(std::string_view code) {
  const auto at = std::find_if(kLanguages.begin(), kLanguages.end(),
                               [code](const Language& language) { return language.code == code; });
  return at == kLanguages.end() ? nullptr : &*at;
}

void speak(const Language& language, Letters letters) {
  const std::string_view bytes = language.catalogue();
  spoken.plural = language.plural;
  spoken.ascii = letters == Letters::ascii ? in_ascii(bytes) : std::string();
  spoken.catalogue = MoFile(letters == Letters::ascii ? std::string_view(spoken.ascii) : bytes);
}

const char* tr(const char* english) {
  const std::string_view found = *english == '\0' ? std::string_view() : spoken.catalogue.find(english);
  return found.empty() ? english : found.data();
}

const char* tr_in(const char* context, const char* english) {
  const std::string_view found = spoken.catalogue.find(std::string(context) + '\4' + english);
  return found.empty() ? english : found.data();
}

const char* tr(const char* one, const char* many, size_t n) {
  size_t form = spoken.plural(n);
  std::string_view found = spoken.catalogue.find(one);
  for (; form > 0 && !found.empty(); --form) found.remove_prefix(std::min(found.find('\0'), found.size() - 1) + 1);
  return !found.empty() ? found.data() : n == 1 ? one : many;
}

}  // namespace edgefit

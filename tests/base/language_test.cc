#include "edgefit/language.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "base/mo_file.h"
#include "base/parse.h"
#include "edgefit/text.h"
#include "support/mo_bytes.h"

namespace edgefit {
namespace {

using namespace std::string_literals;

/// English again, whatever a test spoke.
class Speaking : public ::testing::Test {
 protected:
  void TearDown() override { speak(languages().front()); }
};

std::string_view sample() {
  static const std::string kBytes =
      test::mo_bytes({{"fits", "passt über"}, {"{} box\0{} boxes"s, "{} Kiste\0{} Kästen"s}});
  return kBytes;
}
size_t many(size_t) {
  return 1;
}
const Language kSample{"xx", sample, many};
const Language kSingular{"xx", sample, [](size_t n) { return n == 1 ? size_t{0} : size_t{1}; }};

TEST_F(Speaking, EnglishNeedsNoCatalogue) {
  EXPECT_EQ(languages().front().code, "en");
  EXPECT_STREQ(tr("fits"), "fits");
  EXPECT_EQ(say(tr("{} box", "{} boxes", 1), 1), "1 box");
  EXPECT_EQ(say(tr("{} box", "{} boxes", 0), 0), "0 boxes");
}

TEST_F(Speaking, TheCatalogueAnswersAndTheSentenceItselfWhereItHasNone) {
  speak(kSample);
  EXPECT_STREQ(tr("fits"), "passt über");
  EXPECT_STREQ(tr("fits not"), "fits not");
  EXPECT_STREQ(tr(""), "");
}

TEST_F(Speaking, ThePluralIsTheLanguagesOwn) {
  speak(kSingular);
  EXPECT_EQ(say(tr("{} box", "{} boxes", 1), 1), "1 Kiste");
  EXPECT_EQ(say(tr("{} box", "{} boxes", 2), 2), "2 Kästen");
  speak(kSample);
  EXPECT_EQ(say(tr("{} box", "{} boxes", 1), 1), "1 Kästen");
  EXPECT_EQ(say(tr("{} cow", "{} cows", 2), 2), "2 cows");
  speak({"xx", sample, [](size_t) { return size_t{7}; }});
  EXPECT_EQ(say(tr("{} box", "{} boxes", 2), 2), "2 boxes");
}

TEST_F(Speaking, WithoutUmlautsEveryColumnIsAByte) {
  speak(kSample, Letters::ascii);
  EXPECT_STREQ(tr("fits"), "passt ueber");
  EXPECT_STREQ(tr("{} box", "{} boxes", 2), "{} Kaesten");
}

TEST_F(Speaking, AContextTellsMeaningsApart) {
  const Language language{
      "xx",
      [] {
        static const std::string kBytes = test::mo_bytes({{"price\x04used", "Occasion"}, {"used", "belegt"}});
        return std::string_view(kBytes);
      },
      many};
  speak(language);
  EXPECT_STREQ(tr_in("price", "used"), "Occasion");
  EXPECT_STREQ(tr("used"), "belegt");
  EXPECT_STREQ(tr_in("price", "new"), "new");
}

TEST(Language, IsFoundByItsCode) {
  ASSERT_NE(find_language("de"), nullptr);
  EXPECT_EQ(find_language("de")->code, "de");
  EXPECT_EQ(find_language("german"), nullptr);
  EXPECT_EQ(find_language(""), nullptr);
}

/// Number and format of each value that a sentence shows; nothing for a sentence that fmt would refuse.
std::optional<std::map<size_t, std::string>> values_of(std::string_view text) {
  std::map<size_t, std::string> out;
  size_t next = 0;
  bool numbered = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool twice = at + 1 < text.size() && text[at + 1] == text[at];
    if (text[at] == '}') {
      if (!twice) return std::nullopt;
      ++at;
    }
    if (text[at] != '{') continue;
    if (twice) {
      ++at;
      continue;
    }
    const size_t end = text.find('}', at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = text.substr(at + 1, end - at - 1), number = inside.substr(0, inside.find(':'));
    if (!number.empty() && !to_number(number)) return std::nullopt;
    numbered = numbered || !number.empty();
    if (numbered && (number.empty() || next > 0)) return std::nullopt;
    out[number.empty() ? next++ : static_cast<size_t>(*to_number(number))] = inside.substr(number.size());
    at = end;
  }
  return out;
}

std::string_view leading_space(std::string_view text) {
  return text.substr(0, std::min(text.find_first_not_of(" \t\n"), text.size()));
}
std::string_view trailing_space(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t\n");
  return last == std::string_view::npos ? text : text.substr(last + 1);
}

/// What is wrong with a translation, or nothing.
std::string fault_of(std::string_view original, std::string_view translation) {
  if (translation.empty()) return "empty";
  if (translation.find("ß") != std::string_view::npos) return "sharp s: Swiss spelling writes ss";
  if (leading_space(original) != leading_space(translation)) return "white space before it differs";
  if (trailing_space(original) != trailing_space(translation)) return "white space behind it differs";
  const auto asked = values_of(original), given = values_of(translation);
  if (!asked) return "";  // a text with braces that nobody formats
  return given == asked ? "" : "other values";
}

TEST(Catalogue, FaultsAreSeen) {
  EXPECT_EQ(fault_of("{} of {}", "von {1} sind es {0}"), "");
  EXPECT_EQ(fault_of("{:.1f} {{}}", "{:.1f} {{}}"), "");
  EXPECT_EQ(fault_of("like {\"a\": 1}", "wie {\"a\": 1}"), "");
  for (const char* bad : {"von {} sind es", "{} {} {}", "{0} {}", "{:.1f} {}", "{1} {1}", "{} {", "{a} {b}"})
    EXPECT_EQ(fault_of("{} of {}", bad), "other values") << bad;
  EXPECT_EQ(fault_of("size", "Größe"), "sharp s: Swiss spelling writes ss");
  EXPECT_EQ(fault_of("size", ""), "empty");
  EXPECT_EQ(fault_of(" size", "Grösse"), "white space before it differs");
  EXPECT_EQ(fault_of("size\n", "Grösse"), "white space behind it differs");
}

/// The forms of a sentence with a plural.
std::vector<std::string_view> forms(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t end = text.find('\0'); end != std::string_view::npos; end = text.find('\0')) {
    out.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  out.push_back(text);
  return out;
}

TEST(Catalogue, EveryTranslationShowsTheSameValues) {
  for (const auto& language : languages()) {
    const MoFile catalogue(language.catalogue());
    EXPECT_EQ(catalogue.size() == 0, language.code == "en") << language.code;
    for (size_t i = 0; i < catalogue.size(); ++i) {
      const auto originals = forms(catalogue.original(i)), translations = forms(catalogue.translation(i));
      if (originals.front().empty()) continue;  // the header
      for (const auto form : translations) EXPECT_EQ(fault_of(originals.back(), form), "") << originals.front();
      EXPECT_EQ(originals.size() > 1, translations.size() > 1) << originals.front();
    }
  }
}

}  // namespace
}  // namespace edgefit

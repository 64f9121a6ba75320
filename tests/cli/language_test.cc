#include "cli/language.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <sstream>

#include "cli/invoke.h"
#include "edgefit/text.h"
#include "report/width.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;

/// The environment as a test wants it, English afterwards.
class LanguageOfCommandLine : public ::testing::Test {
 protected:
  static void set(const std::map<std::string, std::string>& variables) {
    for (const char* name : {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}) {
      const auto at = variables.find(name);
      at == variables.end() ? ::unsetenv(name) : ::setenv(name, at->second.c_str(), 1);
    }
  }
  static std::string_view of(const std::map<std::string, std::string>& variables) {
    set(variables);
    return language_of_environment().code;
  }
  static std::vector<std::string> rest(std::vector<std::string> words) {
    EXPECT_TRUE(choose_language(words));
    return words;
  }
  void SetUp() override { set({}); }
  void TearDown() override {
    set({{"LC_ALL", "C.UTF-8"}});
    speak(languages().front());
  }
};

TEST_F(LanguageOfCommandLine, TheLocaleDecidesAsForOtherPrograms) {
  EXPECT_EQ(of({}), "en");
  EXPECT_EQ(of({{"LANG", "de_CH.UTF-8"}}), "de");
  EXPECT_EQ(of({{"LANG", "de"}}), "de");
  EXPECT_EQ(of({{"LANG", "de_DE@euro"}}), "de");
  EXPECT_EQ(of({{"LANG", "fr_CH.UTF-8"}}), "en");
  EXPECT_EQ(of({{"LANG", "fr_CH.UTF-8"}, {"LC_MESSAGES", "de_CH.UTF-8"}}), "de");
  EXPECT_EQ(of({{"LANG", "de_CH.UTF-8"}, {"LC_MESSAGES", "fr_CH.UTF-8"}}), "en");
  EXPECT_EQ(of({{"LANG", "de_CH.UTF-8"}, {"LC_MESSAGES", "de_CH.UTF-8"}, {"LC_ALL", "C.UTF-8"}}), "en");
  EXPECT_EQ(of({{"LANG", "de_CH.UTF-8"}, {"LC_ALL", ""}}), "de");
}

TEST_F(LanguageOfCommandLine, TheListOfLanguagesGoesBeforeTheLocaleButNotBeforePlainC) {
  EXPECT_EQ(of({{"LANG", "en_US.UTF-8"}, {"LANGUAGE", "fr:de_CH:en"}}), "de");
  EXPECT_EQ(of({{"LANG", "de_CH.UTF-8"}, {"LANGUAGE", "en:de"}}), "en");
  EXPECT_EQ(of({{"LANG", "de_CH.UTF-8"}, {"LANGUAGE", "fr"}}), "en");
  for (const char* plain : {"C", "POSIX", "C.UTF-8"})
    EXPECT_EQ(of({{"LANG", plain}, {"LANGUAGE", "de"}}), "en") << plain;
  EXPECT_EQ(of({{"LANGUAGE", "de"}}), "en");
}

TEST_F(LanguageOfCommandLine, TheFlagIsTakenOutWhereverItStands) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(rest({"--lang", "de", "assess", "m"}), (Words{"assess", "m"}));
  EXPECT_STREQ(tr("READY"), "BEREIT");
  EXPECT_EQ(rest({"assess", "m", "--lang=en"}), (Words{"assess", "m"}));
  EXPECT_STREQ(tr("READY"), "READY");
  EXPECT_EQ(rest({"assess", "--lang=en", "m", "--lang", "de"}), (Words{"assess", "m"}));
  EXPECT_STREQ(tr("READY"), "BEREIT");
  EXPECT_EQ(rest({"assess", "--", "--lang=de"}), (Words{"assess", "--", "--lang=de"}));
  EXPECT_STREQ(tr("READY"), "READY");
  EXPECT_EQ(rest({"assess", "--language"}), (Words{"assess", "--language"}));
}

TEST_F(LanguageOfCommandLine, AnUnknownLanguageIsAProblem) {
  std::vector<std::string> words = {"assess", "--lang", "fr"};
  EXPECT_EQ(choose_language(words).error().what, "unknown language 'fr'");
  EXPECT_EQ(choose_language(words = {"--lang="}).error().hint, "languages are en, de");
  EXPECT_EQ(choose_language(words = {"assess", "--lang"}).error().what, "--lang needs a value");
  EXPECT_EQ(choose_language(words = {"--lang", "--", "m"}).error().what, "--lang needs a value");
  EXPECT_EQ(invoke({"assess", "--lang", "fr"}).code, 2);
}

TEST_F(LanguageOfCommandLine, HelpOfEveryCommandHolds80ColumnsInEveryLanguage) {
  for (const auto& language : languages()) {
    const std::string flag = "--lang=" + std::string(language.code);
    std::vector<std::vector<std::string>> calls = {{"--help", flag}};
    for (const auto& command : commands()) calls.push_back({std::string(command.name), "--help", flag});
    for (const auto& call : calls) {
      const auto outcome = invoke(call);
      EXPECT_EQ(outcome.code, 0);
      std::istringstream lines(outcome.out);
      for (std::string line; std::getline(lines, line);)
        EXPECT_LE(display_width(line), 80u) << language.code << " " << call[0] << "\n" << line;
    }
  }
}

TEST_F(LanguageOfCommandLine, ErrorsOfFlagsAreInTheLanguageToo) {
  EXPECT_TRUE(
      has(invoke({"explain", "--lang=de"}).err, "Fehler: MODEL fehlt\n  Hinweis: siehe edgefit explain --help\n"));
  EXPECT_TRUE(has(invoke({"--lang=de", "plan", "--gpu"}).err, "Fehler: --gpu braucht einen Wert\n"));
  EXPECT_TRUE(has(invoke({"--lang=de", "plan", "--office=x"}).err, "Fehler: --office nimmt keinen Wert\n"));
}

}  // namespace
}  // namespace edgefit

#include "cli/shared_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cli/cli.h"
#include "cli/invoke.h"

namespace edgefit {
namespace {

const SharedRow* find(std::string_view name, std::string_view command) {
  static const auto kRows = shared_rows();
  const auto at = std::find_if(kRows.begin(), kRows.end(), [&](const SharedRow& shared) {
    return std::count(shared.row.names.begin(), shared.row.names.end(), name) > 0 &&
           std::count(shared.commands.begin(), shared.commands.end(), command) > 0;
  });
  return at == kRows.end() ? nullptr : &*at;
}

TEST(SharedRows, HoldEveryFlagThatHelpShowsAndNoOther) {
  for (const auto& command : commands()) {
    std::set<std::string> told, known;
    std::istringstream words(test::invoke({std::string(command.name), "--help"}).out);
    for (std::string line; std::getline(words, line);) {
      if (!line.starts_with("  -")) continue;
      std::istringstream names(line.substr(2, line.find(' ', 2) - 2));
      for (std::string name; std::getline(names, name, ',');) told.insert(name);
    }
    for (const auto& shared : shared_rows()) {
      const bool mine = std::count(shared.commands.begin(), shared.commands.end(), command.name) > 0;
      if (mine && !shared.row.positional) known.insert(shared.row.names.begin(), shared.row.names.end());
    }
    EXPECT_EQ(told, known) << command.name;
    EXPECT_GE(known.size(), 3u);  // -h, --help, --lang
  }
}

TEST(SharedRows, AFlagOfTheSameFormStandsOnce) {
  EXPECT_EQ(find("--gpu", "assess"), find("--gpu", "rank"));
  EXPECT_EQ(find("--lang", "assess")->commands.size(), commands().size());
  EXPECT_NE(find("--users", "assess"), find("--users", "verify"));
  EXPECT_EQ(find("--gpu", "audit"), nullptr);
}

TEST(SharedRows, TellTheFormOfAFlag) {
  EXPECT_TRUE(find("--eager", "assess")->row.type.empty());
  EXPECT_EQ(find("--host", "assess")->row.type, "FILE");
  EXPECT_FALSE(find("--host", "assess")->row.repeats);
  EXPECT_TRUE(find("--gpu", "assess")->row.repeats);
  EXPECT_TRUE(find("MODEL", "explain")->row.required);
  EXPECT_FALSE(find("MODEL", "assess")->row.required);
  EXPECT_TRUE(find("RUN", "calibrate")->row.repeats);
}

TEST(SharedRows, FilesAndFoldersAreToldApart) {
  EXPECT_EQ(places_of(find("--host", "assess")->row), Places::files);
  EXPECT_EQ(places_of(find("-o", "assess")->row), Places::files);
  EXPECT_EQ(places_of(find("--store", "audit")->row), Places::folders);
  EXPECT_EQ(places_of(find("--ram", "assess")->row), Places::none);
  EXPECT_EQ(places_of(find("MODEL", "rank")->row), Places::files);
}

/// Words that every shell takes as they are, so that no script has to quote them.
TEST(SharedRows, ChoicesNeedNoQuotes) {
  for (const auto& [row, names] : shared_rows()) {
    std::set<std::string> once;
    for (const auto& word : row.choices) {
      EXPECT_TRUE(once.insert(word).second) << row.names.front() << " " << word;
      EXPECT_FALSE(word.empty());
      EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._=+-"),
                word.npos)
          << row.names.front() << " " << word;
    }
  }
}

/// What is offered is accepted: with any of the words the answer is not that this flag has a bad value.
TEST(SharedRows, WhatIsOfferedIsNotRefused) {
  for (const char* flag : {"--backend", "--flash-attention", "--kv-type", "--split-mode", "--quant", "--gpu-layers",
                           "--runtime", "--fail-on", "--format", "--color", "--currency", "--vendor", "--lang"}) {
    const SharedRow* const shared = find(flag, "assess");
    ASSERT_NE(shared, nullptr) << flag;
    EXPECT_FALSE(shared->row.choices.empty()) << flag;
    for (const auto& word : shared->row.choices) {
      const auto outcome = test::invoke({"assess", "llama-3.1-8b", "--ram", "64GiB", "--gpu", "rtx-4090", flag, word});
      // "no rules for the backend npu of llama.cpp" is an answer to a word that was understood.
      EXPECT_FALSE(test::has(outcome.err, "bad value") || test::has(outcome.err, "unknown"))
          << flag << " " << word << "\n"
          << outcome.err;
    }
  }
}

TEST(SharedRows, EveryValueSetIsOffered) {
  const std::vector<std::pair<const char*, const char*>> sets = {
      {"--profile", "audit"}, {"--only", "audit"},       {"--explain", "audit"},   {"--fail-on", "audit"},
      {"--shape", "verify"},  {"--sold", "catalog"},     {"ACTION", "catalog"},    {"WORDS", "catalog"},
      {"ACTION", "roadmap"},  {"--calendar", "roadmap"}, {"KIND", "attest"},       {"--task", "rank"},
      {"--goal", "assess"},   {"--fact", "assess"},      {"--add", "assess"},      {"--parallel", "plan"},
      {"--system", "rank"},   {"--cpu", "explain"},      {"SHELL", "completions"}, {"MODEL", "inspect"}};
  for (const auto& [flag, command] : sets) {
    const SharedRow* const shared = find(flag, command);
    ASSERT_NE(shared, nullptr) << flag << " " << command;
    EXPECT_GE(shared->row.choices.size(), 2u) << flag << " " << command;
  }
}

}  // namespace
}  // namespace edgefit

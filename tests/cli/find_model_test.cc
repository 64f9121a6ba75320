#include "cli/find_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "cli/build_case.h"
#include "cli/invoke.h"
#include "edgefit/assessment.h"
#include "edgefit/catalog.h"
#include "edgefit/read.h"
#include "edgefit/size.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;

constexpr const char* kMine = R"({"name":"mine","parameters":"1B","precision":"f16"})";

/// Files of this folder are named without a path while it lives.
class InFolder {
 public:
  InFolder() : before_(std::filesystem::current_path()) { std::filesystem::current_path(dir.at("")); }
  ~InFolder() { std::filesystem::current_path(before_); }
  const test::TempDir dir;

 private:
  std::filesystem::path before_;
};

TEST(FindModel, WhatLiesAtThePathWins) {
  const InFolder here;
  EXPECT_EQ(find_model("llama-3.1-8b")->format, "profile");
  here.dir.write("llama-3.1-8b", kMine);
  EXPECT_EQ(find_model("llama-3.1-8b")->name, "mine");
  std::filesystem::create_directory(here.dir.at("qwen3-8b"));
  const auto folder = find_model("qwen3-8b");
  ASSERT_FALSE(folder);
  EXPECT_FALSE(has(folder.error().what, "catalog")) << folder.error().what;
  std::filesystem::create_symlink("nowhere", here.dir.at("phi-4"));
  EXPECT_FALSE(find_model("phi-4"));
}

TEST(FindModel, EveryCommandKnowsTheNames) {
  EXPECT_EQ(invoke({"inspect", "Llama-3.1-8B-Instruct"}).code, 0);
  const auto assessed = invoke({"assess", "llama-3.1-8b", "--quant", "q4_k_m", "--gpu", "rtx-4060", "--ram", "32GiB"});
  EXPECT_EQ(assessed.code, 0) << assessed.err;
  EXPECT_TRUE(has(assessed.out, "READY      Llama-3.1-8B q4_k_m")) << assessed.out;
  const auto why = invoke({"explain", "meta-llama/Llama-3.1-8B", "kv_cache", "--gpu", "rtx-4060"});
  EXPECT_TRUE(has(why.out, "catalog: llama-3.1-8b: architecture/kv_heads")) << why.out << why.err;
}

TEST(FindModel, NearNamesAreSuggested) {
  const auto near = invoke({"assess", "lama-3.1-8b", "--gpu", "rtx-4060"});
  EXPECT_EQ(near.code, 2);
  EXPECT_TRUE(near.err.starts_with("error: no such file, and the catalog has no model \"lama-3.1-8b\"\n")) << near.err;
  EXPECT_TRUE(has(near.err, "did you mean llama-3.1-8b")) << near.err;
  EXPECT_TRUE(has(near.err, "edgefit inspect --list")) << near.err;
  const auto far = invoke({"inspect", "zzzzzzzzzz"});
  EXPECT_FALSE(has(far.err, "did you mean")) << far.err;
  EXPECT_TRUE(has(far.err, "hint: edgefit inspect --list")) << far.err;
}

TEST(FindModel, APathGetsTheFilesOwnError) {
  for (const char* word : {"./lama-3.1-8b", "models/llama-3.1-8b", "llama-3.1-8b.gguf", "llama-3.1-8b.JSON",
                           "qwen3-8b.safetensors", "..", "meta-llama/Llama-3.1-9B", ""}) {
    const auto model = find_model(word);
    ASSERT_FALSE(model) << word;
    EXPECT_FALSE(has(model.error().what, "catalog")) << word << ": " << model.error().what;
    EXPECT_FALSE(has(model.error().hint, "did you mean")) << word << ": " << model.error().hint;
  }
}

TEST(FindModel, TheListNamesAllOnALineEach) {
  const auto list = invoke({"inspect", "--list"});
  EXPECT_EQ(list.code, 0) << list.err;
  std::istringstream lines(list.out);
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 80U) << line;
    EXPECT_TRUE(find_model_profile(line.substr(0, line.find(' ')))) << line;
  }
  EXPECT_EQ(count, model_profiles().size());
  EXPECT_TRUE(has(list.out, "llama-3.1-8b             8.03 B  meta-llama/Llama-3.1-8B\n")) << list.out;
  EXPECT_EQ(invoke({"inspect", "--list", "llama-3.1-8b"}).code, 2);
  EXPECT_EQ(invoke({"inspect", "--list", "--format", "json"}).code, 2);
  EXPECT_EQ(invoke({"inspect"}).code, 2);
}

TEST(FindModel, EveryModelCanBeAssessedAtSeveralQuants) {
  for (const auto& profile : model_profiles()) {
    double before = 1e18;
    for (const char* quant : {"f16", "q8_0", "q4_k_m", "iq2_xs"}) {
      SCOPED_TRACE(std::string(profile.key) + " " + quant);
      CaseFlags typed;
      typed.gpus = {"b200"};
      typed.ram = "4TiB";
      typed.quant = quant;
      const auto question = build_case(typed, std::string(profile.key));
      ASSERT_TRUE(question) << question.error().what;
      EXPECT_NE(assess(*question).verdict, Verdict::unknown);
      const double bytes = question->model->weight_bytes->value;
      EXPECT_GT(bytes, 0.25 * *profile.parameters);
      EXPECT_LT(bytes, before);
      before = bytes;
    }
  }
}

// The shared corpus, when EDGEFIT_CORPUS names it: published config.json files and their known parameter counts.

std::vector<std::string> cells_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> cells;
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

/// A profile that follows the release where the corpus holds another's copy of it.
const std::map<std::string, std::string_view> kOtherCopies = {
    {"google/gemma-3-4b-it", "MaxText's copy: 262,144 tokens for the release's 262,208, context 163,840"}};

TEST(FindModel, ProfilesAgreeWithTheConfigsOfTheCorpus) {
  const char* const corpus = std::getenv("EDGEFIT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  const std::string folder = std::string(corpus) + "/models/";
  std::ifstream csv(folder + "configs.csv");
  std::string line;
  std::getline(csv, line);
  const auto names = cells_of(line);
  const auto column = [&](const char* name) {
    return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const size_t file = column("file"), name = column("model_name"), answer = column("answer_total_unique_weights");
  int compared = 0;
  while (std::getline(csv, line)) {
    const auto cells = cells_of(line);
    const auto profile = find_model_profile(cells.at(name).substr(cells.at(name).find('/') + 1));
    if (!profile || kOtherCopies.contains(cells.at(name))) continue;
    SCOPED_TRACE(cells.at(name));
    const auto config = read_model(folder + "configs/" + cells.at(file));
    ASSERT_TRUE(config) << config.error().what;
    const auto ours = read_model_profile(**profile);
    ASSERT_TRUE(ours);
    if (!cells.at(answer).empty() && cells.at(answer).find_first_not_of("0123456789") == std::string::npos) {
      EXPECT_EQ(*ours->parameters, std::stod(cells.at(answer)));
    }
    EXPECT_EQ(*ours->parameters, *config->parameters);
    EXPECT_EQ(*ours->active_parameters, *config->active_parameters);
    EXPECT_EQ(ours->architecture.attention, config->architecture.attention);
    for (const char* quant : {"f16", "q4_k_m"}) {
      const Precision& precision = *find_precision(quant);
      EXPECT_EQ(requantize(*ours, precision).weight_bytes->value, requantize(*config, precision).weight_bytes->value);
    }
    ++compared;
  }
  EXPECT_GE(compared, 45);
}

}  // namespace
}  // namespace edgefit

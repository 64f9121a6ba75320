#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/invoke.h"
#include "read/gguf_writer.h"
#include "support/sweep.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

TEST(Inspect, AnyFormatInOursOut) {
  const test::TempDir dir;
  const std::string gguf = dir.write("tiny.gguf", test::tiny_llama().file());
  const auto text = invoke({"inspect", gguf, "-o", dir.at("model.json")});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_TRUE(has(text.out, "Tiny"));
  const auto again = invoke({"inspect", dir.at("model.json"), "--format", "json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(has(again.out, "\"format\": \"edgefit.model\""));
}

using Json = nlohmann::ordered_json;

/// What an assessment says, without the names of places that say it.
Json answer_to(const std::string& model, const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {"assess", model, "--format", "json", "--as-of", "2026-11-23"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const auto outcome = invoke(arguments);
  if (outcome.code == 2) return outcome.code;
  Json json = Json::parse(outcome.out);
  for (const char* key : {"model", "why", "warnings", "options"}) json.erase(key);
  // A model that cannot be sized loses its family's name on the way.
  for (auto& check : json["checks"])
    for (const char* key : {"detected", "message"}) check.erase(key);
  return json;
}

std::vector<std::string> configs_of_the_corpus() {
  std::vector<std::string> out;
  const char* corpus = std::getenv("EDGEFIT_CORPUS");
  if (corpus == nullptr) return out;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(corpus) + "/models/configs"))
    out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Inspect, TheDescriptorIsAssessedAsItsOriginal) {
  const auto configs = configs_of_the_corpus();
  if (configs.empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  const std::vector<std::vector<std::string>> questions = {
      {"--gpu", "generic-cuda,4000GiB,1000GB/s", "--ram", "4000GiB", "--runtime", "llama.cpp"},
      {"--gpu", "rtx-4090", "--ram", "4000GiB", "--gpu-layers", "12", "--quant", "q4_k_m"},
      {"--cpu", "ryzen-9-9950x", "--ram", "4000GiB", "--quant", "q8_0"},
  };
  const test::TempDir dir;
  size_t compared = 0;
  for (size_t i = 0; i < configs.size(); i += test::kSweepStep) {
    const std::string& config = configs[i];
    if (invoke({"inspect", config, "-o", dir.at("model.json")}).code != 0) continue;
    for (const auto& flags : questions) {
      EXPECT_EQ(Json::diff(answer_to(config, flags), answer_to(dir.at("model.json"), flags)), Json::array())
          << config << " " << flags.back();
    }
    ++compared;
  }
  EXPECT_GT(compared, configs.size() / test::kSweepStep * 9 / 10);
}

TEST(Inspect, WhatCannotBeReadIsTwo) {
  EXPECT_EQ(invoke({"inspect", fixture("models/bad.json")}).code, 2);
  EXPECT_EQ(invoke({"inspect", fixture("models")}).code, 2);
  EXPECT_EQ(invoke({"inspect", fixture("models/llama-8b.json"), "--format", "yaml"}).code, 2);
}

}  // namespace
}  // namespace edgefit

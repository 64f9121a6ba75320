#include "cli/stored_case.h"

#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

TEST(StoredCase, OnlyACaseIsOne) {
  const test::TempDir dir;
  const auto descriptor = find_stored_case(fixture("models/llama-8b.json"));
  ASSERT_TRUE(descriptor);
  EXPECT_FALSE(descriptor->has_value());
  const auto name = find_stored_case("llama-3.1-8b");
  ASSERT_TRUE(name);
  EXPECT_FALSE(name->has_value());
  EXPECT_FALSE(find_stored_case(dir.write("x.json", R"({"format":"edgefit.case","format_version":"1.0"})")));
}

TEST(StoredCase, WhatIsTypedBesideTheFileWins) {
  // As if everything had been typed at once, for every kind of flag.
  const test::TempDir dir;
  const std::string file = dir.at("llama.case.json"), model = fixture("models/llama-8b.json");
  const std::vector<std::string> box = {"--gpu", "2x rtx-4090", "--ram", "64GiB"};
  const auto ask = [](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.begin(), {"assess", "--format", "json"});
    words.insert(words.end(), more.begin(), more.end());
    return invoke(words);
  };
  auto first = box;
  first.insert(first.end(), {"--sequences", "2", "--kv-type", "q8_0", "--tensor-split", "1,1", "-o", file});
  ASSERT_NE(ask({model}, first).code, 2);
  first.resize(first.size() - 2);
  for (const std::vector<std::string>& typed :
       std::vector<std::vector<std::string>>{{},
                                             {"--context", "32768"},
                                             {"--prompt", "4000"},
                                             {"--sequences", "4"},
                                             {"--kv-type", "q4_0,q8_0"},
                                             {"--quant", "q4_k_m"},
                                             {"--gpu-layers", "10"},
                                             {"--tensor-split", "3,1"},
                                             {"--batch", "256"},
                                             {"--flash-attention", "off"},
                                             {"--no-mmap"},
                                             {"--runtime", "llama.cpp@2024"},
                                             {"--backend", "vulkan"},
                                             {"--goal", "tokens_per_second=5"},
                                             {"--assume-idle"},
                                             {"--add", "gpu=rtx-4090"},
                                             {"--fact", "memory.available=20GiB"}}) {
    auto everything = first;
    everything.insert(everything.end(), typed.begin(), typed.end());
    const auto whole = ask({model}, everything), stored = ask({file}, typed);
    SCOPED_TRACE(typed.empty() ? "nothing" : typed.front());
    EXPECT_EQ(stored.out, whole.out);
    EXPECT_EQ(stored.err, whole.err);
    EXPECT_EQ(stored.code, whole.code);
  }
}

TEST(StoredCase, AnotherBoxReplacesItsBox) {
  const test::TempDir dir;
  const std::string file = dir.at("case.json"), model = fixture("models/llama-8b.json");
  ASSERT_EQ(invoke({"assess", model, "--host", fixture("machines/workstation.json"), "-o", file}).code, 0);
  const std::string laptop = fixture("machines/laptop.json");
  EXPECT_EQ(invoke({"assess", file, "--host", laptop}).out, invoke({"assess", model, "--host", laptop}).out);
}

TEST(StoredCase, OtherCommandsTakeItAsWell) {
  const test::TempDir dir;
  const std::string file = dir.at("case.json"), host = fixture("machines/workstation.json");
  ASSERT_EQ(invoke({"assess", fixture("models/llama-8b.json"), "--host", host, "-o", file}).code, 0);
  EXPECT_TRUE(has(invoke({"explain", file, "kv_cache"}).out, "gpu0.kv_cache = "));
  EXPECT_TRUE(has(invoke({"inspect", file}).out, "32"));
  const auto outcome = invoke({"assess", fixture("models/llama-8b.json"), "--host", file});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(has(outcome.err, "\"format\" is not \"edgefit.host\"")) << outcome.err;
}

TEST(StoredCase, DefaultsAreTakenAnew) {
  Workload stored;
  stored.context = {4096, {Origin::Kind::user, "--context 4096"}};
  stored.depth = {1024, {Origin::Kind::assumed, "default: the prompt"}};
  stored.kv_type = {"q8_0", {Origin::Kind::user, "--kv-type q8_0"}};
  EXPECT_EQ(*load_over({}, stored).depth, 1024);
  Workload typed;
  typed.prompt_tokens = {4000, {Origin::Kind::user, "--prompt 4000"}};
  const Workload out = load_over(typed, stored);
  EXPECT_EQ(*out.context, 4096);
  EXPECT_EQ(*out.kv_type, "q8_0");
  EXPECT_FALSE(out.depth);
}

}  // namespace
}  // namespace edgefit

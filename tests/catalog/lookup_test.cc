#include "catalog/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "catalog/words.h"

namespace edgefit {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string key_of(std::string_view name) {
  const auto found = find_accelerator(name);
  return found ? std::string((*found)->key) : "problem: " + found.error().what + " | " + found.error().hint;
}

TEST(Lookup, TablesAreWhole) {
  EXPECT_EQ(accelerators().size(), 253u);
  EXPECT_EQ(cpus().size(), 104u);
  EXPECT_EQ(systems().size(), 46u);
  EXPECT_GE(builtin_catalog().parts.size(), 30u);
  EXPECT_GE(builtin_catalog().prices.size(), 60u);
  EXPECT_GE(builtin_catalog().rates.size(), 4u);
  EXPECT_GE(runtime_profiles().size(), 12u);
  EXPECT_GE(catalog_date(), "2026-11");
}

TEST(Lookup, EveryKeyFindsItself) {
  for (const auto& row : accelerators()) EXPECT_EQ(key_of(row.key), row.key);
  for (const auto& row : cpus()) {
    const auto found = find_cpu(row.key);
    ASSERT_TRUE(found) << row.key;
    EXPECT_EQ((*found)->key, row.key);
  }
  for (const auto& row : systems()) {
    const auto found = find_system(row.key);
    ASSERT_TRUE(found) << row.key;
    EXPECT_EQ((*found)->key, row.key);
  }
}

template <class Row, class Find>
void every_name_finds_its_row(std::span<const Row> rows, Find find) {
  for (const auto& row : rows) {
    const auto same = [&](const Row& other) { return words_of(other.name) == words_of(row.name); };
    const auto twins = std::count_if(rows.begin(), rows.end(), same);
    const auto found = find(row.name);
    if (twins == 1) {
      ASSERT_TRUE(found) << row.name << ": " << found.error().hint;
      EXPECT_EQ((*found)->key, row.key);
    } else {
      ASSERT_FALSE(found) << row.name;
      EXPECT_THAT(found.error().hint, HasSubstr(row.key));
    }
  }
}

TEST(Lookup, EveryUnambiguousNameFindsItsRow) {
  every_name_finds_its_row(accelerators(), [](auto name) { return find_accelerator(name); });
  every_name_finds_its_row(cpus(), [](auto name) { return find_cpu(name); });
  every_name_finds_its_row(systems(), [](auto name) { return find_system(name); });
}

TEST(Lookup, PlainMarketingNamesWork) {
  for (const char* name : {"RTX 4090", "rtx4090", "NVIDIA GeForce RTX 4090", "GEFORCE_RTX_4090", "RTX 4090 24GB"})
    EXPECT_EQ(key_of(name), "geforce-rtx-4090") << name;
  EXPECT_EQ(key_of("H100 SXM"), "h100-sxm5-80-gb");
  EXPECT_EQ(key_of("NVIDIA H100 NVL"), "h100-nvl-94-gb");
  EXPECT_EQ(key_of("RTX 4090 Laptop"), "geforce-rtx-4090-mobile");
  EXPECT_EQ(key_of("RX 7900 XTX"), "radeon-rx-7900-xtx");
  EXPECT_EQ(key_of("MI300X"), "radeon-instinct-mi300x");
  EXPECT_EQ(key_of("RTX 5060 Ti 16GB"), "geforce-rtx-5060-ti-16-gb");
  EXPECT_EQ(key_of("T4"), "tesla-t4");
  EXPECT_EQ(key_of("A6000"), "rtx-a6000");
  EXPECT_EQ(key_of("RX 9070"), "radeon-rx-9070");
  EXPECT_EQ((*find_cpu("EPYC 7302"))->key, "amd-epyc-7302");
  EXPECT_EQ((*find_cpu("i9-13900K"))->key, "intel-core-i9-13900k");
}

TEST(Lookup, AmbiguousNamesListTheCandidates) {
  const auto h100 = find_accelerator("H100");
  ASSERT_FALSE(h100);
  EXPECT_THAT(h100.error().what, HasSubstr("fits several"));
  for (const char* key : {"h100-pcie-80-gb", "h100-nvl-94-gb", "h100-sxm5-80-gb"})
    EXPECT_THAT(h100.error().hint, HasSubstr(key));
  EXPECT_THAT(key_of("RTX 5060 Ti"), HasSubstr("geforce-rtx-5060-ti-8-gb, geforce-rtx-5060-ti-16-gb"));
  EXPECT_THAT(key_of("RTX 6000"), HasSubstr("rtx-6000-ada-generation"));
  EXPECT_THAT(key_of("RTX 6000"), HasSubstr("quadro-rtx-6000"));
}

TEST(Lookup, ManyCandidatesAreCut) {
  const auto rtx = find_accelerator("rtx");
  ASSERT_FALSE(rtx);
  EXPECT_THAT(rtx.error().hint, HasSubstr("and more"));
  EXPECT_LT(rtx.error().hint.size(), 400u);
}

TEST(Lookup, NearMissesSayDidYouMean) {
  EXPECT_THAT(key_of("geforce-rtx-4091"), HasSubstr("did you mean geforce-rtx-4090"));
  EXPECT_THAT(key_of("rtx 4091"), HasSubstr("geforce-rtx-4090"));
  EXPECT_THAT(key_of("h1oo-nvl-94-gb"), HasSubstr("h100-nvl-94-gb"));
  EXPECT_THAT(find_system("dgx-sparc-2025").error().hint, HasSubstr("dgx-spark-2025"));
  EXPECT_THAT(find_cpu("amd-epyc-7303").error().hint, HasSubstr("amd-epyc-7302"));
}

TEST(Lookup, ABrandAloneSuggestsNothing) {
  EXPECT_THAT(key_of("geforce"), Not(HasSubstr("l4")));
  EXPECT_THAT(key_of("zzzzzzzzzzzzzzzz"), HasSubstr("generic-cuda"));
}

TEST(Lookup, NonsenseIsAProblem) {
  for (const char* name : {"", " ", "-", "zzzzzzzzzzzzzzzz", "d", "\x1b[31m", "9999999999999999999 gb"}) {
    const auto found = find_accelerator(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().what.find('\x1b'), std::string::npos);
  }
  EXPECT_FALSE(find_accelerator(std::string(100000, 'a')));
}

std::string model_of(std::string_view name) {
  const auto found = find_model_profile(name);
  return found ? std::string((*found)->key) : "problem: " + found.error().what + " | " + found.error().hint;
}

TEST(Lookup, EveryModelIsFoundByKeyNameAndAddress) {
  EXPECT_GE(model_profiles().size(), 40u);
  for (const auto& row : model_profiles()) {
    EXPECT_EQ(model_of(row.key), row.key);
    EXPECT_EQ(model_of(row.name), row.key);
    EXPECT_EQ(model_of(row.hub), row.key);
  }
}

TEST(Lookup, CaseAndPunctuationOfModelsDoNotMatter) {
  for (const char* name : {"LLAMA-3.1-8B", "llama 3.1 8b", "llama3.1:8b", "Llama_3.1_8B", "Llama-3.1-8B-Instruct",
                           "Meta-Llama-3.1-8B", "meta-llama/llama-3.1-8b"})
    EXPECT_EQ(model_of(name), "llama-3.1-8b") << name;
  EXPECT_EQ(model_of("gemma-3-4b"), "gemma-3-4b");
  EXPECT_EQ(model_of("Mistral 7B v0.3"), "mistral-7b-v0.3");
}

/// One digit tells one model from another: nothing but the whole name will do.
TEST(Lookup, AnotherVersionOfAModelIsNotMeant) {
  for (const char* name : {"llama-31-8b", "llama-8b", "llama3", "qwen2-7b", "qwen-2.5-7", "gemma-31b", "mistral-7b"})
    EXPECT_FALSE(find_model_profile(name)) << name;
  EXPECT_THAT(model_of("llama-8b"), HasSubstr("llama-3-8b, llama-3.1-8b"));
  EXPECT_THAT(model_of("mistral-7b"), HasSubstr("did you mean mistral-7b-v0.3?"));
  EXPECT_THAT(model_of("qwen2-7b"), HasSubstr("qwen2.5-7b"));
}

TEST(Lookup, NearModelsAreSuggested) {
  EXPECT_THAT(model_of("lama-3.1-8b"), HasSubstr("did you mean llama-3.1-8b"));
  EXPECT_THAT(model_of("gpt-os-20b"), HasSubstr("gpt-oss-20b"));
  EXPECT_THAT(model_of("qwen"), HasSubstr("and more:"));
  EXPECT_THAT(model_of("qwen2.5-7b-instrct"), HasSubstr("qwen2.5-7b"));
  for (const char* name : {"", "-", "instruct", "it", "8b", "zzzzzzzzzzzzzzzz", "\x1b[31m", "nvidia"}) {
    const auto found = find_model_profile(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().hint, "") << name;
    EXPECT_EQ(found.error().what.find('\x1b'), std::string::npos);
  }
}

TEST(Lookup, ByPciAndMemory) {
  const auto key = [](const char* id, std::optional<Bytes> vram) {
    const auto* row = find_accelerator_by_pci(id, vram);
    return row == nullptr ? std::string() : std::string(row->key);
  };
  EXPECT_EQ(key("10de:2684", mib(24564)), "geforce-rtx-4090");
  EXPECT_EQ(key("10DE:2684", {}), "geforce-rtx-4090");
  EXPECT_EQ(key("10de:2803", mib(16380)), "geforce-rtx-4060-ti-16-gb");
  EXPECT_EQ(key("10de:2803", mib(8188)), "geforce-rtx-4060-ti-8-gb");
  EXPECT_EQ(key("10de:2803", {}), "");
  EXPECT_EQ(key("10de:2684", mib(12282)), "");
  EXPECT_EQ(key("1002:1586", gib(64)), "");
  EXPECT_EQ(key("10de:268", {}), "");
  EXPECT_EQ(key("", {}), "");
  EXPECT_EQ(accelerators_by_pci("1002:1586", gib(64), builtin_catalog()).size(), 2u);
}

}  // namespace
}  // namespace edgefit

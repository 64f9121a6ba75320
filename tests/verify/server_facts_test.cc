#include "verify/server_facts.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(ServerFacts, ModelsAndTheirOwner) {
  ServerFacts facts;
  EXPECT_TRUE(read_model_list(
      R"({"data":[{"id":"a","owned_by":"vllm","max_model_len":4096},{"id":"b","owned_by":"vllm"},{"x":1}]})", facts));
  EXPECT_EQ(facts.kind, ServerKind::vllm);
  EXPECT_EQ(facts.model, "a");
  EXPECT_EQ(facts.context, 4096);
  EXPECT_EQ(facts.models, (std::vector<std::string>{"a", "b"}));

  ServerFacts named;
  named.model = "b";
  EXPECT_TRUE(read_model_list(
      R"({"data":[{"id":"a","owned_by":"x"},{"id":"b","owned_by":"llamacpp","meta":{"size":77}}]})", named));
  EXPECT_EQ(named.kind, ServerKind::llama_cpp);
  EXPECT_EQ(named.model_bytes, 77);

  ServerFacts none;
  EXPECT_TRUE(read_model_list(R"({"data":[]})", none));
  for (const char* text : {"", "<html>", "[]", "{}", R"({"data":{}})"})
    EXPECT_FALSE(read_model_list(text, none)) << text;
}

TEST(ServerFacts, PropsOfLlamaServer) {
  ServerFacts facts;
  read_llama_props(R"({"build_info":"b6000-abc","model_path":"/m/x.gguf","total_slots":4,"chat_template":"abc",)"
                   R"("default_generation_settings":{"n_ctx":8192}})",
                   facts);
  EXPECT_EQ(facts.version, "b6000-abc");
  EXPECT_EQ(facts.model_path, "/m/x.gguf");
  EXPECT_EQ(facts.slots, 4);
  EXPECT_EQ(facts.context, 8192);
  EXPECT_EQ(facts.template_sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  ServerFacts none;
  read_llama_props(R"({"total_slots":"four","default_generation_settings":[]})", none);
  EXPECT_EQ(none.slots, std::nullopt);
  EXPECT_EQ(none.template_sha256, "");
}

TEST(ServerFacts, OllamaTellsWhereAModelLies) {
  ServerFacts facts;
  facts.model = "qwen3";
  read_ollama_ps(
      R"({"models":[{"name":"x:1b","size":1},{"name":"qwen3:latest","digest":"d","size":400,"size_vram":100,)"
      R"("context_length":4096,"details":{"quantization_level":"Q4_K_M"}}]})",
      facts);
  EXPECT_EQ(facts.model_bytes, 400);
  EXPECT_EQ(facts.vram_bytes, 100);
  EXPECT_EQ(facts.context, 4096);
  EXPECT_EQ(facts.digest, "d");
  EXPECT_EQ(facts.quantization, "Q4_K_M");
}

TEST(ServerFacts, OllamasOwnSpeedIsWithoutTheFirstToken) {
  EXPECT_DOUBLE_EQ(read_ollama_tpot(R"({"eval_count":11,"eval_duration":500000000})").value(), 0.05);
  EXPECT_EQ(read_ollama_tpot(R"({"eval_count":1,"eval_duration":5})"), std::nullopt);
  EXPECT_EQ(read_ollama_tpot("no"), std::nullopt);
}

TEST(ServerFacts, Versions) {
  EXPECT_EQ(read_version(R"({"version":"0.9.1"})"), "0.9.1");
  EXPECT_EQ(read_version(R"({"version":7})"), std::nullopt);
  EXPECT_EQ(read_version("404"), std::nullopt);
}

}  // namespace
}  // namespace edgefit

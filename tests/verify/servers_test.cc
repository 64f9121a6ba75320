// The three servers in the forms that they really speak: who they are, what they serve, and their own clocks.
#include <gtest/gtest.h>

#include "edgefit/verify.h"
#include "support/chat_server.h"

namespace edgefit {
namespace {

using test::ChatServer;
using test::Script;

constexpr const char* kDigest = "dae161e27b0e90dd1856c8bb3209201fd6736d8eb66298e75ed87571486f4364";
constexpr int kLoads = 4;
constexpr size_t kClockCheck = 2;  // EF-VER-003

LoadResult run(const ChatServer& server, ServerFacts& facts, std::string model = {}) {
  EndpointOptions options;
  options.url = server.url();
  options.model = std::move(model);
  auto endpoint = Endpoint::open(std::move(options));
  EXPECT_TRUE(endpoint) << endpoint.error().what;
  LoadPlan plan = load_plan(LoadShape::single);
  plan.requests = kLoads;
  plan.warmups = 1;
  plan.prompt_tokens = 50;
  plan.output_tokens = 9;
  LoadResult load = endpoint->run(plan);
  facts = endpoint->server();
  return load;
}

CheckStatus clocks(const LoadResult& load) {
  return judge_load(load, {})[kClockCheck].status;
}

/// vLLM's stream: the role alone, then chunks, of two tokens each where drafts are accepted; usage comes last.
Script vllm_answer() {
  const std::string head =
      R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"Qwen/Qwen3-8B","choices":[)";
  Script script = Script::stream();
  script.data(0,
              head + R"({"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]})");
  for (int i = 0; i < 5; ++i)
    script.data(0.02 + 0.02 * i,
                head + R"({"index":0,"delta":{"content":"two "},"logprobs":null,"finish_reason":null}]})");
  script.data(0.1, head + R"({"index":0,"delta":{"content":""},"logprobs":null,"finish_reason":"length"}]})");
  return script.data(0.1, head + R"(],"usage":{"prompt_tokens":50,"total_tokens":59,"completion_tokens":9}})")
      .bytes(0.1, "data: [DONE]\n\n")
      .end(0.1);
}

/// GET /metrics of vLLM after `n` such answers, whose four gaps took `gap` seconds each.
std::string vllm_metrics(int n, double gap) {
  const std::string labels = R"({engine="0",model_name="Qwen/Qwen3-8B"} )";
  const auto histogram = [&labels](const std::string& name, double sum, int count) {
    return "# HELP " + name + " Histogram of it in seconds.\n# TYPE " + name + " histogram\n" + name +
           R"(_bucket{engine="0",le="0.001",model_name="Qwen/Qwen3-8B"} 0.0)" + "\n" + name +
           R"(_bucket{engine="0",le="+Inf",model_name="Qwen/Qwen3-8B"} )" + std::to_string(count) + "\n" + name +
           "_count" + labels + std::to_string(count) + ".0\n" + name + "_sum" + labels + std::to_string(sum) + "\n" +
           name + "_created" + labels + "1.7841e+09\n";
  };
  return "# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running" + labels + "0.0\n" +
         histogram("vllm:time_to_first_token_seconds", 0.02 * n, n) +
         histogram("vllm:inter_token_latency_seconds", 4 * gap * n, 4 * n) +
         histogram("vllm:e2e_request_latency_seconds", 0.1 * n, n);
}

void be_vllm(ChatServer& server) {
  server.set_page(
      "/v1/models",
      R"({"object":"list","data":[{"id":"Qwen/Qwen3-8B","object":"model","created":1,"owned_by":"vllm","root":)"
      R"("Qwen/Qwen3-8B","parent":null,"max_model_len":32768,"permission":[{"id":"modelperm-1","object":)"
      R"("model_permission","created":1,"allow_sampling":true,"organization":"*","group":null}]}]})");
  server.set_page("/version", R"({"version":"0.11.0"})");
}

TEST(Servers, VllmIsKnownByItsModelsAndCrossCheckedByItsHistograms) {
  for (const double gap : {0.02, 0.01}) {
    ChatServer* self = nullptr;
    ChatServer server([&](size_t index, const std::string&, double) {
      self->set_page("/metrics", vllm_metrics(101 + static_cast<int>(index), gap));
      return vllm_answer();
    });
    self = &server;
    be_vllm(server);
    server.set_page("/metrics", vllm_metrics(100, gap));
    ServerFacts facts;
    const LoadResult load = run(server, facts);
    EXPECT_EQ(facts.kind, ServerKind::vllm);
    EXPECT_EQ(facts.version, "0.11.0");
    EXPECT_EQ(facts.context, 32768);
    EXPECT_EQ(load.truth.source, "/metrics");
    EXPECT_EQ(load.truth.gap, "");
    // Four gaps for eight tokens: by the count of gaps the honest server would look half as fast as it is.
    EXPECT_NEAR(load.truth.server_tpot.value_or(0), 4 * gap / 8, 1e-9);
    EXPECT_EQ(clocks(load), gap == 0.02 ? CheckStatus::pass : CheckStatus::warn) << load.truth.client_tpot.value_or(0);
    for (const auto& exchange : server.exchanges())
      EXPECT_NE(exchange.request.find("\"ignore_eos\":true"), std::string::npos);
  }
}

TEST(Servers, CountersThatMissAnswersAreNoTruth) {
  ChatServer server([](size_t, const std::string&, double) { return vllm_answer(); });
  be_vllm(server);
  ServerFacts facts;
  EXPECT_EQ(run(server, facts).truth.server_tpot, std::nullopt) << "no /metrics at all";
}

/// Ollama's stream says the role in every chunk.
Script ollama_answer() {
  const std::string head =
      R"({"id":"chatcmpl-953","object":"chat.completion.chunk","created":1,"model":"qwen2.5-coder:7b",)"
      R"("system_fingerprint":"fp_ollama","choices":[)";
  Script script = Script::stream();
  for (int i = 0; i < 9; ++i)
    script.data(0.02 + 0.01 * i,
                head + R"({"index":0,"delta":{"role":"assistant","content":"a"},"finish_reason":null}]})");
  script.data(0.1, head + R"({"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"length"}]})");
  return script.data(0.1, head + R"(],"usage":{"prompt_tokens":50,"completion_tokens":9,"total_tokens":59}})")
      .bytes(0.1, "data: [DONE]\n\n")
      .end(0.1);
}

void be_ollama(ChatServer& server, int eval_milliseconds) {
  const std::string model = std::string(R"("name":"qwen2.5-coder:7b","model":"qwen2.5-coder:7b","digest":")") +
                            kDigest +
                            R"(","details":{"parent_model":"","format":"gguf","family":"qwen2","families":["qwen2"],)"
                            R"("parameter_size":"7.6B","quantization_level":"Q4_K_M"})";
  server.set_page("/v1/models",
                  R"({"object":"list","data":[{"id":"other:1b","object":"model","created":1,"owned_by":)"
                  R"("library"},{"id":"qwen2.5-coder:7b","object":"model","created":1,"owned_by":"library"}]})");
  server.set_page("/api/version", R"({"version":"0.12.3"})");
  server.set_page("/api/tags",
                  R"({"models":[{)" + model + R"(,"size":4683087332,"modified_at":"2026-08-06T14:23:28Z"}]})");
  server.set_page("/api/ps", R"({"models":[{)" + model +
                                 R"(,"size":5618579456,"size_vram":4618579456,"context_length":)"
                                 R"(4096,"expires_at":"2026-08-06T14:23:28.7482+02:00"}]})");
  server.set_page("/api/show", R"({"modelfile":"FROM x","parameters":"stop \"x\"","template":"abc","details":{},)"
                               R"("model_info":{"general.architecture":"qwen2"},"capabilities":["completion"]})");
  server.set_page("/api/chat",
                  R"({"model":"qwen2.5-coder:7b","message":{"role":"assistant","content":"a"},"done":true,)"
                  R"("done_reason":"length","total_duration":1,"load_duration":1,"prompt_eval_count":50,)"
                  R"("prompt_eval_duration":20000000,"eval_count":9,"eval_duration":)" +
                      std::to_string(eval_milliseconds) + "000000}");
}

TEST(Servers, OllamaIsKnownByItsVersionAndCrossCheckedByItsDurations) {
  for (const int milliseconds : {80, 40}) {
    ChatServer server([](size_t, const std::string&, double) { return ollama_answer(); });
    be_ollama(server, milliseconds);
    ServerFacts facts;
    const LoadResult load = run(server, facts, "qwen2.5-coder:7b");
    EXPECT_EQ(facts.kind, ServerKind::ollama);
    EXPECT_EQ(facts.version, "0.12.3");
    EXPECT_EQ(facts.digest, kDigest);
    EXPECT_EQ(facts.quantization, "Q4_K_M");
    EXPECT_EQ(facts.context, 4096);
    EXPECT_EQ(facts.model_bytes, 5618579456);
    EXPECT_EQ(facts.vram_bytes, 4618579456);
    EXPECT_EQ(facts.template_sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(load.truth.source, "/api/chat");
    EXPECT_NEAR(load.truth.server_tpot.value_or(0), milliseconds * 1e-3 / 8, 1e-9);
    EXPECT_EQ(clocks(load), milliseconds == 80 ? CheckStatus::pass : CheckStatus::warn);
  }
}

TEST(Servers, AModelThatOllamaHasNotLoadedIsBoundToItsFile) {
  ChatServer server([](size_t, const std::string&, double) { return ollama_answer(); });
  be_ollama(server, 80);
  server.set_page("/api/ps", R"({"models":[]})");
  ServerFacts facts;
  run(server, facts, "qwen2.5-coder:7b");
  EXPECT_EQ(facts.digest, kDigest) << "a baseline of golden cases needs it before the first question";
  EXPECT_EQ(facts.vram_bytes, std::nullopt);
}

TEST(Servers, AModelThatIsNotListedLeavesTheServerKnown) {
  const ChatServer server([](size_t, const std::string&, double) { return test::steady_answer(0, 0, 9); }, "llamacpp");
  ServerFacts facts;
  run(server, facts, "gpt-4o");
  EXPECT_EQ(facts.kind, ServerKind::llama_cpp) << "llama-server answers to any name";
  EXPECT_EQ(facts.model, "gpt-4o");
}

}  // namespace
}  // namespace edgefit

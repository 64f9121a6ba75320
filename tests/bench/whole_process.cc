#include "bench/whole_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "read/gguf_writer.h"

namespace edgefit::bench {
namespace {

constexpr int kRuns = 15;
constexpr uint32_t kQ4K = 12, kQ6K = 14;  // ids of ggml

void matrix(test::GgufWriter& file, const std::string& name, const std::vector<uint64_t>& shape, uint32_t type) {
  uint64_t blocks = 1;
  for (const uint64_t n : shape) blocks *= n;
  blocks /= 256;
  file.tensor(name, shape, type, blocks * (type == kQ4K ? 144 : 210));
}

void add_layer(test::GgufWriter& file, uint32_t layer) {
  const std::string p = fmt::format("blk.{}.", layer);
  file.f32(p + "attn_norm.weight", {7168}).f32(p + "ffn_norm.weight", {7168});
  file.f32(p + "attn_q_a_norm.weight", {1536}).f32(p + "attn_kv_a_norm.weight", {512});
  matrix(file, p + "attn_q_a.weight", {7168, 1536}, kQ4K);
  matrix(file, p + "attn_q_b.weight", {1536, 24576}, kQ4K);
  matrix(file, p + "attn_kv_a_mqa.weight", {7168, 576}, kQ4K);
  file.f16(p + "attn_k_b.weight", {128, 512, 128});
  matrix(file, p + "attn_v_b.weight", {512, 128, 128}, kQ6K);
  matrix(file, p + "attn_output.weight", {16384, 7168}, kQ4K);
  if (layer < 3) {
    matrix(file, p + "ffn_gate.weight", {7168, 18432}, kQ4K);
    matrix(file, p + "ffn_up.weight", {7168, 18432}, kQ4K);
    matrix(file, p + "ffn_down.weight", {18432, 7168}, kQ6K);
    return;
  }
  file.f32(p + "ffn_gate_inp.weight", {7168, 256}).f32(p + "exp_probs_b.bias", {256});
  matrix(file, p + "ffn_gate_exps.weight", {7168, 2048, 256}, kQ4K);
  matrix(file, p + "ffn_up_exps.weight", {7168, 2048, 256}, kQ4K);
  matrix(file, p + "ffn_down_exps.weight", {2048, 7168, 256}, kQ6K);
  matrix(file, p + "ffn_gate_shexp.weight", {7168, 2048}, kQ4K);
  matrix(file, p + "ffn_up_shexp.weight", {7168, 2048}, kQ4K);
  matrix(file, p + "ffn_down_shexp.weight", {2048, 7168}, kQ6K);
}

/// Header of DeepSeek-V3 by its published config.json; the tensor data is a hole in the file.
void write_gguf(const std::string& path) {
  constexpr uint32_t kLayers = 61, kTokens = 129280;
  test::GgufWriter file;
  const std::string p = "deepseek2.";
  file.text("general.architecture", "deepseek2").text("general.name", "671B");
  file.u32(p + "block_count", kLayers).u32(p + "embedding_length", 7168).u32(p + "feed_forward_length", 18432);
  file.u32(p + "attention.head_count", 128).u32(p + "attention.head_count_kv", 1).u32(p + "context_length", 163840);
  file.u32(p + "attention.q_lora_rank", 1536).u32(p + "attention.kv_lora_rank", 512);
  file.u32(p + "attention.key_length", 576).u32(p + "attention.value_length", 512);
  file.u32(p + "attention.key_length_mla", 192).u32(p + "attention.value_length_mla", 128);
  file.u32(p + "rope.dimension_count", 64).u32(p + "vocab_size", kTokens).u32(p + "leading_dense_block_count", 3);
  file.u32(p + "expert_count", 256).u32(p + "expert_used_count", 8).u32(p + "expert_shared_count", 1);
  file.u32(p + "expert_feed_forward_length", 2048);
  std::vector<std::string> tokens, merges;
  for (uint32_t i = 0; i < kTokens; ++i) tokens.push_back(fmt::format("token{}", i));
  for (uint32_t i = 0; i < kTokens; ++i) merges.push_back(fmt::format("left{} right", i));
  file.texts("tokenizer.ggml.tokens", tokens).texts("tokenizer.ggml.merges", merges);
  file.numbers("tokenizer.ggml.token_type", std::vector<uint32_t>(kTokens, 1));
  matrix(file, "token_embd.weight", {7168, kTokens}, kQ4K);
  file.f32("output_norm.weight", {7168});
  matrix(file, "output.weight", {7168, kTokens}, kQ6K);
  for (uint32_t i = 0; i < kLayers; ++i) add_layer(file, i);
  std::string header = file.header();
  header.resize((header.size() + 31) / 32 * 32);
  std::ofstream(path, std::ios::binary) << header;
  std::filesystem::resize_file(path, header.size() + file.data_bytes);
}

/// An index as transformers writes it for 256 experts a layer, each a tensor: 5 MB of names.
void write_index(const std::string& path) {
  std::ofstream file(path);
  file << R"({"metadata": {"total_size": 1369062772000}, "weight_map": {)";
  const char* comma = "";
  for (int layer = 0; layer < 61; ++layer)
    for (int expert = 0; expert < 256; ++expert)
      for (const char* part : {"gate_proj", "up_proj", "down_proj"}) {
        file << comma
             << fmt::format(
                    "\n    \"model.language_model.layers.{}.mlp.experts.{}.{}.weight\": "
                    "\"model-{:05}-of-000163.safetensors\"",
                    layer, expert, part, layer * 163 / 61 + 1);
        comma = ",";
      }
  file << "}}";
}

/// Seconds of one run; its largest resident set goes to `peak`.
double run_once(const std::string& model, double& peak) {
  const std::string program = EDGEFIT_BINARY, inspect = "inspect";
  std::string first = program, second = inspect, third = model;
  char* const arguments[] = {first.data(), second.data(), third.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ) != 0) return 0;
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  posix_spawn_file_actions_destroy(&actions);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fmt::print("{}: exit {}\n", model, WEXITSTATUS(status));
  peak = std::max(peak, static_cast<double>(usage.ru_maxrss) * 1024);
  return took.count();
}

void print_process(const char* name, const std::string& model) {
  std::vector<double> seconds;
  double peak = 0;
  for (int i = 0; i < kRuns; ++i) seconds.push_back(run_once(model, peak));
  std::sort(seconds.begin(), seconds.end());
  fmt::print("edgefit inspect, {:<34} {:>7.1f} ms, {:>5.1f} MiB, whole process\n", name, seconds[kRuns / 2] * 1e3,
             peak / (1 << 20));
}

}  // namespace

void print_whole_processes() {
  std::string folder = std::filesystem::temp_directory_path() / "edgefit-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return;
  const std::string gguf = folder + "/671b.gguf", index = folder + "/model.safetensors.index.json";
  // In a child: Linux counts the memory of the process that spawns another as the other's peak.
  if (const pid_t writer = fork(); writer == 0) {
    write_gguf(gguf);
    write_index(index);
    _exit(0);
  } else {
    waitpid(writer, nullptr, 0);
  }
  print_process("GGUF of 671B, 1,089 tensors", gguf);
  print_process("index.json of 5 MB", index);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

}  // namespace edgefit::bench

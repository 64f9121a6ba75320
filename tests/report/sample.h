// A hand-made Answer with every part that a report shows: one GPU, traced figures, checks, a way out.
#pragma once

#include <memory>

#include "edgefit/answer.h"

namespace edgefit::test {

inline Origin from_file(const char* key) {
  return {Origin::Kind::file, std::string("model.gguf: ") + key};
}
inline Origin assumed(const char* why) {
  return {Origin::Kind::assumed, why};
}

inline Host sample_host() {
  Host host;
  host.mode = Host::Mode::recorded;
  host.name = "bench";
  host.os.name = {"linux", {Origin::Kind::os, "uname"}};
  host.cpu.model = {"Example CPU 9000", {Origin::Kind::os, "/proc/cpuinfo"}};
  host.memory.usable = {gib(62), {Origin::Kind::os, "/proc/meminfo"}};
  host.memory.available = {gib(58), {Origin::Kind::os, "/proc/meminfo"}};
  Gpu gpu;
  gpu.id = gpu.bdf = "0000:01:00.0";
  gpu.name = {"NVIDIA GeForce RTX 4090", {Origin::Kind::driver, "nvml"}};
  gpu.vendor = "NVIDIA";
  gpu.pool = "gpu0";
  gpu.vram_total = {gib(24), {Origin::Kind::driver, "nvml"}};
  gpu.vram_free = {gib(23.5), {Origin::Kind::driver, "nvml"}};
  gpu.peak_bandwidth = {BytesPerSecond{1008e9}, {Origin::Kind::catalog, "rtx-4090"}};
  host.gpus.push_back(gpu);
  return host;
}

inline Model sample_model() {
  Model model;
  model.name = "llama-8b";
  model.source = "models/llama-8b.gguf";
  model.format = "gguf";
  model.precision = "q4_k_m";
  model.architecture.family = "llama";
  model.architecture.family_known = true;
  model.architecture.layers = {32, from_file("llama.block_count")};
  model.parameters = {8.03e9, from_file("tensors")};
  model.weight_bytes = {Bytes{4920739232}, from_file("tensors")};
  return model;
}

inline const RuntimeProfile& sample_profile() {
  static const RuntimeProfile kProfile = [] {
    RuntimeProfile profile{};
    profile.name = "llama.cpp";
    profile.release = "v0.5.0";
    profile.rules = EngineRules::llama_cpp;
    profile.command = "llama-server";
    return profile;
  }();
  return kProfile;
}

inline Case sample_case(Host host = sample_host(), Model model = sample_model()) {
  Case question;
  question.host = std::make_shared<const Host>(std::move(host));
  question.model = std::make_shared<const Model>(std::move(model));
  question.runtime.profile = &sample_profile();
  question.runtime.backend = Backend::cuda;
  question.workload.context = {8192.0, {Origin::Kind::user, "--context 8192"}};
  question.workload.sequences = {4.0, assumed("default")};
  question.workload.prompt_tokens = {1024.0, assumed("default")};
  question.workload.output_tokens = {256.0, assumed("default")};
  question.workload.depth = {1024.0, assumed("default")};
  question.workload.kv_type = {"f16", assumed("default: f16")};
  question.goals.time_to_first_token = Seconds{1};
  return question;
}

inline void add_line(PoolFit& pool, Term term, Figure<Bytes> bytes) {
  pool.lines.push_back({term, bytes, Bytes{bytes.value * 0.98}, Bytes{bytes.value * 1.05}});
  pool.need.low += pool.lines.back().low;
  pool.need.value += bytes.quantity();
  pool.need.high += pool.lines.back().high;
}

/// kv_cache = layers * cells * row, where row is a named part: 32 * 32768 * 4096 bytes = 4 GiB.
inline Figure<Bytes> sample_kv_cache(const Given& given) {
  const Number layers = given(32.0, "layers", Origin::Kind::file, "model.gguf: llama.block_count");
  const Number context = given(8192.0, "context", Origin::Kind::user, "--context 8192");
  const Number sequences = given(4.0, "sequences", Origin::Kind::assumed, "default");
  const Number heads = given(8.0, "kv_heads", Origin::Kind::file, "model.gguf: llama.attention.head_count_kv");
  const auto width = given(Bytes{512}, "row", Origin::Kind::file, "model.gguf");
  const auto row = (heads * width).named("kv_row", "llamacpp.kv.row");
  return (layers * (context * sequences) * row).named("kv_cache", "llamacpp.kv");
}

inline Answer sample_answer(Case question = sample_case()) {
  Answer answer;
  answer.question = std::move(question);
  answer.as_of = "2026-11-23";
  answer.trace = std::make_shared<Trace>();
  const Given given(answer.trace.get());
  Assessment& a = answer.assessment;
  a.verdict = Verdict::ready;
  a.placement = {33, 32, {33}, {}};
  PoolFit ram;
  ram.have = gib(58);
  ram.basis = HaveBasis::recorded;
  add_line(ram, Term::runtime, Bytes{100 * kMiB});
  PoolFit gpu;
  gpu.pool = 1;
  gpu.have = gib(23.5);
  gpu.basis = HaveBasis::recorded;
  add_line(gpu, Term::weights, given(Bytes{4920739232}, "tensors", Origin::Kind::file, "model.gguf"));
  add_line(gpu, Term::kv_cache, sample_kv_cache(given));
  add_line(gpu, Term::runtime, given(Bytes{536870912}, "cuda_context", Origin::Kind::catalog, "runtimes"));
  a.pools = {ram, gpu};
  const auto bandwidth = given(BytesPerSecond{1008e9}, "bandwidth", Origin::Kind::catalog, "rtx-4090");
  const auto read = given(Bytes{5e9}, "weights_read", Origin::Kind::file, "model.gguf");
  const auto tokens = Figure<Tokens>(Tokens{1});
  const auto decode = (tokens / (read / bandwidth)).named("decode", "speed.decode");
  a.speed.decode = {decode, TokensPerSecond{decode.value * 0.8}, TokensPerSecond{decode.value * 1.1}};
  a.speed.bound_by = BoundBy::memory_bandwidth;
  a.speed.time_to_first_token = {Seconds{0.4}, Seconds{0.3}, Seconds{0.6}};
  a.findings = {{FitCheck::gpu_memory, CheckStatus::pass, "B", 9e9, 25e9, {}, {}, false},
                {FitCheck::context_length, CheckStatus::warn, "tok", 8192.0, 4096.0, {}, {}, false},
                {FitCheck::goal_first_token, CheckStatus::pass, "s", 1.0, 0.4, {}, {}, false}};
  const char* const titles[] = {"GPU memory", "Context length", "Goal: time to first token"};
  const char* const ids[] = {"EF-FIT-002", "EF-FIT-011", "EF-FIT-014"};
  answer.checks.resize(3);
  for (size_t i = 0; i < 3; ++i) {
    answer.checks[i].finding = a.findings[i];
    answer.checks[i].id = ids[i];
    answer.checks[i].title = titles[i];
    answer.checks[i].message = std::string("message of ") + titles[i];
  }
  answer.checks[1].fix = "lower --context";
  answer.limits = {36618, 17};
  answer.command = "llama-server -m models/llama-8b.gguf -c 32768 -np 4 -ngl 33";
  return answer;
}

/// The same, short of memory, with two ways out.
inline Answer short_answer() {
  Answer answer = sample_answer();
  answer.assessment.verdict = Verdict::not_ready;
  answer.assessment.pools[1].have = gib(6);
  answer.assessment.speed = {};
  answer.assessment.speed.gap = SpeedGap::does_not_fit;
  answer.checks[0].finding.status = answer.assessment.findings[0].status = CheckStatus::fail;
  answer.exit_code = 1;
  answer.command.clear();
  Change quant;
  quant.what = "quant";
  quant.from = "q4_k_m";
  quant.to = "q2_k";
  Change card;
  card.op = Change::Op::add;
  card.what = "gpu";
  card.to = "rtx-4090";
  card.price.value_cents = 159900;
  Option free;
  free.changes = {quant};
  free.question = answer.question;
  free.assessment = sample_answer().assessment;
  free.assessment.pools = {};
  free.price.as_of = "2026-11";
  Option bought = free;
  bought.changes = {card, quant};
  bought.price = {159900, 159900, 170000, true, "USD", "list", "2026-10", "vendor"};
  bought.power = Watts{450};
  answer.options = {free, bought};
  return answer;
}

}  // namespace edgefit::test

// Small models and boxes for tests of the engine: Llama-3.1-8B's published hyper-parameters, boxes of any size.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "edgefit/case.h"
#include "edgefit/size.h"

namespace edgefit::testing {

inline const Origin kGiven{Origin::Kind::user, "test"};

/// A dense transformer with grouped-query attention; f16 shapes are left to prepare().
inline Model llama_8b(const std::string& precision = "q4_k_m") {
  Model m;
  m.name = "llama-3.1-8b";
  m.precision = precision;
  m.parameters = {8030261248.0, kGiven};
  auto& a = m.architecture;
  a.family = "llama";
  a.family_known = true;
  a.layers = {32.0, kGiven};
  a.hidden_size = {4096.0, kGiven};
  a.heads = {32.0, kGiven};
  a.kv_heads = {8.0, kGiven};
  a.head_dim = {128.0, kGiven};
  a.ffn_size = {14336.0, kGiven};
  a.vocab_size = {128256.0, kGiven};
  a.max_context = {131072.0, kGiven};
  return m;
}

/// The same with the tensors that its checkpoint has.
inline Model llama_8b_tensors(const std::string& precision, uint64_t vocabulary = 128256) {
  Model m = llama_8b(precision);
  m.architecture.vocab_size = {static_cast<double>(vocabulary), kGiven};
  const auto add = [&m](const std::string& name, uint64_t row, uint64_t rows, TensorRole role, int layer) {
    Tensor t;
    t.name = name;
    t.shape = {row, rows, 1, 1};
    t.role = role;
    t.layer = layer;
    m.tensors.push_back(t);
  };
  add("token_embd.weight", 4096, vocabulary, TensorRole::input, -1);
  add("output_norm.weight", 4096, 1, TensorRole::output, -1);
  add("output.weight", 4096, vocabulary, TensorRole::output, -1);
  for (int layer = 0; layer < 32; ++layer) {
    const std::string blk = "blk." + std::to_string(layer) + ".";
    for (const char* norm : {"attn_norm.weight", "ffn_norm.weight"}) add(blk + norm, 4096, 1, TensorRole::layer, layer);
    for (const char* wide : {"attn_q.weight", "attn_output.weight"})
      add(blk + wide, 4096, 4096, TensorRole::layer, layer);
    for (const char* narrow : {"attn_k.weight", "attn_v.weight"})
      add(blk + narrow, 4096, 1024, TensorRole::layer, layer);
    for (const char* up : {"ffn_gate.weight", "ffn_up.weight"}) add(blk + up, 4096, 14336, TensorRole::layer, layer);
    add(blk + "ffn_down.weight", 14336, 4096, TensorRole::layer, layer);
  }
  return m;
}

inline std::shared_ptr<const Model> prepared(Model m) {
  prepare(m);
  return std::make_shared<const Model>(std::move(m));
}

inline constexpr BackendProfile kBackends[] = {
    {Backend::cuda, 25 * kMiB, 2.5 * kMiB, 75 * kMiB, 2.9 * kMiB, 200 * kMiB, 3.2 * kMiB, 0.02, 0.8, 70e-6, 0.2, 1.2,
     0.5, 0.6, 1.4, 0.5, 1.6},
    {Backend::cpu, 16 * kMiB, 0, 16 * kMiB, 0, 50 * kMiB, 0, 0, 0.6, 0, 0.2, 1, 0.5, 0.5, 1.5, 0.4, 1.8}};
inline constexpr RuntimeProfile kProfile{"llama.cpp",    "v0.5.0", "2026-11", EngineRules::llama_cpp,
                                         "llama-server", 0,        0,         kBackends};

inline Gpu gpu_of(Bytes vram, const std::string& pool) {
  Gpu g;
  g.vendor = "NVIDIA";
  g.name = {"Test GPU", kGiven};
  g.state = GpuState::described;
  g.pool = pool;
  g.vram_total = {vram, kGiven};
  g.peak_bandwidth = {BytesPerSecond{1e12}, kGiven};
  g.fp16_peak = {FlopsPerSecond{165e12}, kGiven};
  g.sm_count = {128.0, kGiven};
  return g;
}

/// A box described by flags.
inline std::shared_ptr<const Host> box(std::optional<Bytes> ram, int gpus = 0, Bytes vram = gib(24)) {
  auto host = std::make_shared<Host>();
  host->mode = Host::Mode::described;
  if (ram) host->memory.os_total = {*ram, kGiven};
  host->memory.peak_bandwidth = {BytesPerSecond{80e9}, kGiven};
  host->cpu.cores = {8.0, kGiven};
  for (int i = 0; i < gpus; ++i) host->gpus.push_back(gpu_of(vram, "gpu" + std::to_string(i)));
  return host;
}

inline Case question(std::shared_ptr<const Model> model, std::shared_ptr<const Host> host, double context = 8192,
                     double sequences = 1) {
  Case c;
  c.model = std::move(model);
  c.host = std::move(host);
  c.runtime.profile = &kProfile;
  c.workload.context = {context, kGiven};
  c.workload.sequences = {sequences, kGiven};
  c.workload = resolve(c.workload, *c.model);
  return c;
}

}  // namespace edgefit::testing

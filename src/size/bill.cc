#include "size/bill.h"

#include <algorithm>
#include <cmath>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/extras.h"
#include "size/onnxruntime.h"
#include "size/pool_builder.h"

namespace edgefit {
namespace {

/// Low, typical and high bytes outside the engine's buffers; the SM count is a range when unknown.
void add_runtime(PoolBuilder& pool, const BackendProfile& p, const Gpu* gpu, Given given) {
  constexpr double kFewSm = 20, kManySm = 190;  // GTX 1650 (14) ... RTX PRO 6000 (188)
  const bool known = gpu != nullptr && gpu->sm_count;
  const double sm = known ? *gpu->sm_count : gpu == nullptr ? 0 : 80;
  const double low_sm = known || gpu == nullptr ? sm : kFewSm;
  const double high_sm = known || gpu == nullptr ? sm : kManySm;
  const auto base = given(Bytes{p.runtime_typical}, "context_base", Origin::Kind::catalog, mark("runtime profile"));
  const auto each =
      given(Bytes{p.runtime_typical_per_sm}, "context_per_sm", Origin::Kind::catalog, mark("runtime profile"));
  const auto count = given(sm, "sm_count", known ? gpu->sm_count.origin.kind : Origin::Kind::assumed,
                           known ? gpu->sm_count.origin.text : mark("a mid-range device"));
  auto bytes = base + each * count;
  if (gpu != nullptr && gpu->compute_capability.value_or(0) >= 9.0 && p.runtime_typical_cc9 > 0) {
    bytes = bytes +
            given(Bytes{p.runtime_typical_cc9}, "workspace", Origin::Kind::catalog, mark("cuBLAS workspace from 9.0"));
  }
  pool.add(Term::runtime, bytes.named("runtime", "runtime.outside"),
           Bytes{p.runtime_low + p.runtime_low_per_sm * low_sm},
           Bytes{p.runtime_high + p.runtime_high_per_sm * high_sm});
}

/// ggml has interleaved kernels for AVX2 and for Arm; an unknown CPU is taken to use them, so that no byte is missed.
bool repacks(const Cpu& cpu) {
  if (!cpu.isa) return true;
  const auto has = [&cpu](const char* feature) {
    return std::find(cpu.isa->begin(), cpu.isa->end(), feature) != cpu.isa->end();
  };
  return has("avx2") || has("asimddp") || has("sve");
}

void add_host_lines(const Case& question, const LlamaCpp& engine, const Layout& layout, bool gpu, PoolFit& pool) {
  PoolBuilder ram(pool, question, false);
  const bool output_here = layout.output_device < 0;
  ram.add(Term::weights, engine.host_weights(layout.host, output_here, !gpu && repacks(question.host->cpu)));
  const LayerRange cache = question.runtime.kv_offload ? layout.host : LayerRange{0, engine.layers()};
  ram.add(Term::kv_cache, engine.kv_cache(cache, false));
  ram.add(Term::recurrent_state, engine.recurrent_state(cache));
  // Without op offload the CPU computes what lies in host memory by itself.
  const bool gpu_computes = gpu && (question.runtime.op_offload || layout.gpu_layers > 0);
  ram.add(Term::compute,
          engine.host_compute(gpu_computes, layout.host, engine.pipelined(layout.on_device.size(), layout.gpu_layers)));
  ram.add(Term::output, engine.output_buffer());
}

void add_device_lines(const Case& question, const LlamaCpp& engine, const Layout& layout,
                      std::span<const Device> devices, size_t index, PoolFit& pool) {
  const bool partial = layout.gpu_layers <= engine.counted_layers() || question.runtime.cpu_moe_layers > 0 ||
                       !question.runtime.kv_offload;
  PoolBuilder gpu(pool, question, true, partial);
  const Backend backend = backend_of(question);
  const bool cuda = backend == Backend::cuda || backend == Backend::rocm;
  const bool output = layout.output_device == static_cast<int>(index);
  const LayerRange own = layout.on_device[index];
  gpu.add(Term::weights, engine.device_weights(own, output, cuda));
  if (question.runtime.kv_offload) {
    gpu.add(Term::kv_cache, engine.kv_cache(own, cuda));
    gpu.add(Term::recurrent_state, engine.recurrent_state(own));
  }
  LlamaCpp::DeviceWork work;
  work.own = own;
  work.borrowed = index == 0 ? layout.host : LayerRange{};
  work.output_on_host = layout.output_device < 0 && index == 0 && engine.borrows(engine.output_rows());
  work.logits = output || work.output_on_host;
  work.first = index == 0;
  work.several = engine.pipelined(devices.size(), layout.gpu_layers);
  work.cuda = cuda;
  if (layout.gpu_layers > 0 || question.runtime.op_offload) gpu.add(Term::compute, engine.device_compute(work));
}

/// What the process and its drivers hold, once however many models it runs.
void add_runtime_lines(const Case& question, std::span<const Device> devices, std::vector<PoolFit>& pools,
                       Given given) {
  const RuntimeProfile& profile = *question.runtime.profile;
  if (const BackendProfile* cpu = profile.find(Backend::cpu)) {
    PoolBuilder ram(pool_at(pools, 0), question, false);
    add_runtime(ram, *cpu, nullptr, given);
  }
  const BackendProfile* backend = profile.find(backend_of(question));
  for (size_t i = 0; i < devices.size() && backend != nullptr; ++i) {
    PoolBuilder gpu(pool_at(pools, devices[i].pool), question, true);
    add_runtime(gpu, *backend, &question.host->gpus[static_cast<size_t>(devices[i].gpu)], given);
  }
}

void set_have(const Case& question, std::span<const Device> devices, std::vector<PoolFit>& pools) {
  for (PoolFit& pool : pools) {
    Have have = have_of_ram(question);
    if (pool.pool > 0) {
      const auto device =
          std::find_if(devices.begin(), devices.end(), [&](const Device& d) { return d.pool == pool.pool; });
      have = have_of_gpu(question, question.host->gpus[static_cast<size_t>(device->gpu)]);
    } else if (!have.bytes && question.host->mode == Host::Mode::described) {
      have.bytes = pool.need.high;  // unstated RAM of a described box: what the placement needs
    }
    pool.have = have.bytes;
    pool.basis = have.basis;
    if (pool.pool == 0) set_sure(question, pool);
    if (pool.pool == 0 && !devices.empty() && devices.front().pool == 0) {
      pool.device_limit = shared_limit(question, question.host->gpus[static_cast<size_t>(devices.front().gpu)]);
    }
  }
}

}  // namespace

void set_sure(const Case& question, PoolFit& ram) {
  const auto& sure = question.host->memory.usable_sure;
  if (ram.have && sure && *sure < *ram.have) ram.sure = *sure;
}

std::vector<PoolFit> engine_lines(const Case& question, const LlamaCpp& engine, const Layout& layout,
                                  std::span<const Device> devices) {
  std::vector<PoolFit> pools;
  pools.reserve(devices.size() + 1);
  pools.emplace_back();
  pools.front().lines.reserve(8);
  add_host_lines(question, engine, layout, !devices.empty(), pools.front());
  for (size_t i = 0; i < devices.size(); ++i) {
    PoolFit& pool = pool_at(pools, devices[i].pool);
    pool.lines.reserve(8);
    add_device_lines(question, engine, layout, devices, i, pool);
  }
  return pools;
}

std::vector<PoolFit> make_bill(const Case& question, const LlamaCpp& engine, const Layout& layout,
                               std::span<const Device> devices, Given given) {
  std::vector<PoolFit> pools = engine_lines(question, engine, layout, devices);
  add_runtime_lines(question, devices, pools, given);
  add_extras(question, engine, layout, devices, pools, given);
  set_have(question, devices, pools);
  return pools;
}

std::vector<PoolFit> make_plain_bill(const Case& question, std::span<const Device> devices, Given given) {
  std::vector<PoolFit> pools(1);
  const Model& model = *question.model;
  if (!devices.empty()) pool_at(pools, devices.front().pool);
  PoolFit& pool = pools.back();
  PoolBuilder builder(pool, question, !devices.empty());
  if (runs_on_onnxruntime(question) && devices.empty()) {
    add_onnxruntime_lines(builder, question, given);
    set_have(question, devices, pools);
    return pools;
  }
  if (runs_on_onnxruntime(question)) {
    PoolBuilder host(pools.front(), question, false);
    add_onnxruntime_device_lines(builder, host, question, given);
  } else {
    builder.add(Term::weights, given(model.weight_bytes, "weight_bytes").named("weights", "plain.weights"));
    if (model.activation_bytes) {
      const auto sequences = given(question.workload.sequences, "sequences");
      builder.add(Term::compute,
                  (sequences * given(model.activation_bytes, "activation_bytes")).named("compute", "plain.compute"));
    }
  }
  if (const BackendProfile* profile = question.runtime.profile->find(backend_of(question))) {
    const Gpu* gpu = devices.empty() ? nullptr : &question.host->gpus[static_cast<size_t>(devices.front().gpu)];
    add_runtime(builder, *profile, gpu, given);
  }
  set_have(question, devices, pools);
  return pools;
}

int score_of(const PoolFit& pool) {
  const auto score = [](const Interval<Bytes>& need, const std::optional<Bytes>& have) {
    if (!have || need.high <= *have) return 3;
    if (need.value <= *have) return 2;
    return need.low <= *have ? 1 : 0;
  };
  const int surely = pool.sure && pool.need.high > *pool.sure ? 2 : 3;
  return std::min({surely, score(pool.need, pool.have), score(pool.device_need, pool.device_limit)});
}

int score_of(const std::vector<PoolFit>& pools) {
  int score = 3;
  for (const auto& pool : pools) score = std::min(score, score_of(pool));
  return score;
}

}  // namespace edgefit

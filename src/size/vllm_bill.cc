// The bill of vLLM's ranks, and what its start-up says when a request does not fit.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "edgefit/size.h"
#include "size/bill.h"
#include "size/pool_builder.h"
#include "size/spread.h"
#include "size/vllm.h"

namespace edgefit {
namespace {

// arg_utils.py: cards from 70 GiB on that are no A100 take the large column.
constexpr double kLargeCard = 70 * kGiB;
constexpr double kWeightsLow = 0.998, kWeightsHigh = 1.012;  // docs/accuracy.md#vllm
constexpr double kDefaultShare = 0.92;                       // --gpu-memory-utilization since v0.21

bool is_a100(const Gpu& gpu) {
  const std::string name = gpu.name.value_or("") + " " + gpu.catalog_key;
  const std::string wanted = "a100";
  return std::search(name.begin(), name.end(), wanted.begin(), wanted.end(),
                     [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; }) != name.end();
}

/// All of a card as the driver shows it; of the host's memory for a card without its own.
std::optional<Bytes> total_of(const Case& question, const Device& device) {
  if (device.pool == 0) return question.host->memory.os_total.value;
  return shown_by_driver(question, question.host->gpus[static_cast<size_t>(device.gpu)]);
}

/// The largest share in hundredths that is free on a card when vLLM looks, its own context taken off: it refuses to
/// start with a larger one.
double free_share(const Case& question, const Device& device) {
  const auto total = total_of(question, device);
  if (!total || !device.have || total->value <= 0) return kDefaultShare;
  const BackendProfile* backend = question.runtime.profile->find(backend_of(question));
  const double context = backend != nullptr ? backend->runtime_typical : 0;
  return std::max(0.0, std::floor((device.have->value - context) / total->value * 100) / 100);
}

}  // namespace

bool vllm_cache_type(std::string_view type) {
  constexpr std::array<std::string_view, 5> kTypes = {"f16", "bf16", "fp8", "fp8_e4m3", "fp8_e5m2"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

bool vllm_divides(const Architecture& a, int tensor) {
  const double heads = a.heads.value_or(0), kv_heads = a.kv_heads.value_or(0);
  if (tensor <= 1) return true;
  if (heads <= 0 || std::fmod(heads, tensor) != 0) return false;
  // Fewer KV heads than ranks are kept several times, which must come out even.
  return kv_heads <= 0 || std::fmod(kv_heads, tensor) == 0 || std::fmod(tensor, kv_heads) == 0;
}

double vllm_share(const Case& question, std::span<const Device> devices) {
  double out = kDefaultShare;
  for (const Device& device : devices) out = std::min(out, free_share(question, device));
  return out;
}

ServerSettings vllm_defaults(const Case& question, const Gpu& gpu) {
  const auto& total = gpu.has_own_memory() ? gpu.vram_total : question.host->memory.os_total;
  const bool large = total && total->value >= kLargeCard && !is_a100(gpu);
  ServerSettings out;
  const double usual = large ? 1024 : 256;
  out.max_requests = std::max(usual, question.workload.sequences.value_or(1));
  out.defaults = out.max_requests == usual;
  out.batched_tokens = large ? 8192 : 2048;
  out.memory_share = kDefaultShare;
  return out;
}

std::vector<PoolFit> make_vllm_bill(const Case& question, const ServerSettings& settings,
                                    std::span<const Device> devices, Given given) {
  std::vector<PoolFit> pools(1);
  pools.reserve(devices.size() + 1);
  pools.front().have = have_of_ram(question).bytes;
  pools.front().basis = have_of_ram(question).basis;
  set_sure(question, pools.front());
  const Vllm engine(question, settings, given);
  const BytesRange activations = engine.activations(), overhead = engine.overhead();
  for (size_t i = 0; i < devices.size(); ++i) {
    const int stage = static_cast<int>(i) / settings.tensor;
    PoolFit& pool = pool_at(pools, devices[i].pool);
    PoolBuilder builder(pool, question, true);
    const auto weights = engine.weights(stage);
    const Spread known = spread_of(Term::weights, question, false);
    builder.add(Term::weights, weights, weights.quantity() * (known.low * kWeightsLow),
                weights.quantity() * (known.high * kWeightsHigh) + Bytes{engine.doubtful_weights()});
    builder.add(Term::kv_cache, engine.kv_cache(stage));
    builder.add(Term::compute, activations.value, activations.low, activations.high);
    builder.add(Term::runtime, overhead.value, overhead.low, overhead.high);
    const Gpu& gpu = question.host->gpus[static_cast<size_t>(devices[i].gpu)];
    std::optional<Bytes> budget;
    if (const auto total = total_of(question, devices[i]); total && devices[i].have)
      budget = Bytes{std::floor(total->value * settings.memory_share)};
    if (devices[i].pool == 0) {
      pool.device_limit = budget;
    } else {
      pool.have = budget;
      pool.basis = have_of_gpu(question, gpu).basis;
    }
  }
  return pools;
}

std::optional<StartRefusal> vllm_refusal(const Case& question, const ServerSettings& settings,
                                         const std::vector<PoolFit>& pools, std::span<const Device> devices) {
  const Vllm engine(question, settings, Given(nullptr));
  std::optional<StartRefusal> worst;
  for (size_t i = 0; i < devices.size(); ++i) {
    const int stage = static_cast<int>(i) / settings.tensor;
    const auto pool =
        std::find_if(pools.begin(), pools.end(), [&](const PoolFit& p) { return p.pool == devices[i].pool; });
    const auto& budget = devices[i].pool == 0 ? pool->device_limit : pool->have;
    if (!budget) return std::nullopt;
    StartRefusal found;
    found.available = *budget;
    for (const Line& line : pool->lines) {
      if (line.term != Term::kv_cache) found.available = found.available - line.bytes.quantity();
    }
    const auto fits = [&](double tokens) { return engine.request_bytes(stage, tokens) <= found.available.value; };
    found.needed = Bytes{engine.request_bytes(stage, *question.workload.context)};
    if (fits(*question.workload.context)) continue;
    double low = 0, high = *question.workload.context;
    while (high - low > 1) {
      const double middle = std::floor((low + high) / 2);
      (fits(middle) ? low : high) = middle;
    }
    found.longest = low;
    if (!worst || found.longest < worst->longest) worst = found;
  }
  return worst;
}

}  // namespace edgefit

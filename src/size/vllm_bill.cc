// The bill of vLLM's and its kin's ranks, and what their start-up says when a request does not fit.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/bill.h"
#include "size/pool_builder.h"
#include "size/spread.h"
#include "size/vllm.h"

namespace edgefit {
namespace {

bool is_recurrent(const Architecture& a) {
  return std::any_of(a.attention.begin(), a.attention.end(),
                     [](Attention k) { return k == Attention::recurrent || k == Attention::full_recurrent; });
}

/// What there is no rule for on these servers.
struct GapRow {
  std::string_view word;
  bool (*applies)(const Case& question);
};
constexpr std::array kGaps = {
    GapRow{mark("a server of this kind beyond --backend cuda"),
           [](const Case& c) {
             const BackendProfile* backend = c.runtime.profile->find(backend_of(c));
             return backend == nullptr || !backend->memory_known || backend_of(c) != Backend::cuda;
           }},
    GapRow{mark("encoders"), [](const Case& c) { return !c.model->architecture.causal; }},
    GapRow{"RWKV", [](const Case& c) { return c.model->architecture.state == StateKind::rwkv; }},
    GapRow{mark("recurrent layers"),
           [](const Case& c) {
             return c.runtime.profile->rules != EngineRules::vllm && is_recurrent(c.model->architecture);
           }},
    GapRow{mark("this --kv-type"),
           [](const Case& c) {
             const bool eight = c.workload.kv_type->starts_with("fp8");
             return !vllm_cache_type(*c.workload.kv_type) ||
                    (eight && c.runtime.profile->rules == EngineRules::tensorrt_llm);
           }},
    GapRow{"--mmproj", [](const Case& c) { return c.projector != nullptr; }},
    GapRow{"--lora", [](const Case& c) { return !c.adapters.empty(); }},
    GapRow{"--draft", [](const Case& c) { return c.draft != nullptr; }},
};

/// What a rank may fill on its card.
struct Budget {
  std::optional<Bytes> have;
  double beside = 0;  ///< room for graphs outside the share
};

Budget budget_of(const Case& question, const ServerSettings& settings, const Device& device) {
  Budget out;
  const auto free = server_free(question, device);
  if (question.runtime.profile->rules != EngineRules::vllm) {
    out.have = free;
    return out;
  }
  const auto total = server_total(question, device);
  if (!total || !device.have) return out;
  out.have = Bytes{std::floor(total->value * settings.memory_share)};
  if (question.runtime.profile->server.graphs_in_share == 0) out.beside = std::max(0.0, (*free - *out.have).value);
  return out;
}

/// What the server keeps free beyond what it is known to take, for the lower, usual and upper end of that.
struct Kept {
  double low = 0, value = 0, high = 0;
};

/// SGLang leaves (1 - share) of what is free to steps and graphs; TensorRT-LLM gives its cache `share` of what is free
/// after weights and a trial step.
Kept kept_free(const Case& question, const ServerSettings& settings, const Budget& budget, double cache,
               const BytesRange& steps, const BytesRange& overhead) {
  const double share = settings.memory_share;
  if (question.runtime.profile->rules == EngineRules::tensorrt_llm) {
    const double rest = share > 0 ? cache / share - cache : 0;
    return {rest, rest, rest};
  }
  if (question.runtime.profile->rules != EngineRules::sglang || !budget.have) return {};
  const double room = budget.have->value * (1 - share);
  const auto left = [room](Bytes a, Bytes b) { return std::max(0.0, room - (a + b).value); };
  return {left(steps.low, overhead.low), left(steps.value.quantity(), overhead.value.quantity()),
          left(steps.high, overhead.high)};
}

/// The processes: the server and one a rank; weights are mapped pages that the system may drop.
void add_host_line(const Case& question, const ServerSettings& settings, PoolFit& ram, Given given) {
  const ServerProfile& s = question.runtime.profile->server;
  const double ranks = settings.tensor * settings.pipeline;
  const auto catalog = Origin::Kind::catalog;
  const auto count = given(ranks, "ranks", Origin::Kind::derived, mark("tensor x pipeline"));
  const auto value = given(Bytes{s.host_typical}, "server_process", catalog, mark("runtime profile")) +
                     count * given(Bytes{s.host_rank_typical + s.swap_space}, "rank_process", catalog,
                                   mark("runtime profile, pinned swap space of the V0 engine included"));
  PoolBuilder(ram, question, false)
      .add(Term::runtime, value.named("host_memory", "vllm.host"),
           Bytes{s.host_low + ranks * (s.host_rank_low + s.swap_space)},
           Bytes{s.host_high + ranks * (s.host_rank_high + s.swap_space)});
}

void set_ram(const Case& question, PoolFit& ram) {
  Have have = have_of_ram(question);
  // Unstated RAM of a described box: what the placement needs.
  if (!have.bytes && question.host->mode == Host::Mode::described) have.bytes = ram.need.high;
  ram.have = have.bytes;
  ram.basis = have.basis;
  set_sure(question, ram);
}

}  // namespace

std::string_view vllm_gap(const Case& question) {
  const auto* row = std::find_if(kGaps.begin(), kGaps.end(), [&](const GapRow& gap) { return gap.applies(question); });
  return row == kGaps.end() ? std::string_view() : row->word;
}

std::vector<PoolFit> make_vllm_bill(const Case& question, const ServerSettings& settings,
                                    std::span<const Device> devices, Given given) {
  std::vector<PoolFit> pools(1);
  pools.reserve(devices.size() + 1);
  const ServerProfile& server = question.runtime.profile->server;
  const Vllm engine(question, settings, given);
  const BytesRange steps = engine.activations();
  add_host_line(question, settings, pools.front(), given);
  for (size_t i = 0; i < devices.size(); ++i) {
    const int stage = static_cast<int>(i) / settings.tensor;
    PoolFit& pool = pool_at(pools, devices[i].pool);
    PoolBuilder builder(pool, question, true);
    const Budget budget = budget_of(question, settings, devices[i]);
    const auto weights = engine.weights(stage);
    const Spread known = spread_of(Term::weights, question, false);
    builder.add(Term::weights, weights, weights.quantity() * (known.low * server.weights_low),
                weights.quantity() * (known.high * server.weights_high) + Bytes{engine.doubtful_weights()});
    const auto cache = engine.kv_cache(stage);
    builder.add(Term::kv_cache, cache);
    builder.add(Term::compute, steps.value, steps.low, steps.high);
    const BytesRange overhead = engine.overhead(budget.beside);
    const Kept kept = kept_free(question, settings, budget, cache.value, steps, overhead);
    builder.add(Term::runtime, overhead.value, overhead.low, overhead.high);
    if (kept.value > 0 || kept.low > 0) {
      builder.add(Term::runtime,
                  given(Bytes{kept.value}, "kept_free", Origin::Kind::derived, mark("by the server's share")),
                  Bytes{kept.low}, Bytes{kept.high});
    }
    if (devices[i].pool == 0) {
      pool.device_limit = budget.have;
    } else {
      pool.have = budget.have;
      pool.basis = have_of_gpu(question, question.host->gpus[static_cast<size_t>(devices[i].gpu)]).basis;
    }
  }
  set_ram(question, pools.front());
  return pools;
}

std::optional<StartRefusal> vllm_refusal(const Case& question, const ServerSettings& settings,
                                         std::span<const Device> devices) {
  const Vllm engine(question, settings, Given(nullptr));
  const EngineRules rules = question.runtime.profile->rules;
  std::optional<StartRefusal> worst;
  for (size_t i = 0; i < devices.size(); ++i) {
    const int stage = static_cast<int>(i) / settings.tensor;
    const Budget budget = budget_of(question, settings, devices[i]);
    if (!budget.have) return std::nullopt;
    const double weights = engine.weights(stage).value, steps = engine.activations().value.value;
    const double overhead = engine.overhead(budget.beside).value.value;
    StartRefusal found;
    found.available = Bytes{budget.have->value - weights - steps - overhead};
    if (rules == EngineRules::tensorrt_llm) found.available = found.available * settings.memory_share;
    if (rules == EngineRules::sglang) {
      const double kept = std::max(budget.have->value * (1 - settings.memory_share), steps + overhead);
      found.available = Bytes{budget.have->value - kept - weights};
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

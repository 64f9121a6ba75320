// What the servers take by themselves: steps and requests by class of card, and the share of the card that they fill.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/vllm.h"

namespace edgefit {
namespace {

bool is_a100(const Gpu& gpu) {
  return lower(gpu.name.value_or("") + " " + gpu.catalog_key).find("a100") != std::string::npos;
}

/// The driver's context on the card, which lies outside every budget.
double context_bytes(const Case& question) {
  const BackendProfile* backend = question.runtime.profile->find(backend_of(question));
  return backend != nullptr ? backend->runtime_typical : 0;
}

/// The largest share in hundredths that is free on a card when vLLM looks, its own context taken off: it refuses to
/// start with a larger one.
double free_share(const Case& question, const Device& device, double usual) {
  const auto total = server_total(question, device);
  const auto free = server_free(question, device);
  if (!total || !free || total->value <= 0) return usual;
  return std::max(0.0, std::floor(free->value / total->value * 100) / 100);
}

/// SGLang's settings by the card's memory: tokens of a piece of a prompt, requests in captured graphs with fewer than
/// four tensor ranks and with four or more (server_args.py, PR 10975).
struct CardRow {
  double below_gib, tokens, requests, requests_many;
};
constexpr std::array kSglangCards = {CardRow{20, 2048, 8, 8},      CardRow{35, 2048, 24, 80},
                                     CardRow{60, 4096, 32, 160},   CardRow{90, 8192, 256, 512},
                                     CardRow{160, 8192, 256, 512}, CardRow{1e9, 16384, 512, 512}};

/// What SGLang keeps free for steps and graphs, as a share of the card (server_args.py, in MiB).
double sglang_share(double total, double tokens, double requests, int ranks) {
  constexpr double kConstant = 512, kLeastPiece = 2048, kPerToken = 1.5, kPerRequest = 2, kPerRank = 1024.0 / 8;
  constexpr double kLarge = 60 * 1024, kLeastOfLarge = 10 * 1024;
  const double size = total / kMiB;
  double kept = kConstant + std::max(tokens, kLeastPiece) * kPerToken + requests * kPerRequest + ranks * kPerRank;
  if (size > kLarge) kept = std::max(kept, kLeastOfLarge);
  return std::max(0.0, std::round((size - kept) / size * 1000) / 1000);
}

void set_sglang(const std::optional<Bytes>& total, ServerSettings& out) {
  const double size = total ? total->value : 80 * kGiB;
  const auto row = std::find_if(kSglangCards.begin(), kSglangCards.end(),
                                [size](const CardRow& r) { return size < r.below_gib * kGiB; });
  out.batched_tokens = row->tokens;
  out.max_requests = out.tensor < 4 ? row->requests : row->requests_many;
  out.usual_share = sglang_share(size, out.batched_tokens, out.max_requests, out.tensor * out.pipeline);
}

}  // namespace

std::optional<Bytes> server_total(const Case& question, const Device& device) {
  if (device.pool == 0) return question.host->memory.os_total.value;
  return shown_by_driver(question, question.host->gpus[static_cast<size_t>(device.gpu)]);
}

std::optional<Bytes> server_free(const Case& question, const Device& device) {
  if (!device.have) return std::nullopt;
  return Bytes{std::max(0.0, device.have->value - context_bytes(question))};
}

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

bool vllm_deals(const Case& question, const ServerSettings& settings) {
  if (settings.expert <= 1) return true;
  const bool vllm = question.runtime.profile->rules == EngineRules::vllm;
  return question.model->architecture.moe &&
         (vllm ? settings.expert == settings.tensor : settings.tensor % settings.expert == 0);
}

double vllm_share(const Case& question, std::span<const Device> devices, double usual) {
  const double stated = question.runtime.memory_share;
  double out = stated > 0 ? stated : usual;
  // The others' shares are of what is free already.
  if (question.runtime.profile->rules != EngineRules::vllm || stated > 0) return out;
  for (const Device& device : devices) out = std::min(out, free_share(question, device, usual));
  return out;
}

bool vllm_share_is_free(const Case& question, const ServerSettings& settings, std::span<const Device> devices) {
  if (question.runtime.profile->rules != EngineRules::vllm) return true;
  return std::all_of(devices.begin(), devices.end(),
                     [&](const Device& device) { return free_share(question, device, 1) >= settings.memory_share; });
}

ServerSettings vllm_defaults(const Case& question, const Gpu& gpu, int tensor, int pipeline) {
  const ServerProfile& server = question.runtime.profile->server;
  const auto& total = gpu.has_own_memory() ? gpu.vram_total : question.host->memory.os_total;
  // arg_utils.py: cards from 70 GiB on that are no A100 take the large column.
  const bool large = total && total->value >= server.large_card && !is_a100(gpu);
  ServerSettings out;
  out.tensor = tensor;
  out.pipeline = pipeline;
  out.expert = std::max(1, question.runtime.expert_parallel);
  out.eager = question.runtime.eager;
  out.max_requests = large ? server.requests_large : server.requests;
  out.batched_tokens = large ? server.tokens_large : server.tokens;
  out.usual_share = server.memory_share;
  if (question.runtime.profile->rules == EngineRules::sglang) set_sglang(total.value, out);
  if (*question.workload.context <= server.whole_prompt)
    out.batched_tokens = std::max(out.batched_tokens, *question.workload.context);
  const double stated = question.runtime.max_requests;
  const double wanted = stated > 0 ? stated : std::max(out.max_requests, question.workload.sequences.value_or(1));
  out.defaults = wanted == out.max_requests;
  out.max_requests = wanted;
  out.memory_share = out.usual_share;
  return out;
}

}  // namespace edgefit

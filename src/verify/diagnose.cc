// The table of causes. Each row says for which slowness it can stand, and looks for a second sign of itself: the
// slowness alone names nothing. Effects and signs are those of the readiness catalogue of this project's design.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/diagnosis.h"
#include "edgefit/precision.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Others wanted more than this share of the processors before the run, or a hypervisor took this share during it.
constexpr double kOtherLoad = 0.25, kStolen = 0.05;
constexpr double kLowClock = 0.8, kHalfRate = 0.55;
constexpr double kCapped = 0.95, kHotShare = 0.01;
constexpr double kNoOffload = 0.05, kWholeOffload = 0.95;
constexpr double kSwappedPages = 256, kFaults = 1000, kStalledShare = 0.05;
constexpr double kOtherSize = 1.1;
constexpr double kNodeShare = 0.2;

struct Scene {
  const Case& plan;
  const Assessment& predicted;
  const Signs& seen;
  bool on_gpu() const { return plan.runtime.backend != Backend::cpu; }
  /// Some layers stay on the processor.
  bool uses_ram() const { return !on_gpu() || predicted.placement.gpu_layers < predicted.placement.layers; }
  std::vector<const Gpu*> cards() const {
    std::vector<const Gpu*> out;
    for (const Gpu& gpu : seen.host.gpus)
      if (gpu.usable() && gpu.has_own_memory()) out.push_back(&gpu);
    return out;
  }
};

/// A sign that was seen, in words; one that is surely not there; or one that nobody could look for.
struct Sign {
  enum class Seen { yes, no, unknown } seen = Seen::no;
  std::string text;
};
Sign there(std::string text) {
  return {Sign::Seen::yes, std::move(text)};
}
Sign absent() {
  return {};
}
Sign unseen() {
  return {Sign::Seen::unknown, {}};
}

struct CauseRow {
  const char* id;
  const char* effect;
  const char* fix;
  double slowest, fastest;  ///< measured / predicted speed for which it can stand
  bool (*applies)(const Scene&);
  Sign (*sign)(const Scene&);
};

bool always(const Scene&) {
  return true;
}
bool on_gpu(const Scene& s) {
  return s.on_gpu();
}
bool uses_ram(const Scene& s) {
  return s.uses_ram();
}

Sign single_channel(const Scene& s) {
  const Memory &have = s.seen.host.memory, &want = s.plan.host->memory;
  if (have.channels && want.channels && *have.channels < *want.channels)
    return there(say(tr("{:g} memory channels, {:g} planned"), *have.channels, *want.channels));
  if (have.channels && *have.channels == 1) return there(tr("one memory channel"));
  if (have.measured_bandwidth && want.peak_bandwidth) {
    // Half of the channels give no more than half of the peak; all of them give more than this.
    return have.measured_bandwidth->value <= kHalfRate * want.peak_bandwidth->value
               ? there(say(tr("memory reads {}, {} planned at peak"), show(*have.measured_bandwidth),
                           show(*want.peak_bandwidth)))
               : absent();
  }
  return have.channels ? absent() : unseen();
}

Sign low_clock(const Scene& s) {
  const BoxSample& now = s.seen.during;
  if (!now.clock_share && now.governor.empty()) return unseen();
  const bool slow = now.clock_share && *now.clock_share < kLowClock;
  // With these drivers "powersave" only means that the processor chooses by itself.
  const bool self_driven = now.driver.starts_with("intel_pstate") || now.driver.starts_with("amd-pstate");
  const bool saving = (now.governor == "powersave" && !self_driven) || now.preference == "power";
  const bool capped = now.boost && !*now.boost;
  if (!slow && now.clock_share) return absent();
  if (saving)
    return there(say(tr("governor {}, preference {}"), now.governor, now.preference.empty() ? "-" : now.preference));
  if (capped) return there(tr("boost is switched off"));
  return slow ? there(say(tr("under load the cores ran at {:.0f} % of their clock"), *now.clock_share * 100))
              : absent();
}

Sign power_cap(const Scene& s) {
  bool known = false;
  for (const Gpu* gpu : s.cards()) {
    const auto cap = s.seen.during.power_cap.find(gpu->bdf), usual = s.seen.during.power_cap_default.find(gpu->bdf);
    const bool by_kernel = cap != s.seen.during.power_cap.end() && usual != s.seen.during.power_cap_default.end();
    if (!by_kernel && (!gpu->power_limit || !gpu->power_default)) continue;
    known = true;
    const double now = by_kernel ? cap->second : gpu->power_limit->value;
    const double most = by_kernel ? usual->second : gpu->power_default->value;
    if (now < kCapped * most) return there(say(tr("{}: limited to {:.0f} W of {:.0f} W"), gpu->pool, now, most));
  }
  return known ? absent() : unseen();
}

Sign hot_cores(const Scene& s) {
  const auto &before = s.seen.before.throttles, &after = s.seen.after.throttles;
  if (!before || !after) return unseen();
  return *after > *before
             ? there(say(tr("cores were too hot {:.0f} time during the run",
                            "cores were too hot {:.0f} times during the run", static_cast<size_t>(*after - *before)),
                         *after - *before))
             : absent();
}

Sign hot_card(const Scene& s) {
  const auto &before = s.seen.before.card_hot, &after = s.seen.after.card_hot;
  bool known = false;
  for (const Gpu* gpu : s.cards()) {
    const auto first = before.find(gpu->bdf), last = after.find(gpu->bdf);
    if (first == before.end() || last == after.end()) continue;
    known = true;
    const double held = last->second - first->second;
    if (held > kHotShare * s.seen.seconds)
      return there(say(tr("{}: its heat held it back for {}"), gpu->pool, show(Seconds{held})));
  }
  return known ? absent() : unseen();
}

Sign thermal(const Scene& s) {
  Sign cores = hot_cores(s);
  if (!s.on_gpu() || cores.seen == Sign::Seen::yes) return cores;
  Sign card = hot_card(s);
  return card.seen == Sign::Seen::no && s.uses_ram() ? cores : card;
}

/// The share of the model in video memory as the server tells it.
std::optional<double> offloaded(const Scene& s) {
  const auto& served = s.seen.served;
  if (!served.vram_bytes || !served.model_bytes || !(*served.model_bytes > 0)) return std::nullopt;
  return *served.vram_bytes / *served.model_bytes;
}
std::optional<double> typed_layers(const Scene& s) {
  for (const auto& server : s.seen.during.servers)
    if (server.gpu_layers) return server.gpu_layers;
  return std::nullopt;
}

Sign no_offload(const Scene& s) {
  if (const auto share = offloaded(s)) {
    if (*share < kNoOffload) return there(tr("the server holds nothing of the model in video memory"));
    return absent();
  }
  if (const auto layers = typed_layers(s); layers && *layers == 0)
    return there(tr("the server was started with 0 GPU layers"));
  for (const Gpu& gpu : s.seen.host.gpus) {
    if (gpu.kind == GpuClass::display_only) continue;
    if (!gpu.usable())
      return there(say(tr("{}: {}"), gpu.name ? printable(*gpu.name) : gpu.id, printable(gpu.state_text)));
    if (gpu.visible && *gpu.visible == "no") return there(tr("the environment hides the card (CUDA_VISIBLE_DEVICES)"));
  }
  Bytes used{};
  for (const Gpu* gpu : s.cards()) {
    if (!gpu->vram_used) return unseen();
    used += *gpu->vram_used;
  }
  if (s.cards().empty()) return there(tr("there is no usable card on the box"));
  const auto& weights = s.plan.model->weight_bytes;
  if (!weights) return unseen();
  return used < *weights * kNoOffload ? there(say(tr("only {} of video memory are in use"), show(used))) : absent();
}

Sign partial_offload(const Scene& s) {
  const Placement& planned = s.predicted.placement;
  if (const auto share = offloaded(s)) {
    const bool part = *share >= kNoOffload && *share < kWholeOffload && planned.gpu_layers >= planned.layers;
    return part ? there(say(tr("{:.0f} % of the model are in video memory"), *share * 100)) : absent();
  }
  if (const auto layers = typed_layers(s))
    return *layers > 0 && *layers < planned.gpu_layers
               ? there(say(tr("started with {:g} GPU layers, {} planned"), *layers, planned.gpu_layers))
               : absent();
  return unseen();
}

Sign narrow_link(const Scene& s) {
  const auto& now = s.seen.during;
  for (const auto& [card, most] : now.link_width_max) {
    const auto width = now.link_width.find(card);
    if (width != now.link_width.end() && width->second < most)
      return there(say(tr("{} runs with {:g} of {:g} PCIe lanes under load"), card, width->second, most));
  }
  return now.link_width.empty() ? unseen() : absent();
}
/// Between cards, and between card and processor; one card that holds all does not wait for its link.
bool crosses_link(const Scene& s) {
  return s.on_gpu() && (s.cards().size() > 1 || s.uses_ram());
}

std::optional<double> grown(const std::optional<double>& before, const std::optional<double>& after) {
  if (!before || !after) return std::nullopt;
  return *after - *before;
}

Sign swapping(const Scene& s) {
  const auto swapped = grown(s.seen.before.swapped_in, s.seen.after.swapped_in);
  const auto stalled = grown(s.seen.before.memory_stall, s.seen.after.memory_stall);
  if (swapped && *swapped > kSwappedPages) return there(say(tr("{:.0f} pages came back from swap"), *swapped));
  for (const auto& server : s.seen.after.servers) {
    for (const auto& same : s.seen.before.servers) {
      const auto faults = same.pid == server.pid ? grown(same.major_faults, server.major_faults) : std::nullopt;
      if (faults && *faults > kFaults)
        return there(say(tr("the server fetched pages from disk {:.0f} times"), *faults));
    }
  }
  if (stalled && s.seen.seconds > 0 && *stalled > kStalledShare * s.seen.seconds)
    return there(say(tr("processes waited for memory for {}"), show(Seconds{*stalled})));
  return swapped || stalled ? absent() : unseen();
}

Sign threads(const Scene& s) {
  const auto& cores = s.seen.host.cpu.cores;
  bool known = false;
  for (const auto& server : s.seen.during.servers) {
    double pages = 0, most = 0;
    for (const auto& [node, count] : server.node_pages) {
      pages += count;
      most = std::max(most, count);
    }
    if (pages > 0 && (pages - most) / pages > kNodeShare)
      return there(say(tr("the server's memory is spread over {} NUMA nodes"), server.node_pages.size()));
    known = known || server.threads || pages > 0;
    if (server.threads && cores && *server.threads > *cores)
      return there(say(tr("{:g} threads on {:g} cores"), *server.threads, *cores));
  }
  return known ? absent() : unseen();
}

/// "q8_0" of a file's name or of what the server says; empty when none is named.
std::string precision_in(const std::string& text) {
  const std::string name = lower(text);
  std::string best;
  for (const auto& row : precisions())
    if (row.name.size() > best.size() && name.find(lower(row.name)) != std::string::npos) best = std::string(row.name);
  return best;
}

Sign other_model(const Scene& s) {
  const auto& served = s.seen.served;
  const Model& model = *s.plan.model;
  if (served.model_bytes && model.weight_bytes && model.weight_bytes->value > 0) {
    const double ratio = *served.model_bytes / model.weight_bytes->value;
    return ratio > kOtherSize ? there(say(tr("the server holds {}, {} planned"), show(Bytes{*served.model_bytes}),
                                          show(*model.weight_bytes)))
                              : absent();
  }
  const std::string precision = precision_in(served.quantization.empty() ? served.path : served.quantization);
  if (precision.empty() || model.precision.empty()) return unseen();
  return precision == lower(model.precision)
             ? absent()
             : there(say(tr("the server holds {}, {} planned"), precision, model.precision));
}

Sign other_context(const Scene& s) {
  const auto& served = s.seen.served.context;
  const auto& planned = s.plan.workload.context;
  if (!served || !planned) return unseen();
  return *served > *planned * kOtherSize
             ? there(say(tr("{} tokens of context are set up, {} planned"), show_count(*served), show_count(*planned)))
             : absent();
}

const std::array<CauseRow, 11> kCauses = {{
    {"single_channel", mark("decoding on the processor takes about twice as long"),
     mark("fill the second channel: modules in the slots that the board's manual names first"), 0.3, 0.85, uses_ram,
     single_channel},
    {"low_clock", mark("20 to 60 % slower, the first token most of all"),
     mark("choose the governor performance, allow boost in the firmware"), 0.3, 0.95, always, low_clock},
    {"power_cap", mark("prompts slower, decoding less so"), mark("raise the card's power limit to its default"), 0.4,
     0.98, on_gpu, power_cap},
    {"thermal", mark("the last third of a long run slower than the first"),
     mark("clean and free the airways, check the fans"), 0.3, 0.98, always, thermal},
    {"no_offload", mark("5 to 20 times slower"), mark("mend driver or library, start the server with GPU layers"), 0,
     0.5, on_gpu, no_offload},
    {"partial_offload", mark("between processor and card"),
     mark("free video memory or take a smaller precision or context"), 0, 0.9, on_gpu, partial_offload},
    {"narrow_link", mark("cards wait for each other and for the processor"),
     mark("another slot, all lanes; check the riser"), 0.2, 0.98, crosses_link, narrow_link},
    {"swapping", mark("collapse"), mark("more memory or a smaller model; no other programs beside it"), 0, 0.95, always,
     swapping},
    {"threads", mark("about 30 % slower"), mark("as many threads as cores; memory of one NUMA node"), 0.3, 0.95,
     uses_ram, threads},
    {"other_model", mark("slower in proportion to its size"), mark("serve the file that was planned"), 0.1, 0.95,
     always, other_model},
    {"other_context", mark("less room for layers on the card"), mark("set the context that was planned"), 0.1, 0.95,
     uses_ram, other_context},
}};

/// Why this run proves nothing; empty when it may.
std::string refusal(const Scene& s) {
  const auto& cpu = s.seen.host.cpu;
  const double cores = cpu.pus ? *cpu.pus : cpu.cores.value_or(1);
  const auto& load = s.seen.before.load1;
  if (load && *load > std::max(1.0, kOtherLoad * cores))
    return say(tr("other programs were at work before the run: load {:.1f} on {:g} processors"), *load, cores);
  const auto ticks = grown(s.seen.before.ticks, s.seen.after.ticks),
             stolen = grown(s.seen.before.steal, s.seen.after.steal);
  if (ticks && stolen && *ticks > 0 && *stolen / *ticks > kStolen)
    return say(tr("the hypervisor gave {:.0f} % of the processors to others"), *stolen / *ticks * 100);
  return {};
}

/// A row can stand for a figure that is slower by as much as the row explains.
bool can_stand(const CauseRow& row, const std::vector<MeasuredFigure>& figures) {
  return std::any_of(figures.begin(), figures.end(), [&row](const MeasuredFigure& figure) {
    return figure.status == CheckStatus::fail && figure.speed() >= row.slowest && figure.speed() <= row.fastest;
  });
}

CheckStatus worst(const std::vector<MeasuredFigure>& figures) {
  for (const auto status : {CheckStatus::fail, CheckStatus::unknown, CheckStatus::warn, CheckStatus::pass})
    if (std::any_of(figures.begin(), figures.end(), [status](const auto& figure) { return figure.status == status; }))
      return status;
  return CheckStatus::unknown;
}

}  // namespace

double MeasuredFigure::speed() const {
  return more_is_better ? measured / predicted : predicted / measured;
}

MeasuredFigure measured_figure(const char* id, const char* unit, double measured, double predicted, double low,
                               double high, bool more_is_better) {
  MeasuredFigure out{id, unit, measured, predicted, low, high, more_is_better};
  if (!(measured > 0) || !(predicted > 0)) return out;
  const bool slower = more_is_better ? measured < low : measured > high;
  const bool faster = more_is_better ? measured > high : measured < low;
  out.status = slower ? CheckStatus::fail : faster ? CheckStatus::warn : CheckStatus::pass;
  return out;
}

Diagnosis diagnose(const Case& planned, const Assessment& predicted, const Signs& evidence,
                   std::vector<MeasuredFigure> figures) {
  const Scene scene{planned, predicted, evidence};
  Diagnosis out;
  out.figures = std::move(figures);
  if (evidence.local) out.refused = refusal(scene);
  for (const auto& row : kCauses) {
    if (!evidence.local && std::string_view(row.id) != "other_model" && std::string_view(row.id) != "other_context")
      continue;
    if (!row.applies(scene) || !can_stand(row, out.figures)) continue;
    auto sign = row.sign(scene);
    if (sign.seen == Sign::Seen::yes) out.causes.push_back({row.id, row.effect, std::move(sign.text), row.fix});
    if (sign.seen == Sign::Seen::unknown) out.not_seen.emplace_back(row.id);
  }
  if (!out.refused.empty())
    for (auto& figure : out.figures) figure.status = CheckStatus::unknown;
  out.status = worst(out.figures);
  return out;
}

}  // namespace edgefit

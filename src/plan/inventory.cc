// The rows of an inventory. Each compares one fact and knows how to put what was found into the plan's box, so that
// assess() says what this difference alone does.
#include "edgefit/inventory.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "edgefit/calibration.h"
#include "edgefit/size.h"
#include "edgefit/text.h"
#include "plan/inventory_match.h"

namespace edgefit {
namespace {

/// The kernel and the firmware keep a part of what is installed: a box is not short for that. No module is smaller than
/// this floor, and one of sixteen is more than this share.
constexpr double kKeptShare = 0.05;
constexpr Bytes kKeptFloor = gib(1);
/// Two readings of one interface differ by what a kernel update takes.
constexpr double kSameSource = 0.01;
/// ECC in the card's own memory takes a sixteenth (NVIDIA, GDDR6 boards); the next smaller model has a sixth less.
constexpr double kVramKept = 0.07;
/// Half of the channels can read at half of the peak at best; all of them reach more than this.
constexpr double kReadShare = 0.55;
constexpr double kRateRounding = 0.02;

/// Puts one difference into the plan's box.
using Apply = std::function<void(Host& plan)>;

/// Told by the box itself, by its firmware or by someone who looked.
template <class T>
bool seen(const Fact<T>& fact) {
  return fact && fact.origin.kind != Origin::Kind::catalog && fact.origin.kind != Origin::Kind::assumed;
}
template <class T>
bool planned(const Fact<T>& fact) {
  return fact && !fact.assumed();
}

double plain(double value) {
  return value;
}
template <class U>
double plain(Quantity<U> quantity) {
  return quantity.value;
}

template <class T>
InventoryValue value_of(const Fact<T>& fact) {
  if constexpr (std::is_same_v<T, std::string>)
    return fact ? InventoryValue{{}, *fact} : InventoryValue{};
  else
    return fact ? InventoryValue{plain(*fact), {}} : InventoryValue{};
}

template <class T>
void keep_reason(InventoryRow& row, const Fact<T>& fact) {
  row.why = fact ? std::string(tr("only a table says so")) : fact.why;
  row.remedy = fact.remedy;
}

class Taking {
 public:
  Taking(const Case& plan, std::shared_ptr<const Host> box) {
    out_.planned = plan;
    out_.planned.assume_idle = true;
    out_.found = out_.planned;
    out_.found.host = std::move(box);
    settle(out_.found);
    out_.before = assess(out_.planned);
    out_.after = assess(out_.found);
  }

  Inventory run() {
    memory();
    cpu();
    gpus();
    disk();
    return std::move(out_);
  }

 private:
  const Host& plan() const { return *out_.planned.host; }
  const Host& box() const { return *out_.found.host; }

  /// The backend follows the box unless it was chosen; a calibration is of one box only.
  static void settle(Case& question) {
    question.runtime.backend = backend_of(question);
    if (question.calibration && question.calibration->box() != box_of(*question.host)) question.calibration = nullptr;
  }

  void add(InventoryRow row, const Apply& apply) {
    if (row.status == CheckStatus::fail || row.status == CheckStatus::warn) {
      Case changed = out_.planned;
      Host host = plan();
      apply(host);
      number_pools(host);
      changed.host = std::make_shared<const Host>(std::move(host));
      settle(changed);
      row.effect = assess(changed);
    }
    out_.rows.push_back(std::move(row));
  }

  /// A number of which more is better; `tolerance` is the share that may be missing.
  template <class T>
  void at_least(InventoryRow row, const Fact<T>& want, const Fact<T>& have, double tolerance, const Apply& apply) {
    if (planned(want)) row.planned = value_of(want);
    if (seen(have)) row.found = value_of(have);
    if (!row.planned.known()) {
      row.status = CheckStatus::not_applicable;
    } else if (!row.found.known()) {
      row.status = CheckStatus::unknown;
      keep_reason(row, have);
    } else {
      const bool enough = *row.found.number >= *row.planned.number * (1 - tolerance);
      row.status = enough ? CheckStatus::pass : CheckStatus::fail;
    }
    add(std::move(row), apply);
  }

  void memory();
  void memory_size();
  void memory_bandwidth();
  void cpu();
  void isa(const Apply& apply);
  void gpus();
  void card(const std::string& part, size_t wanted, size_t got);
  void card_state(const std::string& part, const Gpu& have, const Apply& apply);
  void disk();
  void disk_kind(const Storage& want, const Storage& have);

  Inventory out_;
};

/// Modules where someone could count them, else what the kernel has, with what an integrated GPU took before it.
Fact<Bytes> size_of(const Memory& memory, const std::vector<Gpu>& gpus, bool modules) {
  if (modules) return memory.installed;
  Fact<Bytes> size = memory.os_total;
  for (const Gpu& gpu : gpus)
    if (size && gpu.carveout) *size.value += *gpu.carveout;
  return size;
}

void Taking::memory_size() {
  const Memory &want = plan().memory, &have = box().memory;
  const bool modules = planned(want.installed) && seen(have.installed);
  Fact<Bytes> wanted = size_of(want, plan().gpus, modules);
  if (!modules && want.installed) wanted = want.installed;
  const Fact<Bytes> got = size_of(have, box().gpus, modules);
  // A described box states modules; a recorded one what its kernel had.
  const bool same_source =
      modules || (seen(want.os_total) && want.os_total.origin.kind == Origin::Kind::os && !want.installed);
  double tolerance = modules ? 0 : kSameSource;
  if (!same_source && wanted)
    tolerance = std::max(kKeptShare, kKeptFloor / *wanted < Scalar{1} ? (kKeptFloor / *wanted).value : 0);
  at_least({"memory", "size", "B"}, wanted, got, tolerance, [&have](Host& host) {
    host.memory.installed = have.installed;
    host.memory.os_total = have.os_total;
    host.memory.usable = have.usable;
    host.memory.usable_sure = have.usable_sure;
    host.memory.available = Fact<Bytes>::unknown(tr("of another box"));
  });
}

/// The slowest module counts; what it runs at before what it is made for.
Fact<double> module_rate(const Memory& memory) {
  Fact<double> slowest = Fact<double>::unknown(tr("the modules' rate is not readable"), tr("run it as root"));
  for (const Dimm& dimm : memory.dimms) {
    const auto& rate = dimm.configured_mts ? dimm.configured_mts : dimm.rated_mts;
    if (rate && (!slowest || *rate < *slowest)) slowest = rate;
  }
  return slowest;
}

/// The plan's memory at a share of its rate, or at the rate that was seen.
Apply slower(const Memory& have, double share) {
  return [&have, share](Host& host) {
    auto& rate = host.memory.peak_bandwidth;
    if (seen(have.peak_bandwidth))
      rate = have.peak_bandwidth;
    else if (rate)
      rate.value = *rate * share;
    host.memory.measured_bandwidth = have.measured_bandwidth;
  };
}

void Taking::memory_bandwidth() {
  const Memory &want = plan().memory, &have = box().memory;
  if (seen(have.peak_bandwidth) || !seen(have.measured_bandwidth)) {
    at_least({"memory", "bandwidth", "B/s"}, want.peak_bandwidth, have.peak_bandwidth, kRateRounding, slower(have, 1));
    return;
  }
  at_least({"memory", "read_rate", "B/s"}, want.peak_bandwidth, have.measured_bandwidth, 1 - kReadShare,
           slower(have, 1));
}

void Taking::memory() {
  const Memory &want = plan().memory, &have = box().memory;
  memory_size();
  const auto share = [](const Fact<double>& of, const Fact<double>& in) { return of && in && *in > 0 ? *of / *in : 1; };
  const auto wanted = module_rate(want), got = module_rate(have);
  at_least({"memory", "channels", "1"}, want.channels, have.channels, 0,
           slower(have, share(have.channels, want.channels)));
  at_least({"memory", "module_rate", "MT/s"}, wanted, got, 0, slower(have, share(got, wanted)));
  memory_bandwidth();
}

void Taking::isa(const Apply& apply) {
  const auto &want = plan().cpu.isa, &have = box().cpu.isa;
  InventoryRow row{"cpu", "isa", ""};
  if (planned(want))
    for (const auto& feature : *want) row.planned.word += (row.planned.word.empty() ? "" : " ") + feature;
  if (!row.planned.known()) {
    row.status = CheckStatus::not_applicable;
  } else if (!seen(have)) {
    row.status = CheckStatus::unknown;
    keep_reason(row, have);
  } else {
    std::string missing;
    for (const auto& feature : *want) {
      const bool there = std::find(have->begin(), have->end(), feature) != have->end();
      if (there)
        row.found.word += (row.found.word.empty() ? "" : " ") + feature;
      else
        missing += (missing.empty() ? "" : " ") + feature;
    }
    row.status = missing.empty() ? CheckStatus::pass : CheckStatus::fail;
    row.why = missing;
  }
  add(std::move(row), apply);
}

void Taking::cpu() {
  const Cpu &want = plan().cpu, &have = box().cpu;
  const Apply apply = [&have](Host& host) { host.cpu = have; };
  InventoryRow row{"cpu", "model", ""};
  if (planned(want.model)) row.planned = value_of(want.model);
  if (seen(have.model)) row.found = value_of(have.model);
  const bool same_row = !want.catalog_key.empty() && want.catalog_key == have.catalog_key;
  if (!row.planned.known()) {
    row.status = CheckStatus::not_applicable;
  } else if (!row.found.known()) {
    row.status = CheckStatus::unknown;
    keep_reason(row, have.model);
  } else {
    const bool same = same_row || same_product(row.planned.word, row.found.word);
    row.status = same ? CheckStatus::pass : CheckStatus::warn;
  }
  add(std::move(row), apply);
  // What a container leaves of the processor was still delivered.
  const bool whole = want.present_cores && have.present_cores;
  at_least({"cpu", "cores", "1"}, whole ? want.present_cores : want.cores,
           have.present_cores ? have.present_cores : have.cores, 0, apply);
  isa(apply);
}

void Taking::card_state(const std::string& part, const Gpu& have, const Apply& apply) {
  InventoryRow row{part, "state", ""};
  row.planned.word = name_of(GpuState::usable);
  row.found.word = name_of(have.state);
  // What keeps this process from looking says nothing about the card.
  const bool unseen = have.state == GpuState::driver_not_recorded || have.state == GpuState::no_permission;
  row.status = have.usable() ? CheckStatus::pass : unseen ? CheckStatus::unknown : CheckStatus::fail;
  row.why = have.state_text;
  add(std::move(row), apply);
}

void Taking::card(const std::string& part, size_t wanted, size_t got) {
  const Gpu& want = plan().gpus[wanted];
  const Gpu& have = box().gpus[got];
  const Apply swap = [wanted, &have](Host& host) { host.gpus[wanted] = have; };
  InventoryRow model{part, "model"};
  model.planned.word = name_of_card(want);
  model.found.word = name_of_card(have);
  model.status = same_card(want, have) ? CheckStatus::pass : CheckStatus::fail;
  add(std::move(model), swap);
  card_state(part, have, swap);
  at_least({part, "vram", "B"}, want.vram_total, have.vram_total, kVramKept, [wanted, &have](Host& host) {
    Gpu& gpu = host.gpus[wanted];
    gpu.vram_total = have.vram_total;
    gpu.vram_free = Fact<Bytes>::unknown(tr("of another box"));
    gpu.vram_reserved = have.vram_reserved;
    gpu.vram_used = have.vram_used;
  });
  const Apply link = [wanted, &have](Host& host) {
    host.gpus[wanted].pcie_bandwidth = have.pcie_bandwidth;
    host.gpus[wanted].pcie_width = have.pcie_width;
    host.gpus[wanted].pcie_generation = have.pcie_generation;
  };
  at_least({part, "pcie_width", "1"}, want.pcie_width, have.pcie_width, 0, link);
  at_least({part, "pcie_generation", "1"}, want.pcie_generation, have.pcie_generation, 0, link);
}

void Taking::gpus() {
  const auto wanted = cards_of(plan()), there = cards_of(box());
  if (wanted.empty()) return;
  InventoryRow count{"gpus", "count", "1"};
  count.planned.number = static_cast<double>(wanted.size());
  count.found.number = static_cast<double>(there.size());
  count.status = there.size() < wanted.size() ? CheckStatus::fail : CheckStatus::pass;
  const auto pairs = matched(plan(), wanted, box(), there);
  for (size_t i = 0; i < wanted.size(); ++i)
    if (!pairs[i]) count.why += (count.why.empty() ? "" : ", ") + name_of_card(plan().gpus[wanted[i]]);
  add(std::move(count), [&](Host& host) {
    for (size_t i = wanted.size(); i-- > 0;)
      if (!pairs[i]) host.gpus.erase(host.gpus.begin() + static_cast<ptrdiff_t>(wanted[i]));
  });
  for (size_t i = 0; i < wanted.size(); ++i)
    if (pairs[i]) card("gpu" + std::to_string(i), wanted[i], *pairs[i]);
}

void Taking::disk_kind(const Storage& want, const Storage& have) {
  InventoryRow row{"disk", "kind", ""};
  if (planned(want.kind)) row.planned = value_of(want.kind);
  if (seen(have.kind)) row.found = value_of(have.kind);
  const auto asked = disk_rank(row.planned.word), got = disk_rank(row.found.word);
  if (!row.planned.known()) {
    row.status = CheckStatus::not_applicable;
  } else if (!row.found.known()) {
    row.status = CheckStatus::unknown;
    keep_reason(row, have.kind);
  } else if (row.planned.word == row.found.word) {
    row.status = CheckStatus::pass;
  } else {
    row.status = !asked || !got ? CheckStatus::warn : *got < *asked ? CheckStatus::fail : CheckStatus::pass;
  }
  add(std::move(row), [&have](Host& host) {
    host.storage.front().kind = have.kind;
    host.storage.front().read_bandwidth = have.read_bandwidth;
    host.storage.front().direct_bandwidth = have.direct_bandwidth;
  });
}

void Taking::disk() {
  static const Storage kNone;
  const Storage& want = plan().storage.empty() ? kNone : plan().storage.front();
  const Storage& have = box().storage.empty() ? kNone : box().storage.front();
  const Model& model = *out_.planned.model;
  Fact<Bytes> files = model.weight_bytes;
  if (model.requires_.min_disk) files = {*model.requires_.min_disk, {Origin::Kind::file, model.source}};
  const bool room = files && have.free && *have.free >= *files;
  InventoryRow row{"disk", "free", "B"};
  row.planned = value_of(planned(want.free) ? want.free : files);
  if (seen(have.free)) row.found = value_of(have.free);
  if (!row.planned.known()) {
    row.status = CheckStatus::not_applicable;
  } else if (!row.found.known()) {
    row.status = CheckStatus::unknown;
    keep_reason(row, have.free);
  } else if (*row.found.number >= *row.planned.number) {
    row.status = CheckStatus::pass;
  } else {
    row.status = room ? CheckStatus::warn : CheckStatus::fail;
  }
  add(std::move(row), [&have](Host& host) {
    if (!host.storage.empty()) host.storage.front().free = have.free;
  });
  disk_kind(want, have);
}

}  // namespace

Inventory take_inventory(const Case& planned, std::shared_ptr<const Host> box) {
  return Taking(planned, std::move(box)).run();
}

}  // namespace edgefit

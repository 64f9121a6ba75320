// What can be bought: cards, memory, whole boxes, each with its dated price. Nothing here decides whether it suffices.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>

#include "edgefit/catalog.h"
#include "edgefit/text.h"
#include "plan/changes.h"
#include "plan/constraints.h"

namespace edgefit {
namespace {

constexpr int kMostCards = 8, kMostKits = 4, kMostBoxes = 4;

bool is_installed_card(const Gpu& gpu) {
  return gpu.usable() && gpu.has_own_memory() && gpu.kind != GpuClass::display_only;
}

Case with_gpus(const Case& before, const Gpu& gpu, int count, bool replace) {
  Case after = before;
  auto host = std::make_shared<Host>(*before.host);
  if (replace)
    host->gpus.erase(std::remove_if(host->gpus.begin(), host->gpus.end(), is_installed_card), host->gpus.end());
  add_gpus(*host, gpu, count);
  after.host = std::move(host);
  // What was asked of one box is asked of the other: the backend follows the card.
  after.runtime.backend_chosen = after.runtime.backend_chosen && !replace;
  return after;
}

Candidate card_candidate(const AcceleratorRow& row, const std::shared_ptr<const Gpu>& gpu, int count,
                         const std::string& replaced, const PlanTerms& terms) {
  Candidate out;
  Change change;
  change.op = replaced.empty() ? Change::Op::add : Change::Op::replace;
  change.what = "gpu";
  change.from = replaced;
  change.to = std::string(row.key);
  change.quantity = count;
  change.price = out.price = price_of(row.key, count, terms.prices, *terms.catalog);
  change.apply = [gpu, count, replace = !replaced.empty()](const Case& asked) {
    return with_gpus(asked, *gpu, count, replace);
  };
  out.changes.push_back(std::move(change));
  out.memory = gib(*row.memory_gib) * count;
  if (row.tdp_w) out.power = Watts{*row.tdp_w * count};
  return out;
}

/// A box whose memory is soldered beside the processor takes neither cards nor modules.
bool is_sealed(const Host& host) {
  return std::any_of(host.gpus.begin(), host.gpus.end(), [](const Gpu& gpu) { return gpu.kind == GpuClass::unified; });
}

std::string name_of_installed(const Gpu& gpu) {
  return !gpu.catalog_key.empty() ? gpu.catalog_key : gpu.name.value_or(gpu.pci);
}

/// In a virtual machine nothing can be plugged in.
void tell_virtual(const Host& host, Candidate& candidate) {
  const auto& kind = host.os.virtualization;
  if (kind && *kind != "none") candidate.unseen.push_back({"virtual.machine", 0, ""});
}

/// Kits of one size, of the box's type or, where that is not known, of any: the price then spans the types.
struct KitSize {
  const PartRow* part = nullptr;
  Price price;
};

Price hull(const Price& a, const Price& b) {
  Price out = a.value_cents >= b.value_cents ? a : b;  // the dearer type stands for all
  out.low_cents = std::min(a.low_cents, b.low_cents);
  out.high_cents = std::max(a.high_cents, b.high_cents);
  return out;
}

std::map<std::pair<double, double>, KitSize> kit_sizes(const Host& host, const PlanTerms& terms) {
  std::map<std::pair<double, double>, KitSize> out;  // by {GiB of a module, modules}
  for (const auto& part : terms.catalog->parts) {
    if (part.kind != "ram" || !part.memory_gib || !buyable(part.sold, terms)) continue;
    const std::string type = fmt::format("{} {}", part.memory_type, part.form_factor);
    if (host.memory.module_type && !equals_ignoring_case(*host.memory.module_type, type)) continue;
    Price price = price_of(part.key, 1, terms.prices, *terms.catalog);
    if (!price.known) continue;
    const double modules = std::max(part.modules.value_or(1), 1.0);
    auto& size = out[{*part.memory_gib / modules, modules}];
    const bool same_type = host.memory.module_type.value.has_value();
    if (size.part == nullptr) {
      size = {&part, std::move(price)};
    } else if (same_type) {  // the cheapest of its type
      if (price.value_cents < size.price.value_cents) size = {&part, std::move(price)};
    } else {
      size = {size.part, hull(size.price, price)};
    }
  }
  return out;
}

Candidate kit_candidate(const Host& host, const KitSize& size, int kits) {
  Candidate out;
  const double modules = std::max(size.part->modules.value_or(1), 1.0);
  const double each = *size.part->memory_gib / modules;
  const bool typed = host.memory.module_type.value.has_value();
  Change change;
  change.op = Change::Op::add;
  change.what = "ram";
  change.to = typed ? std::string(size.part->key)
                    : (modules > 1 ? fmt::format("ram {:g}x{:g}GiB", modules, each) : fmt::format("ram {:g}GiB", each));
  change.quantity = kits;
  change.price = size.price;
  change.price.low_cents *= kits;
  change.price.value_cents *= kits;
  change.price.high_cents *= kits;
  out.price = change.price;
  out.memory = gib(*size.part->memory_gib) * kits;
  change.apply = [more = out.memory](const Case& before) {
    Case after = before;
    auto changed = std::make_shared<Host>(*before.host);
    add_memory(*changed, more, "way out");
    after.host = std::move(changed);
    return after;
  };
  out.changes.push_back(std::move(change));
  if (!host.memory.slots_free) out.unseen.push_back({"memory.slots_free", modules * kits, "1"});
  if (!typed) out.unseen.push_back({"memory.type", 0, ""});
  tell_virtual(host, out);
  return out;
}

/// The whole box instead of this one; `count` of them share the requests.
Candidate box_candidate(const Case& question, const SystemRow& row, const std::shared_ptr<const Host>& host, int count,
                        const PlanTerms& terms) {
  Candidate out;
  Change change;
  change.op = Change::Op::replace;
  change.what = "box";
  change.from = question.host->name;
  change.to = std::string(row.key);
  change.quantity = count;
  change.price = out.price = price_of(row.key, count, terms.prices, *terms.catalog);
  change.apply = [host, count](const Case& before) {
    Case after = before;
    after.host = host;
    after.assume_idle = false;
    after.runtime.backend_chosen = false;
    if (count > 1) {
      const double each = std::ceil(before.workload.sequences.value_or(1) / count);
      after.workload.sequences = {each, {Origin::Kind::user, fmt::format("share of one of {} boxes", count)}};
    }
    return after;
  };
  out.changes.push_back(std::move(change));
  for (const auto& pool : pools_of(*host)) out.memory += pool.total.value_or(Bytes{});
  out.new_box = true;
  out.boxes = count;
  if (row.power_w_max) out.power = Watts{*row.power_w_max * count};
  return out;
}

}  // namespace

std::optional<Candidate> disk_for(double bytes, const PlanTerms& terms) {
  constexpr double kFormatted = 0.95;  // what a filesystem leaves; ext4 keeps 5 % for root
  std::optional<Candidate> best;
  for (const auto& part : terms.catalog->parts) {
    if (part.kind != "ssd" || !buyable(part.sold, terms)) continue;
    const double free = part.disk_gb.value_or(0) * 1e9 * kFormatted;
    Price price = price_of(part.key, 1, terms.prices, *terms.catalog);
    if (free < bytes || !price.known || (best && price.value_cents >= best->price.value_cents)) continue;
    Candidate disk;
    Change change;
    change.op = Change::Op::add;
    change.what = "disk";
    change.to = std::string(part.key);
    change.price = disk.price = std::move(price);
    change.apply = [free, path = std::string(part.key)](const Case& before) {
      Case after = before;
      auto host = std::make_shared<Host>(*before.host);
      Storage storage;
      storage.path = path;
      storage.free = {Bytes{free}, {Origin::Kind::catalog, path + ", less 5 % for the filesystem"}};
      host->storage.insert(host->storage.begin(), std::move(storage));
      after.host = std::move(host);
      return after;
    };
    disk.changes.push_back(std::move(change));
    disk.unseen.push_back({"disk.slot", 1, "1"});
    best = std::move(disk);
  }
  return best;
}

std::vector<Candidate> cards(const Case& question, const PlanTerms& terms) {
  std::vector<Candidate> out;
  const Host& host = *question.host;
  if (is_sealed(host)) return out;
  const auto installed = std::find_if(host.gpus.begin(), host.gpus.end(), is_installed_card);
  const bool some = installed != host.gpus.end();
  const auto present = static_cast<int>(std::count_if(host.gpus.begin(), host.gpus.end(), is_installed_card));
  const auto propose = [&](const AcceleratorRow& row, const std::shared_ptr<const Gpu>& gpu, int count,
                           const std::string& replaced) {
    Candidate card = card_candidate(row, gpu, count, replaced, terms);
    if (!box_takes(question, terms, row, count, card)) return;
    tell_virtual(host, card);
    out.push_back(std::move(card));
  };
  for (const auto& row : terms.catalog->accelerators) {
    if (!acceptable(row, terms)) continue;
    // Cards of different makers do not share a backend.
    const auto gpu = std::make_shared<const Gpu>(describe_gpu(row));
    const bool joins = !some || installed->vendor == row.vendor;
    for (int count = 1; count <= kMostCards; ++count) {
      if (joins && present + count <= kMostCards && divides(question, present + count)) propose(row, gpu, count, "");
      if (some && divides(question, count)) propose(row, gpu, count, name_of_installed(*installed));
    }
  }
  return out;
}

std::vector<Candidate> memory_kits(const Case& question, const PlanTerms& terms) {
  std::vector<Candidate> out;
  const Host& host = *question.host;
  // Where RAM was not stated, what is needed is taken to be there.
  if (is_sealed(host) || !host.memory.os_total || !host.memory.usable) return out;
  // A container's limit does not grow with the box.
  if (host.memory.limit && *host.memory.limit < *host.memory.os_total) return out;
  for (const auto& [shape, size] : kit_sizes(host, terms)) {
    for (int kits = 1; kits <= kMostKits; ++kits) {
      if (host.memory.slots_free && shape.second * kits > *host.memory.slots_free) break;
      out.push_back(kit_candidate(host, size, kits));
    }
  }
  return out;
}

std::vector<Candidate> boxes(const Case& question, const PlanTerms& terms) {
  std::vector<Candidate> out;
  const double requests = question.workload.sequences.value_or(1);
  for (const auto& row : terms.catalog->systems) {
    if (!buyable(row.sold, terms) || row.buy_as != "system") continue;
    if (terms.office && (row.form_factor.find('U') == 1 || row.form_factor.find("U ") == 2)) continue;
    if (terms.power && row.power_w_max.value_or(0) > terms.power->value) continue;
    BoxFlags flags;
    flags.system = std::string(row.key);
    auto described = describe_host(flags, *terms.catalog);
    if (!described) continue;  // sold with several sizes of memory, or a part
    auto host = std::make_shared<Host>(std::move(*described));
    fill_from_catalog(*host, *terms.catalog);
    const bool of_maker = std::any_of(host->gpus.begin(), host->gpus.end(), [&terms](const Gpu& gpu) {
      return equals_ignoring_case(gpu.vendor, terms.vendor);
    });
    if (!terms.vendor.empty() && !of_maker) continue;
    for (int count = 1; count <= kMostBoxes && (count == 1 || count <= requests); ++count) {
      out.push_back(box_candidate(question, row, host, count, terms));
    }
  }
  return out;
}

}  // namespace edgefit

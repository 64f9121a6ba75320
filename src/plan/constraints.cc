#include "plan/constraints.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include "edgefit/text.h"

namespace edgefit {
namespace {

/// What the row with this key draws; 0 when neither is known.
template <class Row>
double watts_of(std::string_view key, std::span<const Row> rows) {
  const auto at = std::find_if(rows.begin(), rows.end(), [key](const Row& row) { return row.key == key; });
  return at == rows.end() ? 0 : at->tdp_w.value_or(0);
}

/// Watts that the cards already there and the processor may draw, as far as known.
double watts_there(const Host& host, const Catalog& catalog) {
  double sum = watts_of(host.cpu.catalog_key, catalog.cpus);
  for (const Gpu& gpu : host.gpus) {
    sum += gpu.power_limit ? gpu.power_limit->value : watts_of(gpu.catalog_key, catalog.accelerators);
  }
  return sum;
}

/// The cheapest power supply with so many watts.
bool add_power_supply(double watts, const PlanTerms& terms, Candidate& card) {
  const PartRow* best = nullptr;
  Price best_price;
  for (const auto& part : terms.catalog->parts) {
    if (part.kind != "psu" || !part.watts || *part.watts < watts || !buyable(part.sold, terms)) continue;
    Price price = price_of(part.key, 1, terms.prices, *terms.catalog);
    if (!price.known || (best != nullptr && price.value_cents >= best_price.value_cents)) continue;
    best = &part;
    best_price = std::move(price);
  }
  if (best == nullptr) return false;
  Change change;
  change.op = Change::Op::replace;
  change.what = "psu";
  change.to = std::string(best->key);
  change.price = best_price;
  change.apply = [watts = *best->watts](const Case& before) {
    Case after = before;
    auto host = std::make_shared<Host>(*before.host);
    host->chassis.psu = {Watts{watts}, {Origin::Kind::user, "way out"}};
    after.host = std::move(host);
    return after;
  };
  card.changes.push_back(std::move(change));
  card.price = card.price + best_price;
  return true;
}

}  // namespace

bool buyable(std::string_view sold, const PlanTerms& terms) {
  return sold == "new" || (terms.prices.allow_used && (sold == "used" || sold == "discontinued"));
}

bool acceptable(const AcceleratorRow& row, const PlanTerms& terms) {
  if (row.kind != "gpu" || row.buy_as != "card" || !buyable(row.sold, terms)) return false;
  if (!row.memory_gib || !row.bandwidth_gbs || row.bus.find("PCIe") != 0) return false;
  if (!terms.vendor.empty() && !equals_ignoring_case(row.vendor, terms.vendor)) return false;
  return !terms.office || row.cooling != "passive";
}

bool divides(const Case& question, int count) {
  const auto& runtime = question.runtime;
  const bool tensor = runtime.split_mode == SplitMode::row || runtime.split_mode == SplitMode::tensor ||
                      (runtime.profile != nullptr && fills_cards(runtime.profile->rules));
  const auto& a = question.model->architecture;
  if (!tensor || count < 2 || !a.heads) return true;
  return std::fmod(*a.heads, count) == 0;
}

bool box_takes(const Case& question, const PlanTerms& terms, const AcceleratorRow& row, int count, Candidate& card) {
  const Host& host = *question.host;
  const Chassis& chassis = host.chassis;
  const bool replaces = card.changes.front().op == Change::Op::replace;
  const auto freed = replaces ? static_cast<double>(std::count_if(host.gpus.begin(), host.gpus.end(),
                                                                  [](const Gpu& g) { return g.has_own_memory(); }))
                              : 0;
  if (chassis.free_slots && *chassis.free_slots + freed < count) return false;
  if (!chassis.free_slots && count > freed) card.unseen.push_back({"slots.free", count - freed, "1"});
  if (chassis.gpu_length && row.length_mm && *row.length_mm > *chassis.gpu_length) return false;
  const double watts = row.tdp_w.value_or(0) * count;
  if (terms.power && watts > terms.power->value) return false;
  Host stays;  // what goes on drawing power
  stays.cpu.catalog_key = host.cpu.catalog_key;
  if (!replaces) stays.gpus = host.gpus;
  const double all = watts + watts_there(stays, *terms.catalog);
  if (!chassis.psu && all > 0) card.unseen.push_back({"psu.watts", all, "W"});
  return !chassis.psu || chassis.psu->value >= all || add_power_supply(all, terms, card);
}

}  // namespace edgefit

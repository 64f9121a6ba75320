// A small market of made-up goods, so that tests of plans do not change with the shipped catalog.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "edgefit/catalog.h"
#include "edgefit/plan.h"

namespace edgefit::testing {

class Market {
 public:
  AcceleratorRow& card(std::string_view key, double memory_gib, double usd, double bandwidth_gbs = 900,
                       double watts = 300) {
    AcceleratorRow row{};
    row.key = row.name = key;
    row.vendor = "NVIDIA";
    row.kind = "gpu";
    row.memory_gib = memory_gib;
    row.bandwidth_gbs = bandwidth_gbs;
    row.fp16_dense_tflops = 165;
    row.fp32_tflops = 80;
    row.sm_or_cu = 128;
    row.compute_cap = 8.9;
    row.tdp_w = watts;
    row.bus = "PCIe 4.0 x16";
    row.sold = "new";
    row.buy_as = "card";
    row.source = "made up";
    row.as_of = "2026-11";
    cards_.push_back(row);
    price(key, usd);
    return cards_.back();
  }
  PartRow& kit(std::string_view key, double memory_gib, double modules, double usd) {
    PartRow row{};
    row.key = row.name = key;
    row.kind = "ram";
    row.memory_type = "DDR5";
    row.form_factor = "UDIMM";
    row.memory_gib = memory_gib;
    row.modules = modules;
    row.sold = "new";
    row.buy_as = "module";
    parts_.push_back(row);
    price(key, usd);
    return parts_.back();
  }
  PartRow& ssd(std::string_view key, double gb, double usd) {
    PartRow row{};
    row.key = row.name = key;
    row.kind = "ssd";
    row.disk_gb = gb;
    row.sold = "new";
    parts_.push_back(row);
    price(key, usd);
    return parts_.back();
  }
  PartRow& supply(std::string_view key, double watts, double usd) {
    PartRow row{};
    row.key = row.name = key;
    row.kind = "psu";
    row.watts = watts;
    row.sold = "new";
    parts_.push_back(row);
    price(key, usd);
    return parts_.back();
  }
  /// A box with unified memory around a made-up chip.
  SystemRow& box(std::string_view key, double memory_gib, double usd, double bandwidth_gbs = 270) {
    AcceleratorRow chip{};
    chip.key = chip.name = keep("chip of " + std::string(key));
    chip.vendor = "NVIDIA";
    chip.kind = "soc";
    chip.bandwidth_gbs = bandwidth_gbs;
    chip.fp16_dense_tflops = 100;
    chip.fp32_tflops = 30;
    chip.sm_or_cu = 48;
    chip.compute_cap = 12.1;
    chip.sold = "part_of_system";
    chip.source = "made up";
    cards_.push_back(chip);
    SystemRow row{};
    row.key = row.name = key;
    row.type = "desktop AI computer";
    row.accelerator_key = chip.key;
    row.accel_count = 1;
    row.memory_gib = memory_gib;
    row.bandwidth_gbs = bandwidth_gbs;
    row.power_w_max = 200;
    row.form_factor = "150x150x50 mm";
    row.sold = "new";
    row.buy_as = "system";
    row.source = "made up";
    systems_.push_back(row);
    price(key, usd);
    return systems_.back();
  }

  const Catalog& catalog() {
    catalog_.accelerators = {cards_.data(), cards_.size()};
    catalog_.systems = {systems_.data(), systems_.size()};
    catalog_.parts = {parts_.data(), parts_.size()};
    catalog_.prices = {prices_.data(), prices_.size()};
    catalog_.date = "2026-11";
    return catalog_;
  }
  PlanTerms terms() {
    PlanTerms out;
    out.catalog = &catalog();
    out.prices.as_of = "2026-11-23";
    return out;
  }

 private:
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  void price(std::string_view item, double usd) {
    PriceRow row{};
    row.item = item;
    row.low = row.high = usd;
    row.currency = "USD";
    row.kind = "street";
    row.as_of = "2026-11";
    row.source = "made up";
    prices_.push_back(row);
  }

  std::deque<std::string> texts_;
  std::vector<AcceleratorRow> cards_;
  std::vector<SystemRow> systems_;
  std::vector<PartRow> parts_;
  std::vector<PriceRow> prices_;
  Catalog catalog_;
};

/// Cards from small to large, memory, power supplies and boxes.
inline Market small_market() {
  Market m;
  m.card("small", 8, 300, 400, 150);
  m.card("middle", 16, 600, 500, 200);
  m.card("large", 24, 1600, 1000, 350);
  m.card("huge", 96, 8000, 1800, 600);
  m.card("other-maker", 32, 700, 600, 300).vendor = "AMD";
  m.kit("kit-2x16", 32, 2, 200);
  m.kit("kit-2x48", 96, 2, 700);
  m.ssd("ssd-1000", 1000, 130);
  m.ssd("ssd-4000", 4000, 400);
  m.supply("supply-850", 850, 120);
  m.supply("supply-1600", 1600, 350);
  m.box("cube-128", 128, 4000);
  return m;
}

}  // namespace edgefit::testing

#include "edgefit/inventory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/cases.h"

namespace edgefit {
namespace {

const Origin kSeen{Origin::Kind::os, "/proc"};
const Origin kTable{Origin::Kind::catalog, "a row"};

/// A box with a card, of which everything that an inventory asks about is known.
Host whole_box() {
  Host host = *testing::box(gib(64), 1, gib(24));
  host.memory.channels = {2.0, kSeen};
  host.memory.dimms.resize(2);
  for (auto& dimm : host.memory.dimms) dimm.configured_mts = {5600.0, kSeen};
  host.cpu.model = {"Example CPU 9000", kSeen};
  host.cpu.isa = {std::vector<std::string>{"avx2", "fma"}, kSeen};
  host.gpus[0].pcie_width = {16.0, kSeen};
  host.gpus[0].pcie_generation = {4.0, kSeen};
  host.storage.push_back({"/srv", {}, {}, {"nvme", kSeen}, {gib(500), kSeen}, {}});
  return host;
}

Case plan_of(Host host) {
  return testing::question(testing::prepared(testing::llama_8b("f16")), std::make_shared<const Host>(std::move(host)));
}

Inventory check(const Host& plan, Host found) {
  return take_inventory(plan_of(plan), std::make_shared<const Host>(std::move(found)));
}

const InventoryRow& row_of(const Inventory& inventory, const std::string& id) {
  const auto at = std::find_if(inventory.rows.begin(), inventory.rows.end(),
                               [&id](const InventoryRow& row) { return row.part + "." + row.property == id; });
  static const InventoryRow kNone;
  EXPECT_NE(at, inventory.rows.end()) << id;
  return at == inventory.rows.end() ? kNone : *at;
}

TEST(Inventory, TheSameBoxIsAsPlanned) {
  const Inventory inventory = check(whole_box(), whole_box());
  EXPECT_EQ(inventory.rows.size(), 15U);
  for (const auto& row : inventory.rows) {
    EXPECT_EQ(row.status, CheckStatus::pass) << row.part << "." << row.property;
    EXPECT_FALSE(row.effect);
  }
  EXPECT_EQ(inventory.before.verdict, inventory.after.verdict);
  EXPECT_EQ(exit_code_of(inventory), 0);
}

/// One difference each, the row that must tell it, and what it must say.
struct Difference {
  const char* id;
  CheckStatus status;
  void (*change)(Host&);
};
const Difference kDifferences[] = {
    {"memory.size", CheckStatus::fail,
     [](Host& h) {
       h.memory.os_total = {gib(32), kSeen};
     }},
    {"memory.size", CheckStatus::unknown, [](Host& h) { h.memory.os_total = Fact<Bytes>::unknown("no meminfo"); }},
    {"memory.channels", CheckStatus::fail,
     [](Host& h) {
       h.memory.channels = {1.0, kSeen};
     }},
    {"memory.channels", CheckStatus::unknown, [](Host& h) { h.memory.channels = Fact<double>::unknown("root only"); }},
    {"memory.module_rate", CheckStatus::fail,
     [](Host& h) {
       h.memory.dimms[1].configured_mts = {4800.0, kSeen};
     }},
    {"memory.bandwidth", CheckStatus::fail,
     [](Host& h) {
       h.memory.peak_bandwidth = {BytesPerSecond{40e9}, kSeen};
     }},
    {"memory.bandwidth", CheckStatus::unknown,
     [](Host& h) { h.memory.peak_bandwidth.origin = kTable; }},  // the product's, nobody counted the modules
    {"cpu.model", CheckStatus::warn,
     [](Host& h) {
       h.cpu.model = {"Other CPU", kSeen};
     }},
    {"cpu.cores", CheckStatus::fail,
     [](Host& h) {
       h.cpu.cores = {4.0, kSeen};
     }},
    {"cpu.isa", CheckStatus::fail,
     [](Host& h) {
       h.cpu.isa = {std::vector<std::string>{"avx2"}, kSeen};
     }},
    {"gpus.count", CheckStatus::fail, [](Host& h) { h.gpus.clear(); }},
    {"gpu0.model", CheckStatus::fail,
     [](Host& h) {
       h.gpus[0].name = {"Lesser GPU", kSeen};
     }},
    {"gpu0.state", CheckStatus::fail, [](Host& h) { h.gpus[0].state = GpuState::no_driver; }},
    {"gpu0.state", CheckStatus::unknown, [](Host& h) { h.gpus[0].state = GpuState::driver_not_recorded; }},
    {"gpu0.vram", CheckStatus::fail,
     [](Host& h) {
       h.gpus[0].vram_total = {gib(16), kSeen};
     }},
    {"gpu0.vram", CheckStatus::unknown, [](Host& h) { h.gpus[0].vram_total.origin = kTable; }},
    {"gpu0.pcie_width", CheckStatus::fail,
     [](Host& h) {
       h.gpus[0].pcie_width = {4.0, kSeen};
     }},
    {"gpu0.pcie_generation", CheckStatus::fail,
     [](Host& h) {
       h.gpus[0].pcie_generation = {3.0, kSeen};
     }},
    {"disk.free", CheckStatus::warn,
     [](Host& h) {
       h.storage[0].free = {gib(100), kSeen};
     }},
    {"disk.free", CheckStatus::fail,
     [](Host& h) {
       h.storage[0].free = {gib(10), kSeen};
     }},
    {"disk.kind", CheckStatus::fail,
     [](Host& h) {
       h.storage[0].kind = {"hdd", kSeen};
     }},
    {"disk.kind", CheckStatus::warn,
     [](Host& h) {
       h.storage[0].kind = {"net", kSeen};
     }},
    {"disk.kind", CheckStatus::unknown, [](Host& h) { h.storage.clear(); }},
};

TEST(Inventory, EveryDifferenceIsToldWithItsEffectAndDecides) {
  for (const auto& difference : kDifferences) {
    Host found = whole_box();
    difference.change(found);
    const Inventory inventory = check(whole_box(), found);
    const InventoryRow& row = row_of(inventory, difference.id);
    EXPECT_EQ(row.status, difference.status) << difference.id;
    const bool differs = row.status == CheckStatus::fail || row.status == CheckStatus::warn;
    EXPECT_EQ(row.effect.has_value(), differs) << difference.id;
    const bool decides = row.status == CheckStatus::fail || row.status == CheckStatus::unknown;
    EXPECT_EQ(exit_code_of(inventory) != 0, decides) << difference.id;
  }
}

/// No fact that is taken away from the box makes a row pass that did not, or anything as planned.
TEST(Inventory, WhatIsNotSeenNeverPasses) {
  const Host plan = whole_box();
  Host blind;
  blind.mode = Host::Mode::live;
  const Inventory inventory = check(plan, blind);
  for (const auto& row : inventory.rows) EXPECT_NE(row.status, CheckStatus::pass) << row.part << "." << row.property;
  EXPECT_EQ(exit_code_of(inventory), 1) << "the card is missing";
}

TEST(Inventory, WhatThePlanDoesNotSayIsNotAsked) {
  const Inventory inventory = check(*testing::box(gib(64), 1), whole_box());
  for (const char* id : {"memory.channels", "memory.module_rate", "cpu.isa", "gpu0.pcie_width", "disk.kind"})
    EXPECT_EQ(row_of(inventory, id).status, CheckStatus::not_applicable) << id;
  EXPECT_EQ(row_of(inventory, "disk.free").status, CheckStatus::pass) << "the files' size is what the plan needs";
  EXPECT_EQ(exit_code_of(inventory), 0);
}

/// A described box has what is printed on the modules; a running one less, because firmware and kernel keep a part.
TEST(Inventory, WhatTheSystemKeepsIsNotMissing) {
  const auto status = [](Bytes planned, Bytes found) {
    Host have = whole_box(), want = whole_box();
    want.memory.os_total = {planned, testing::kGiven};
    have.memory.os_total = {found, kSeen};
    return row_of(check(want, have), "memory.size").status;
  };
  EXPECT_EQ(status(gib(64), gib(62.2)), CheckStatus::pass);
  EXPECT_EQ(status(gib(64), gib(60)), CheckStatus::fail) << "one of sixteen modules";
  EXPECT_EQ(status(gib(8), gib(7.4)), CheckStatus::pass) << "a small board";
  EXPECT_EQ(status(gib(8), gib(6)), CheckStatus::fail);
}

TEST(Inventory, ModulesAreCountedExactlyWhereBothSidesCountThem) {
  Host want = whole_box(), have = whole_box();
  want.memory.installed = {gib(64), kSeen};
  have.memory.installed = {gib(63), kSeen};
  EXPECT_EQ(row_of(check(want, have), "memory.size").status, CheckStatus::fail);
}

TEST(Inventory, TheMeasuredRateStandsInForModulesThatNobodyCounted) {
  const auto found = [](double rate) {
    Host host = whole_box();
    host.memory.peak_bandwidth.origin = kTable;
    host.memory.measured_bandwidth = {BytesPerSecond{rate}, {Origin::Kind::measured, "probe"}};
    return row_of(check(whole_box(), host), "memory.read_rate").status;
  };
  EXPECT_EQ(found(38e9), CheckStatus::fail) << "one of two channels cannot read faster than half of 80 GB/s";
  EXPECT_EQ(found(60e9), CheckStatus::pass);
}

TEST(Inventory, CardsAreFoundWhereverTheyArePlugged) {
  Host plan = whole_box();
  Gpu second = plan.gpus[0];
  second.name = {"Other GPU", kSeen};
  second.vram_total = {gib(16), kSeen};
  plan.gpus.push_back(second);
  Host found = plan;
  std::swap(found.gpus[0], found.gpus[1]);
  EXPECT_EQ(exit_code_of(check(plan, found)), 0);
  found.gpus.erase(found.gpus.begin());
  const Inventory inventory = check(plan, found);
  EXPECT_EQ(row_of(inventory, "gpus.count").why, "Other GPU");
  EXPECT_EQ(row_of(inventory, "gpu0.model").status, CheckStatus::pass);
}

TEST(Inventory, TheEffectIsThatOfTheDifferenceAlone) {
  Host found = whole_box();
  found.gpus[0].vram_total = {gib(8), kSeen};
  found.memory.os_total = found.memory.usable = {gib(4), kSeen};
  const Inventory inventory = check(whole_box(), found);
  const InventoryRow& vram = row_of(inventory, "gpu0.vram");
  ASSERT_TRUE(vram.effect);
  EXPECT_LT(vram.effect->placement.gpu_layers, inventory.before.placement.gpu_layers);
  const InventoryRow& ram = row_of(inventory, "memory.size");
  ASSERT_TRUE(ram.effect);
  EXPECT_EQ(ram.effect->verdict, inventory.before.verdict) << "the card holds the model";
  EXPECT_EQ(inventory.after.verdict, Verdict::not_ready) << "together they leave no room";
}

TEST(Inventory, WhatRunsOnTheBoxTodayWasNotDelivered) {
  Host found = whole_box();
  found.mode = Host::Mode::live;
  found.memory.usable = {gib(64), kSeen};
  found.memory.available = {gib(1), kSeen};
  found.gpus[0].vram_free = {gib(1), kSeen};
  EXPECT_EQ(exit_code_of(check(whole_box(), found)), 0);
}

}  // namespace
}  // namespace edgefit

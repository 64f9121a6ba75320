#include <gtest/gtest.h>

#include <algorithm>

#include "plan/changes.h"
#include "support/cases.h"
#include "support/market.h"

namespace edgefit {
namespace {

Case asked(std::optional<Bytes> ram, int gpus, double sequences = 1) {
  return testing::question(testing::prepared(testing::llama_8b()), testing::box(ram, gpus, gib(6)), 8192, sequences);
}

const Candidate* find(const std::vector<Candidate>& all, std::string_view key, double quantity,
                      Change::Op op = Change::Op::add) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const Candidate& c) {
    return c.changes[0].to == key && c.changes[0].quantity == quantity && c.changes[0].op == op;
  });
  return at == all.end() ? nullptr : &*at;
}

TEST(Purchases, CardsJoinCardsOfTheirMakerOnly) {
  auto market = testing::small_market();
  const Case c = asked(gib(16), 1);
  const auto found = cards(c, market.terms());
  const Candidate* added = find(found, "large", 2);
  ASSERT_NE(added, nullptr);
  EXPECT_EQ(apply(c, *added).host->gpus.size(), 3U);
  EXPECT_EQ(find(found, "other-maker", 1), nullptr);
  const Candidate* swapped = find(found, "other-maker", 1, Change::Op::replace);
  ASSERT_NE(swapped, nullptr);
  EXPECT_EQ(apply(c, *swapped).host->gpus.size(), 1U);
  EXPECT_EQ(swapped->price.value_cents, 70000);
  EXPECT_EQ(find(found, "large", 8), nullptr) << "nine cards in one box";
}

TEST(Purchases, UsedAndDiscontinuedCardsOnlyWhenAllowed) {
  auto market = testing::small_market();
  market.card("old", 24, 500).sold = "discontinued";
  auto terms = market.terms();
  EXPECT_EQ(find(cards(asked(gib(16), 0), terms), "old", 1), nullptr);
  terms.prices.allow_used = true;
  EXPECT_NE(find(cards(asked(gib(16), 0), terms), "old", 1), nullptr);
}

TEST(Purchases, MemoryFollowsTypeAndFreeSlots) {
  auto market = testing::small_market();
  market.kit("old-2x16", 32, 2, 90).memory_type = "DDR4";
  Case c = asked(gib(16), 0);
  auto host = std::make_shared<Host>(*c.host);
  host->memory.usable = host->memory.os_total;
  host->memory.module_type = {std::string("DDR5 UDIMM"), testing::kGiven};
  host->memory.slots_free = {2.0, testing::kGiven};
  c.host = host;
  const auto found = memory_kits(c, market.terms());
  ASSERT_EQ(found.size(), 2U);
  for (const auto& kit : found) {
    EXPECT_EQ(kit.changes[0].quantity, 1) << "two slots hold one kit of two";
    EXPECT_TRUE(kit.unseen.empty());
    EXPECT_EQ(apply(c, kit).host->memory.os_total->value, gib(16).value + kit.memory.value);
  }
}

TEST(Purchases, UnknownModulesSpanTheTypesAndAskForThem) {
  auto market = testing::small_market();
  market.kit("old-2x16", 32, 2, 90).memory_type = "DDR4";
  Case c = asked(gib(16), 0);
  auto host = std::make_shared<Host>(*c.host);
  host->memory.usable = host->memory.os_total;
  c.host = host;
  const auto found = memory_kits(c, market.terms());
  const Candidate* kit = find(found, "ram 2x16GiB", 1);
  ASSERT_NE(kit, nullptr);
  EXPECT_EQ(kit->price.value_cents, 20000);
  EXPECT_LE(kit->price.low_cents, 9000);
  EXPECT_EQ(kit->unseen.size(), 2U);
}

TEST(Purchases, MemoryThatIsNotStatedIsNotBought) {
  auto market = testing::small_market();
  EXPECT_TRUE(memory_kits(asked(std::nullopt, 0), market.terms()).empty());
}

TEST(Purchases, SeveralBoxesShareTheRequests) {
  auto market = testing::small_market();
  const Case c = asked(gib(16), 0, 5);
  const auto found = boxes(c, market.terms());
  const Candidate* two = find(found, "cube-128", 2, Change::Op::replace);
  ASSERT_NE(two, nullptr);
  EXPECT_EQ(*apply(c, *two).workload.sequences, 3);
  EXPECT_EQ(two->price.value_cents, 800000);
  EXPECT_EQ(two->boxes, 2);
  EXPECT_EQ(find(boxes(asked(gib(16), 0, 1), market.terms()), "cube-128", 2, Change::Op::replace), nullptr);
}

TEST(Purchases, AVirtualMachineSaysWhereThePartsGo) {
  auto market = testing::small_market();
  Case c = asked(gib(16), 0);
  auto host = std::make_shared<Host>(*c.host);
  host->os.virtualization = {std::string("kvm"), testing::kGiven};
  c.host = host;
  const auto found = cards(c, market.terms());
  ASSERT_FALSE(found.empty());
  for (const auto& card : found) EXPECT_EQ(card.unseen.back().what, "virtual.machine");
}

TEST(Purchases, ASealedBoxTakesNothing) {
  auto market = testing::small_market();
  Case c = asked(gib(16), 1);
  auto host = std::make_shared<Host>(*c.host);
  host->memory.usable = host->memory.os_total;
  host->gpus[0].kind = GpuClass::unified;
  c.host = host;
  EXPECT_TRUE(cards(c, market.terms()).empty());
  EXPECT_TRUE(memory_kits(c, market.terms()).empty());
}

}  // namespace
}  // namespace edgefit

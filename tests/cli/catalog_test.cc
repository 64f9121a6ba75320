#include "edgefit/catalog.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/invoke.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::has;
using test::invoke;
using Json = nlohmann::ordered_json;

const char* const kDay = "--as-of=2026-11-23";

TEST(CatalogCommand, ListsByKindAndWords) {
  const auto cards = invoke({"catalog", "list", "gpus", "rtx", "5090", kDay});
  EXPECT_EQ(cards.code, 0) << cards.err;
  EXPECT_TRUE(has(cards.out, "geforce-rtx-5090")) << cards.out;
  EXPECT_FALSE(has(cards.out, "tower-2x5090"));
  EXPECT_TRUE(has(invoke({"catalog", "list", "5090", kDay}).out, "tower-2x5090"));
  const auto everything = Json::parse(invoke({"catalog", "list", "--format", "json", kDay}).out);
  const Catalog& catalog = builtin_catalog();
  EXPECT_EQ(everything["entries"].size(),
            catalog.accelerators.size() + catalog.cpus.size() + catalog.systems.size() + catalog.parts.size());
  const auto used = invoke({"catalog", "list", "--sold", "used", kDay});
  EXPECT_TRUE(has(used.out, "tower-2x3090"));
  EXPECT_TRUE(has(used.out, "1 found")) << used.out;
}

TEST(CatalogCommand, ShowsByName) {
  const auto card = invoke({"catalog", "show", "RTX", "5090", kDay, "--currency", "CHF"});
  EXPECT_EQ(card.code, 0) << card.err;
  EXPECT_TRUE(has(card.out, "bandwidth_gbs"));
  EXPECT_TRUE(has(card.out, "ravchat"));
  EXPECT_TRUE(has(invoke({"catalog", "show", "amd-epyc-9354"}).out, "EPYC 9354"));
  const auto missed = invoke({"catalog", "show", "rtx", "5091"});
  EXPECT_EQ(missed.code, 2);
  EXPECT_TRUE(has(missed.err, "did you mean")) << missed.err;
}

TEST(CatalogCommand, ChecksAFile) {
  const test::TempDir dir;
  const auto good = invoke({"catalog", "check", dir.write("o.csv", "id,price,date\nl4,5 USD,2026-11-20\n"), kDay});
  EXPECT_EQ(good.code, 0) << good.err << good.out;
  const auto old = invoke({"catalog", "check", dir.write("o.csv", "id,price,date\nl4,5 USD,2026-01-20\n"), kDay});
  EXPECT_EQ(old.code, 1);
  EXPECT_TRUE(has(old.out, "2026-01-20"));
  const auto bad = invoke({"catalog", "check", dir.write("o.csv", "id,price,date\nl4,1.234 USD,2026\n"), kDay});
  EXPECT_EQ(bad.code, 2);
  EXPECT_TRUE(has(bad.err, "line 2")) << bad.err;
  EXPECT_TRUE(bad.out.empty());
  EXPECT_EQ(invoke({"catalog", "check", kDay}).code, 1);
}

TEST(CatalogCommand, BadWordsAreTold) {
  EXPECT_TRUE(has(invoke({"catalog", "lst"}).err, "did you mean 'list'"));
  EXPECT_TRUE(has(invoke({"catalog", "show"}).err, "which thing"));
  EXPECT_TRUE(has(invoke({"catalog", "list", "nonesuch"}).err, "nothing that fits"));
  EXPECT_TRUE(has(invoke({"catalog", "list", "--sold", "maybe"}).err, "--sold"));
  EXPECT_TRUE(has(invoke({"catalog", "check", "--older", "x"}).err, "--older"));
  EXPECT_TRUE(has(invoke({"catalog", "list", "--currency", "XYZ"}).err, "exchange rate"));
  EXPECT_EQ(invoke({"catalog"}).code, 2);
}

TEST(AssessCatalog, SeesAddedHardware) {
  const test::TempDir dir;
  const std::string cards = dir.write("cards.json", R"({"format":"edgefit.accelerators","format_version":"1.0","rows":[
    {"key":"our-card","vendor":"NVIDIA","name":"Our Card","kind":"gpu","memory_gib":96,"bandwidth_gbs":900,"compute_cap":9,
     "source":"we","tier":"C","as_of":"2026-11"}]})");
  const std::string model = test::fixture("models/llama-8b.json");
  EXPECT_EQ(invoke({"assess", model, "--gpu", "our-card", kDay}).code, 2);
  const auto known = invoke({"assess", model, "--gpu", "our-card", "--ram", "64GiB", "--catalog", cards, kDay});
  EXPECT_NE(known.code, 2) << known.err;
  EXPECT_TRUE(has(known.out, "Our Card")) << known.out;
}

}  // namespace
}  // namespace edgefit

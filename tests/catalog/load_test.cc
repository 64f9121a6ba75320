#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "catalog/columns.h"
#include "catalog/rows.h"
#include "edgefit/catalog.h"

namespace edgefit {
namespace {

using testing::HasSubstr;

RowStore load_profiles() {
  RowStore store;
  std::vector<std::string> files;
  for (const char* folder : {"/profiles/hardware", "/profiles/runtimes", "/profiles/models", "/profiles/prices"})
    for (const auto& entry : std::filesystem::directory_iterator(std::string(EDGEFIT_SOURCE_DIR) + folder))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const auto done = read_rows(*read_small_file(file), file, store);
    EXPECT_TRUE(done) << done.error().what << " " << done.error().where;
  }
  return store;
}

template <class Row>
std::string_view key_of(const Row& row) {
  return row.key;
}
std::string_view key_of(const PriceRow& row) {
  return row.item;
}
std::string_view key_of(const RateRow& row) {
  return row.currency;
}

template <class Row, size_t N>
void expect_same(std::span<const Row> built_in, const std::vector<Row>& loaded, const RowColumn<Row> (&columns)[N]) {
  ASSERT_EQ(built_in.size(), loaded.size());
  for (size_t i = 0; i < loaded.size(); ++i) {
    for (const auto& column : columns) {
      if (const auto* text = std::get_if<std::string_view Row::*>(&column.member)) {
        EXPECT_EQ(built_in[i].**text, loaded[i].**text) << key_of(loaded[i]) << " " << column.key;
      } else if (const auto* number = std::get_if<Maybe Row::*>(&column.member)) {
        EXPECT_EQ(built_in[i].**number, loaded[i].**number) << key_of(loaded[i]) << " " << column.key;
      } else {
        const auto list = std::get<std::span<const double> Row::*>(column.member);
        EXPECT_TRUE(std::ranges::equal(built_in[i].*list, loaded[i].*list)) << key_of(loaded[i]) << " " << column.key;
      }
    }
  }
}

TEST(Load, BothLoadersGiveTheSameHardware) {
  const RowStore store = load_profiles();
  expect_same(accelerators(), store.accelerators, kAcceleratorColumns);
  expect_same(cpus(), store.cpus, kCpuColumns);
  expect_same(systems(), store.systems, kSystemColumns);
  expect_same(builtin_catalog().parts, store.parts, kPartColumns);
  expect_same(builtin_catalog().prices, store.prices, kPriceColumns);
  expect_same(builtin_catalog().rates, store.rates, kRateColumns);
  EXPECT_EQ(catalog_date(), newest(store));
}

TEST(Load, BothLoadersGiveTheSameRuntimes) {
  const RowStore store = load_profiles();
  ASSERT_EQ(runtime_profiles().size(), store.runtimes.size());
  for (size_t i = 0; i < store.runtimes.size(); ++i) {
    const auto &a = runtime_profiles()[i], &b = store.runtimes[i];
    EXPECT_EQ(std::tie(a.name, a.release, a.date, a.rules, a.command, a.source, a.as_of),
              std::tie(b.name, b.release, b.date, b.rules, b.command, b.source, b.as_of));
    EXPECT_EQ(std::tie(a.fit_margin, a.constant_seconds), std::tie(b.fit_margin, b.constant_seconds));
    for (const auto& column : kServerColumns) EXPECT_EQ(a.server.*column.member, b.server.*column.member) << column.key;
    ASSERT_EQ(a.backends.size(), b.backends.size()) << a.name;
    for (size_t j = 0; j < a.backends.size(); ++j) {
      const auto &x = a.backends[j], &y = b.backends[j];
      EXPECT_EQ(std::tie(x.backend, x.source, x.memory_known, x.speed_known, x.driver_reserve_fraction),
                std::tie(y.backend, y.source, y.memory_known, y.speed_known, y.driver_reserve_fraction));
      for (const auto& column : kMemoryColumns) EXPECT_EQ(x.*column.member, y.*column.member) << column.key;
      for (const auto& column : kSpeedColumns) EXPECT_EQ(x.*column.member, y.*column.member) << column.key;
      for (const auto& column : kInferenceColumns) EXPECT_EQ(x.*column.member, y.*column.member) << column.key;
    }
  }
}

TEST(Load, BothLoadersGiveTheSameModels) {
  const RowStore store = load_profiles();
  ASSERT_EQ(model_profiles().size(), store.models.size());
  for (size_t i = 0; i < store.models.size(); ++i) {
    const auto &a = model_profiles()[i], &b = store.models[i];
    EXPECT_EQ(std::tie(a.key, a.name, a.hub, a.parameters, a.source, a.as_of, a.text),
              std::tie(b.key, b.name, b.hub, b.parameters, b.source, b.as_of, b.text));
  }
}

/// A folder of its own for each test.
class LoadCatalog : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "edgefit_catalog_" + testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/hardware");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ + "/" + name) << text; }

  std::string folder_;
};

const char* const kTwoCards = R"({"format":"edgefit.accelerators","format_version":"1.0","rows":[
 {"key":"my-card","vendor":"Me","name":"My Card","kind":"gpu","memory_gib":20,"source":"shop","tier":"C","as_of":"2027-01"},
 {"key":"geforce-rtx-4090","vendor":"NVIDIA","name":"GeForce RTX 4090","kind":"gpu","memory_gib":48,"source":"shop","tier":"C","as_of":"2027-01"}]})";

TEST_F(LoadCatalog, RowsReplaceAndAdd) {
  write("hardware/mine.json", kTwoCards);
  write("hardware/notes.txt", "not json");
  const auto catalog = load_catalog(folder_);
  ASSERT_TRUE(catalog) << catalog.error().what;
  EXPECT_EQ((*catalog)->accelerators.size(), accelerators().size() + 1);
  EXPECT_EQ((*catalog)->cpus.size(), cpus().size());
  EXPECT_EQ((*catalog)->date, "2027-01");
  EXPECT_EQ((*find_accelerator("My Card", **catalog))->memory_gib, 20);
  EXPECT_EQ((*find_accelerator("rtx 4090", **catalog))->memory_gib, 48);
  EXPECT_EQ((*find_accelerator("rtx 4090"))->memory_gib, 24);
}

TEST_F(LoadCatalog, ModelsReplaceAndAdd) {
  std::filesystem::create_directories(folder_ + "/models");
  for (const char* key : {"our-model-1b", "llama-3.1-8b"})
    write(fmt::format("models/{}.json", key),
          R"({"format":"edgefit.model","format_version":"1.0","name":"Ours","parameters":7,
              "comment":{"source":"we","as_of":"2027-02"},"lifecycle":{"source_url":"https://huggingface.co/we/ours"}})");
  const auto catalog = load_catalog(folder_);
  ASSERT_TRUE(catalog) << catalog.error().what;
  EXPECT_EQ((*catalog)->models.size(), model_profiles().size() + 1);
  EXPECT_EQ((*find_model_profile("our-model-1b", **catalog))->source, "we");
  EXPECT_EQ((*find_model_profile("llama-3.1-8b", **catalog))->parameters, 7);
  EXPECT_EQ((*find_model_profile("llama-3.1-8b"))->parameters, 8030261248);
  EXPECT_EQ((*catalog)->date, "2027-02");
}

TEST_F(LoadCatalog, PricesAddAndRatesReplace) {
  std::filesystem::create_directories(folder_ + "/prices");
  write("prices/mine.json", R"({"format":"edgefit.prices","format_version":"1.0","rows":[
    {"item":"geforce-rtx-5090","low":1,"high":2,"currency":"CHF","kind":"street","as_of":"2026-11","source":"shop"}]})");
  write("prices/rates.json", R"({"format":"edgefit.rates","format_version":"1.0","rows":[
    {"currency":"CHF","usd":2,"source":"bank","as_of":"2026-11"},
    {"currency":"JPY","usd":0.01,"source":"bank","as_of":"2026-11"}]})");
  const auto catalog = load_catalog(folder_);
  ASSERT_TRUE(catalog) << catalog.error().what;
  EXPECT_EQ((*catalog)->prices.size(), builtin_catalog().prices.size() + 1);
  EXPECT_EQ((*catalog)->rates.size(), builtin_catalog().rates.size() + 1);
}

TEST_F(LoadCatalog, OneFileWillDo) {
  write("mine.json", kTwoCards);
  const auto catalog = load_catalog(folder_ + "/mine.json");
  ASSERT_TRUE(catalog) << catalog.error().what;
  EXPECT_TRUE(find_accelerator("my-card", **catalog));
}

TEST_F(LoadCatalog, ProfilesThemselvesLoad) {
  const auto catalog = load_catalog(std::string(EDGEFIT_SOURCE_DIR) + "/profiles");
  ASSERT_TRUE(catalog) << catalog.error().what << " " << catalog.error().where;
  EXPECT_EQ((*catalog)->accelerators.size(), accelerators().size());
  EXPECT_EQ((*catalog)->runtimes.size(), runtime_profiles().size());
  EXPECT_EQ((*catalog)->parts.size(), builtin_catalog().parts.size());
}

TEST_F(LoadCatalog, TroubleNamesTheFile) {
  EXPECT_FALSE(load_catalog(""));
  EXPECT_FALSE(load_catalog(folder_));
  EXPECT_FALSE(load_catalog(folder_ + "/absent"));
  write("hardware/bad.json", "{");
  const auto catalog = load_catalog(folder_);
  ASSERT_FALSE(catalog);
  EXPECT_THAT(catalog.error().where, HasSubstr("bad.json"));
}

}  // namespace
}  // namespace edgefit

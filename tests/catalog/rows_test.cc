#include "catalog/rows.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgefit {
namespace {

using testing::HasSubstr;
using testing::Not;

const char* const kCard =
    R"({"key":"a-card","vendor":"V","name":"A Card","kind":"gpu","memory_gib":8,"source":"s","tier":"A","as_of":"2026-08"})";

std::string table(const std::string& rows) {
  return fmt::format(R"({{"format":"edgefit.accelerators","format_version":"1.0","rows":[{}]}})", rows);
}

std::string with(const std::string& from, const std::string& to) {
  std::string row = kCard;
  row.replace(row.find(from), from.size(), to);
  return table(row);
}

TEST(Rows, ReadsOneRow) {
  RowStore store;
  ASSERT_TRUE(read_rows(table(kCard), "a.json", store));
  ASSERT_EQ(store.accelerators.size(), 1u);
  EXPECT_EQ(store.accelerators[0].name, "A Card");
  EXPECT_EQ(store.accelerators[0].memory_gib, 8);
  EXPECT_EQ(store.accelerators[0].bandwidth_gbs, std::nullopt);
  EXPECT_EQ(newest(store), "2026-08");
}

TEST(Rows, SeveralSizesAreAList) {
  RowStore store;
  ASSERT_TRUE(read_rows(with(R"("memory_gib":8)", R"("memory_options_gib":[8,16])"), "a.json", store));
  ASSERT_EQ(store.accelerators[0].memory_options_gib.size(), 2u);
  EXPECT_EQ(store.accelerators[0].memory_options_gib[1], 16);
  EXPECT_EQ(store.accelerators[0].memory_gib, std::nullopt);
}

struct Hostile {
  std::string name, text, what, where, hint;
};

class RowsHostile : public testing::TestWithParam<Hostile> {};

TEST_P(RowsHostile, EndsInAProblem) {
  RowStore store;
  const auto done = read_rows(GetParam().text, "a.json", store);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().what, HasSubstr(GetParam().what));
  EXPECT_THAT(done.error().where, HasSubstr("a.json"));
  EXPECT_THAT(done.error().where, HasSubstr(GetParam().where));
  EXPECT_THAT(done.error().hint, HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    Files, RowsHostile,
    testing::Values(
        Hostile{"empty", "", "", "", ""}, Hostile{"truncated", R"({"format":"edgefit.acc)", "", "", ""},
        Hostile{"list", "[]", "object", "/", ""}, Hostile{"number", "7", "object", "/", ""},
        Hostile{"no_format", "{}", "missing key \"format\"", "/", ""},
        Hostile{"other_format", R"({"format":"edgefit.host","format_version":"1.0"})", "no catalog file", "/format",
                ""},
        Hostile{"format_number", R"({"format":1,"format_version":"1.0"})", "text", "/format", ""},
        Hostile{"version", R"({"format":"edgefit.cpus","format_version":"2.0","rows":[]})", "version",
                "/format_version", ""},
        Hostile{"no_rows", R"({"format":"edgefit.cpus","format_version":"1.0"})", "missing key \"rows\"", "/", ""},
        Hostile{"rows_object", R"({"format":"edgefit.cpus","format_version":"1.0","rows":{}})", "list", "/rows", ""},
        Hostile{"row_number", table("3"), "object", "/rows/0", ""},
        Hostile{"unknown_key", with("memory_gib", "memory_gb"), "unknown key \"memory_gb\"", "/rows/0", "memory_gib"},
        Hostile{"no_source", with(R"("source":"s",)", ""), "missing key \"source\"", "/rows/0", ""},
        Hostile{"no_as_of", with(R"(,"as_of":"2026-08")", ""), "missing key \"as_of\"", "/rows/0", ""},
        Hostile{"empty_source", with(R"("source":"s")", R"("source":"")"), "empty", "/rows/0/source", ""},
        Hostile{"bad_date", with("2026-08", "08/2026"), "date", "/rows/0/as_of", ""},
        Hostile{"text_number", with("8", "\"8\""), "number", "/rows/0/memory_gib", ""},
        Hostile{"negative", with(":8", ":-8"), "range", "/rows/0/memory_gib", ""},
        Hostile{"huge", with(":8", ":1e300"), "range", "/rows/0/memory_gib", ""},
        Hostile{"null", with(":8", ":null"), "number", "/rows/0/memory_gib", ""},
        Hostile{"escape", with("A Card", "A\\u001b[31m"), "control", "/rows/0/name", ""},
        Hostile{"short_list", with(R"("memory_gib":8)", R"("memory_options_gib":[8])"), "two or more",
                "/rows/0/memory_options_gib", ""},
        Hostile{"bad_list", with(R"("memory_gib":8)", R"("memory_options_gib":[8,"x"])"), "number",
                "/rows/0/memory_options_gib/1", ""},
        Hostile{"twice", table(fmt::format("{},{}", kCard, kCard)), "second row", "/rows/1", ""}),
    [](const auto& info) { return info.param.name; });

constexpr const char* kModel =
    R"({"format":"edgefit.model","format_version":"1.0","name":"My-Model-2B","comment":{"source":"card","as_of":"2026-11"},
"parameters":2000000000000,"lifecycle":{"source_url":"https://huggingface.co/me/My-Model-2B"}})";

TEST(Rows, AModelIsKeptAsTextForLater) {
  RowStore store;
  ASSERT_TRUE(read_rows(kModel, "profiles/models/my-model-2b.json", store));
  ASSERT_EQ(store.models.size(), 1u);
  const auto& model = store.models[0];
  EXPECT_EQ(model.key, "my-model-2b");
  EXPECT_EQ(model.name, "My-Model-2B");
  EXPECT_EQ(model.hub, "me/My-Model-2B");
  EXPECT_EQ(model.parameters, 2e12);
  EXPECT_EQ(model.source, "card");
  EXPECT_EQ(newest(store), "2026-11");
  EXPECT_THAT(model.text, HasSubstr(R"("parameters":2000000000000,)"));
  EXPECT_THAT(model.text, Not(HasSubstr("\n")));
}

std::string model_with(const std::string& from, const std::string& to) {
  std::string text = kModel;
  return text.replace(text.find(from), from.size(), to);
}

/// A price with one part of it exchanged.
std::string price_with(const std::string& from, const std::string& to) {
  std::string row =
      R"({"item":"i","low":1,"high":2,"currency":"USD","kind":"street","as_of":"2026-11","source":"s","quantity":2})";
  return fmt::format(R"({{"format":"edgefit.prices","format_version":"1.0","rows":[{}]}})",
                     row.replace(row.find(from), from.size(), to));
}
std::string rate_with(const std::string& row) {
  return fmt::format(R"({{"format":"edgefit.rates","format_version":"1.0","rows":[{}]}})", row);
}
const char* const kRate = R"({"currency":"CHF","usd":1.2,"source":"s","as_of":"2026"})";

TEST(Rows, PricesAndRatesAreRead) {
  RowStore store;
  ASSERT_TRUE(read_rows(price_with("s\"", "s\""), "p", store));
  ASSERT_TRUE(read_rows(rate_with(kRate), "r", store));
  EXPECT_EQ(store.prices.front().quantity, 2);
  EXPECT_EQ(store.rates.front().usd, 1.2);
  EXPECT_EQ(newest(store), "2026-11");
}

INSTANTIATE_TEST_SUITE_P(
    Prices, RowsHostile,
    testing::Values(
        Hostile{"kind", price_with("street", "spot"), "unknown word", "/rows/0/kind", "street"},
        Hostile{"currency", price_with("USD", "usd"), "capital", "/rows/0/currency", "EUR"},
        Hostile{"free", price_with(R"("low":1)", R"("low":0)"), "more than nothing", "/rows/0/low", ""},
        Hostile{"upside_down", price_with(R"("high":2)", R"("high":0.5)"), "below", "/rows/0/high", ""},
        Hostile{"half_a_piece", price_with(R"("quantity":2)", R"("quantity":0.5)"), "range", "/rows/0/quantity", ""},
        Hostile{"no_high", price_with(R"("high":2,)", ""), "missing key \"high\"", "/rows/0", ""},
        Hostile{"sold", with(R"("source")", R"("sold":"maybe","source")"), "unknown word", "/rows/0/sold", "new"},
        Hostile{"worthless", rate_with(R"({"currency":"CHF","usd":0,"source":"s","as_of":"2026"})"), "range",
                "/rows/0/usd", ""},
        Hostile{"two_rates", rate_with(fmt::format("{},{}", kRate, kRate)), "second row", "/rows/1", ""}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Models, RowsHostile,
    testing::Values(Hostile{"no_name", model_with(R"("name":"My-Model-2B",)", ""), "missing key \"name\"", "/", ""},
                    Hostile{"no_parameters", model_with(R"("parameters":2000000000000,)", ""), "missing key", "/", ""},
                    Hostile{"parameters_text", model_with("2000000000000", R"("2T")"), "number", "/parameters", ""},
                    Hostile{"no_comment", model_with(R"("comment":{"source":"card","as_of":"2026-11"},)", ""),
                            "missing key \"comment\"", "/", ""},
                    Hostile{"comment_text", model_with(R"({"source":"card","as_of":"2026-11"})", R"("card")"),
                            "missing key \"source\"", "/comment", ""},
                    Hostile{"model_no_date", model_with(R"(,"as_of":"2026-11")", ""), "missing key \"as_of\"",
                            "/comment", ""},
                    Hostile{"model_bad_date", model_with("2026-11", "today"), "date", "/comment/as_of", ""},
                    Hostile{"other_site", model_with("https://huggingface.co/", "http://example.org/"), "address",
                            "/lifecycle/source_url", ""}),
    [](const auto& info) { return info.param.name; });

TEST(Rows, AModelsFileIsItsKey) {
  RowStore store;
  for (const char* path : {"My-Model.json", "a/b/.json", "my model.json"}) {
    const auto done = read_rows(kModel, path, store);
    ASSERT_FALSE(done) << path;
    EXPECT_THAT(done.error().what, HasSubstr("lower case")) << path;
  }
  ASSERT_TRUE(read_rows(kModel, "m-1.json", store));
  EXPECT_FALSE(read_rows(kModel, "elsewhere/m-1.json", store));
}

std::string runtime(const std::string& backends) {
  return fmt::format(R"({{"format":"edgefit.runtime","format_version":"1.0","name":"e","release":"1","date":"2026",
    "rules":"other","command":"e","fit_margin_mib":0,"constant_seconds":0,"source":"s","as_of":"2026","backends":[{}]}})",
                     backends);
}

TEST(Rows, GroupsThatWereNotMeasuredAreNotKnown) {
  RowStore store;
  ASSERT_TRUE(read_rows(runtime(R"({"backend":"cuda","driver_reserve_fraction":0.03,"source":"s",
      "memory":{"low_mib":1,"typical_mib":2,"high_mib":3}})"),
                        "e.json", store));
  const auto* cuda = store.runtimes[0].find(Backend::cuda);
  ASSERT_NE(cuda, nullptr);
  EXPECT_TRUE(cuda->memory_known);
  EXPECT_EQ(cuda->runtime_typical, 2 * kMiB);
  EXPECT_FALSE(cuda->speed_known);
  EXPECT_EQ(store.runtimes[0].find(Backend::cpu), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Runtimes, RowsHostile,
    testing::Values(
        Hostile{"backend", runtime(R"({"backend":"abacus","driver_reserve_fraction":0,"source":"s"})"), "abacus",
                "/backends/0/backend", ""},
        Hostile{"reserve", runtime(R"({"backend":"cuda","driver_reserve_fraction":1,"source":"s"})"), "range",
                "/backends/0/driver_reserve_fraction", ""},
        Hostile{"no_backend_source", runtime(R"({"backend":"cuda","driver_reserve_fraction":0})"),
                "missing key \"source\"", "/backends/0", ""},
        Hostile{"half_memory",
                runtime(R"({"backend":"cuda","driver_reserve_fraction":0,"source":"s","memory":{"low_mib":1}})"),
                "missing key \"typical_mib\"", "/backends/0/memory", ""},
        Hostile{"memory_list", runtime(R"({"backend":"cuda","driver_reserve_fraction":0,"source":"s","memory":[]})"),
                "object", "/backends/0/memory", ""},
        Hostile{"backend_key", runtime(R"({"backend":"cuda","driver_reserve_fraction":0,"source":"s","sped":{}})"),
                "unknown key \"sped\"", "/backends/0", "speed"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace edgefit

#include "read/json_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::array<std::string_view, 3> kKeys = {"layers", "size", "names"};
constexpr Range kSmall{1, 100};

/// Calls `get` on the fields of `text`; the problem as "what | where | hint".
template <class Get>
std::string problem_of(const char* text, Get get) {
  const auto json = parse_json(text, "m.json");
  JsonReport report{"m.json", {}, {}};
  const JsonFields fields(&*json, "/a", kKeys, report);
  get(fields);
  return report.problem ? report.problem->what + " | " + report.problem->where + " | " + report.problem->hint : "";
}

TEST(JsonFields, ReadsEveryKind) {
  const auto json = parse_json(R"({"n":4096.0,"c":"8B","b":"24 GiB","b2":7,"s":"50 ms","s2":2.5,"f":true,"t":"x",
    "l":["a","b"],"ns":[1,2],"null":null})",
                               "m.json");
  JsonReport report{"m.json", {}, {}};
  const JsonFields fields(&*json, "", {}, report);
  EXPECT_EQ(fields.number("n", {1, 10'000}), 4096);
  EXPECT_EQ(fields.count("c", {1, 1e12}), 8e9);
  EXPECT_EQ(fields.bytes("b")->value, 24 * kGiB);
  EXPECT_EQ(fields.bytes("b2")->value, 7);
  EXPECT_DOUBLE_EQ(fields.seconds("s")->value, 0.05);
  EXPECT_EQ(fields.seconds("s2")->value, 2.5);
  EXPECT_EQ(fields.flag("f"), true);
  EXPECT_EQ(fields.text("t"), "x");
  EXPECT_THAT(fields.texts("l"), ElementsAre("a", "b"));
  EXPECT_THAT(fields.numbers("ns", kSmall), ElementsAre(1, 2));
  EXPECT_EQ(fields.child("null"), nullptr);
  EXPECT_EQ(fields.number("absent", kSmall), std::nullopt);
  EXPECT_EQ(fields.text("absent"), "");
  Fact<double> fact;
  fields.fill(fact, "n", {1, 10'000});
  EXPECT_EQ(fact.origin.text, "m.json: n");
  EXPECT_EQ(fact.origin.kind, Origin::Kind::file);
  EXPECT_FALSE(report.problem);
}

TEST(JsonFields, NamesThePointerOfTheFirstFailure) {
  EXPECT_EQ(problem_of(R"({"layers":"many"})", [](auto& f) { f.number("layers", kSmall); }),
            "expected a number, found string | m.json#/a/layers | expected a whole number, 1 - 100");
  EXPECT_EQ(problem_of(R"({"layers":101})", [](auto& f) { f.number("layers", kSmall); }),
            "number out of range (101) | m.json#/a/layers | expected a whole number, 1 - 100");
  EXPECT_THAT(problem_of(R"({"layers":1.5})", [](auto& f) { f.number("layers", kSmall); }), HasSubstr("(1.5)"));
  EXPECT_THAT(problem_of(R"({"layers":-32})", [](auto& f) { f.number("layers", kSmall); }), HasSubstr("(-32)"));
  EXPECT_THAT(problem_of(R"({"size":"24 apples"})", [](auto& f) { f.bytes("size"); }), HasSubstr("not a size"));
  EXPECT_THAT(problem_of(R"({"size":-1})", [](auto& f) { f.bytes("size"); }), HasSubstr("out of range"));
  EXPECT_THAT(problem_of(R"({"size":"soon"})", [](auto& f) { f.seconds("size"); }), HasSubstr("not a time"));
  EXPECT_THAT(problem_of(R"({"size":"8Q"})", [](auto& f) { f.count("size", kSmall); }), HasSubstr("not a count"));
  EXPECT_THAT(problem_of(R"({"size":1})", [](auto& f) { f.flag("size"); }), HasSubstr("expected true or false"));
  EXPECT_THAT(problem_of(R"({"names":1})", [](auto& f) { f.text("names"); }), HasSubstr("expected a text"));
  EXPECT_THAT(problem_of(R"({"names":"a"})", [](auto& f) { f.texts("names"); }), HasSubstr("expected a list"));
  EXPECT_THAT(problem_of(R"({"names":["a",2]})", [](auto& f) { f.texts("names"); }), HasSubstr("m.json#/a/names/1"));
  EXPECT_THAT(problem_of(R"({"names":[1,200]})", [](auto& f) { f.numbers("names", kSmall); }),
              HasSubstr("m.json#/a/names/1"));
  EXPECT_EQ(problem_of(R"({"layers":0,"size":-1})",
                       [](auto& f) {
                         f.bytes("size");
                         f.number("layers", kSmall);
                       }),
            "number out of range (-1) | m.json#/a/size | expected a whole number, 0 - 9007199254740992");
}

TEST(JsonFields, WantsAnObject) {
  const Json list = Json::array();
  JsonReport report{"m.json", {}, {}};
  const JsonFields fields(&list, "/a", kKeys, report);
  EXPECT_FALSE(fields.present());
  ASSERT_TRUE(report.problem);
  EXPECT_EQ(report.problem->where, "m.json#/a");
  JsonReport empty{"m.json", {}, {}};
  EXPECT_FALSE(JsonFields(nullptr, "/a", kKeys, empty).present());
  EXPECT_FALSE(empty.problem);
}

TEST(JsonFields, WarnsOfUnknownKeys) {
  const auto json = parse_json(R"({"layer":1,"zzzzzzzzzzzz":2,"size":3,"\u001b[2J":4})", "m.json");
  JsonReport report{"m.json", {}, {}};
  const JsonFields fields(&*json, "/a", kKeys, report);
  ASSERT_EQ(report.warnings.size(), 3U);
  EXPECT_EQ(report.warnings[0], "m.json#/a/layer: unknown key; did you mean \"layers\"?");
  EXPECT_EQ(report.warnings[1], "m.json#/a/zzzzzzzzzzzz: unknown key");
  EXPECT_EQ(report.warnings[2].find('\x1b'), std::string::npos);
  EXPECT_FALSE(report.problem);

  std::string many = "{";
  for (int i = 0; i < 1000; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  const auto large = parse_json(many + "\"z\":1}", "m.json");
  JsonReport flood{"m.json", {}, {}};
  const JsonFields ignored(&*large, "", kKeys, flood);
  EXPECT_EQ(flood.warnings.size(), 20U);
}

TEST(JsonFields, MakesTextsHarmless) {
  const auto json = parse_json(R"({"names":["\u001b[31m"]})", "m.json");
  JsonReport report{"m.json", {}, {}};
  EXPECT_THAT(JsonFields(&*json, "", kKeys, report).texts("names"), ElementsAre("\\x1b[31m"));
}

}  // namespace
}  // namespace edgefit

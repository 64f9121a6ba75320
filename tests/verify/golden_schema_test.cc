#include "verify/golden_schema.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

Json parsed(const char* text) {
  return Json::parse(text);
}
std::string fault(const char* schema, const char* value) {
  const Json rules = parsed(schema);
  EXPECT_TRUE(check_schema(rules)) << schema;
  return schema_fault(rules, parsed(value));
}

struct Row {
  const char *schema, *good, *bad;
};
constexpr Row kRows[] = {
    {R"({"type":"object"})", "{}", "[]"},
    {R"({"type":["string","null"]})", "null", "1"},
    {R"({"type":"integer"})", "2.0", "2.5"},
    {R"({"type":"boolean"})", "true", "0"},
    {R"({"required":["iban"]})", R"({"iban":1})", R"({"bic":1})"},
    {R"({"properties":{"n":{"type":"number"}}})", R"({"n":1,"m":"x"})", R"({"n":"1"})"},
    {R"({"properties":{"n":{}},"additionalProperties":false})", R"({"n":1})", R"({"m":1})"},
    {R"({"items":{"type":"string"}})", R"(["a"])", R"(["a",1])"},
    {R"({"enum":["a",2]})", "2", "\"b\""},
    {R"({"const":{"a":1}})", R"({"a":1})", R"({"a":2})"},
    {R"({"minimum":3})", "3", "2.9"},
    {R"({"maximum":3})", "3", "3.1"},
    {R"({"minLength":2})", "\"\xc3\xa4\xc3\xb6\"", "\"\xc3\xa4\""},
    {R"({"maxLength":1})", "\"\xc3\xa4\"", "\"ab\""},
    {R"({"minItems":1})", "[1]", "[]"},
    {R"({"maxItems":1})", "[1]", "[1,2]"},
    {R"({"pattern":"^CH"})", "\"CH9\"", "\"DE9\""},
};

TEST(GoldenSchema, EachKeywordAcceptsAndRefuses) {
  for (const auto& row : kRows) {
    EXPECT_EQ(fault(row.schema, row.good), "") << row.schema;
    EXPECT_NE(fault(row.schema, row.bad), "") << row.schema;
  }
}

TEST(GoldenSchema, AKeywordOfAnotherTypeSaysNothing) {
  EXPECT_EQ(fault(R"({"minimum":3,"minLength":2,"minItems":1,"required":["a"]})", "true"), "");
}

TEST(GoldenSchema, AFaultNamesThePlaceButNotTheValue) {
  const std::string text = fault(R"({"properties":{"a":{"items":{"maximum":3}}}})", R"({"a":[1,4711]})");
  EXPECT_EQ(text, "a[1]: is more than 3");
}

TEST(GoldenSchema, WhatItWouldNotCheckIsRefused) {
  for (const char* bad :
       {R"({"oneOf":[]})", R"({"$ref":"#"})", R"({"type":"text"})", R"({"type":[]})", "[]", "1",
        R"({"properties":{"a":{"format":"email"}}})", R"({"items":[{}]})", R"({"minimum":"3"})", R"({"minLength":-1})",
        R"({"pattern":"("})", R"({"additionalProperties":{}})", R"({"required":[1]})", R"({"enum":[]})"})
    EXPECT_FALSE(check_schema(parsed(bad))) << bad;
}

}  // namespace
}  // namespace edgefit

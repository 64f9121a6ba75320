#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "read/gguf_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

TEST(Inspect, AnyFormatInOursOut) {
  const test::TempDir dir;
  const std::string gguf = dir.write("tiny.gguf", test::tiny_llama().file());
  const auto text = invoke({"inspect", gguf, "-o", dir.at("model.json")});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_TRUE(has(text.out, "Tiny"));
  const auto again = invoke({"inspect", dir.at("model.json"), "--format", "json"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(has(again.out, "\"format\": \"edgefit.model\""));
}

TEST(Inspect, WhatCannotBeReadIsTwo) {
  EXPECT_EQ(invoke({"inspect", fixture("models/bad.json")}).code, 2);
  EXPECT_EQ(invoke({"inspect", fixture("models")}).code, 2);
  EXPECT_EQ(invoke({"inspect", fixture("models/llama-8b.json"), "--format", "yaml"}).code, 2);
}

}  // namespace
}  // namespace edgefit

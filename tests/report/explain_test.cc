#include <gtest/gtest.h>

#include "edgefit/report.h"
#include "report/sample.h"

namespace edgefit {
namespace {

constexpr Style kPlain{false, true, 80};

TEST(Explain, WritesTheArithmeticWithItsParts) {
  Trace trace;
  const auto figure = test::sample_kv_cache(Given(&trace));
  EXPECT_EQ(render_explanation(*figure.why, kPlain),
            "kv_cache = 4.00 GiB   [llamacpp.kv]\n"
            "    = layers * context * sequences * kv_row\n"
            "    = 4,294,967,296 B\n"
            "    layers          32  file: model.gguf: llama.block_count\n"
            "    context      8,192  user: --context 8192\n"
            "    sequences        4  assumed: default\n"
            "    kv_row     4,096 B  derived: see below\n"
            "\n"
            "kv_row = 4,096 B   [llamacpp.kv.row]\n"
            "    = kv_heads * row\n"
            "    kv_heads      8  file: model.gguf: llama.attention.head_count_kv\n"
            "    row       512 B  file: model.gguf\n");
}

TEST(Explain, TitleReplacesTheName) {
  Trace trace;
  const auto figure = test::sample_kv_cache(Given(&trace));
  EXPECT_TRUE(render_explanation(*figure.why, kPlain, "gpu0.kv_cache").starts_with("gpu0.kv_cache = 4.00 GiB"));
}

TEST(Explain, EachPartOnce) {
  Trace trace;
  const Given given(&trace);
  const auto part =
      (given(2.0, "a", Origin::Kind::file, "f") * given(3.0, "b", Origin::Kind::file, "f")).named("part", "r");
  const auto figure = (part + part * part).named("all", "s");
  const std::string text = render_explanation(*figure.why, kPlain);
  EXPECT_NE(text.find("all = 42   [s]\n    = part + part * part\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("part = 6"), text.rfind("part = 6")) << text;
}

TEST(Explain, AGivenNumberExplainsItself) {
  Trace trace;
  const auto figure = Given(&trace)(Bytes{10}, "tensors", Origin::Kind::file, "model.gguf\x1b[1m");
  const std::string text = render_explanation(*figure.why, kPlain, "gpu0.weights");
  EXPECT_NE(text.find("file: model.gguf\\x1b[1m"), std::string::npos) << text;
}

}  // namespace
}  // namespace edgefit

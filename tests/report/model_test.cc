#include <gtest/gtest.h>

#include "edgefit/report.h"
#include "report/sample.h"

namespace edgefit {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(ModelText, ShowsFactsWithTheirPlace) {
  const std::string text = render_model(test::sample_model(), {false, true, 80});
  EXPECT_TRUE(text.starts_with("llama-8b q4_k_m\n  gguf, text-generation, models/llama-8b.gguf\n")) << text;
  EXPECT_TRUE(has(text, "8.03 B"));
  EXPECT_TRUE(has(text, "4.58 GiB"));
  EXPECT_TRUE(has(text, "file: model.gguf: llama.block_count"));
  EXPECT_FALSE(has(text, "Requires"));
}

TEST(ModelText, WorkOfAnInferenceInItsUnit) {
  Model model = test::sample_model();
  model.flops_per_inference = {8.2e9, {Origin::Kind::file, "x"}};
  EXPECT_TRUE(has(render_model(model, {false, true, 80}), "8.2 GFLOP"));
  model.flops_per_inference = {99, {Origin::Kind::file, "x"}};
  EXPECT_TRUE(has(render_model(model, {false, true, 80}), " 99 FLOP"));
}

TEST(ModelText, NothingIsInventedForAnEmptyModel) {
  Model model;
  model.name = "x";
  model.format = "model.json";
  const std::string text = render_model(model, {false, true, 80});
  EXPECT_FALSE(has(text, "layers"));
  EXPECT_FALSE(has(text, " 0"));
}

TEST(ModelText, ListsRequirementsGoalsAndWhatIsNotUnderstood) {
  Model model = test::sample_model();
  model.requires_.gpu = Requirements::Gpu::required;
  model.requires_.min_compute_capability = 8.0;
  model.goals.tokens_per_second = TokensPerSecond{20};
  model.unknown = {"general.colour"};
  model.warnings = {"unknown key 'layrs', did you mean 'layers'?"};
  const std::string text = render_model(model, {false, true, 80});
  EXPECT_TRUE(has(text, "Requires"));
  EXPECT_TRUE(has(text, "8.0"));
  EXPECT_TRUE(has(text, "20 tok/s"));
  EXPECT_TRUE(has(text, "not understood: general.colour"));
  EXPECT_TRUE(has(text, "note: unknown key 'layrs'"));
}

}  // namespace
}  // namespace edgefit

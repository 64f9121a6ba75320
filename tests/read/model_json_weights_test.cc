#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read/model_json.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

std::string read(const std::string& text, Model& model) {
  const auto json = parse_json(text, "m.json");
  EXPECT_TRUE(json) << text;
  JsonReport report{"m.json", {}, {}};
  read_json_weights(&*json, report, model);
  return report.problem ? report.problem->what + " | " + report.problem->where : "";
}

TEST(ModelJsonWeights, ReadsThePlainTable) {
  Model model;
  ASSERT_EQ(read(R"({"token_embedding":10,"output":20,"layers":[30,40],"experts":[0,50],"largest":35})", model), "");
  const WeightTable& t = *model.weights;
  EXPECT_EQ(t.input.dense, 10);
  EXPECT_EQ(t.output.dense, 20);
  ASSERT_EQ(t.layers.size(), 2U);
  EXPECT_EQ(t.layers[1].dense, 40);
  EXPECT_EQ(t.layers[1].experts, 50);
  EXPECT_EQ(t.layers[0].largest_dense, 30) << "no tensor is larger than its block";
  EXPECT_EQ(t.layers[1].largest_dense, 35);
  EXPECT_EQ(t.layers[1].largest_expert, 35);
  EXPECT_TRUE(t.exact);
  EXPECT_EQ(*model.architecture.layers, 2);
  EXPECT_EQ(model.weight_bytes->value, 150);
}

TEST(ModelJsonWeights, CopiesTiedEmbeddings) {
  Model model;
  model.architecture.tied_embeddings = true;
  ASSERT_EQ(read(R"({"token_embedding":10,"layers":[30]})", model), "");
  EXPECT_EQ(model.weights->tied_copy, 10);
}

TEST(ModelJsonWeights, NamesWhatIsWrong) {
  Model model;
  model.architecture.layers = {3, {}};
  EXPECT_THAT(read(R"({"layers":[1,2]})", model), HasSubstr("one entry a layer | m.json#/weights/layers"));
  EXPECT_THAT(read(R"({"layers":[1,2,3],"experts":[1]})", model), HasSubstr("m.json#/weights/experts"));
  EXPECT_THAT(read(R"({"layers":[1,2,-3]})", model), HasSubstr("m.json#/weights/layers/2"));
  EXPECT_THAT(read(R"({"layers":[1,2,3],"repack":{"layers":[1]}})", model), HasSubstr("m.json#/weights/repack/layers"));
  EXPECT_THAT(read(R"({"output":1})", model), HasSubstr("layers is missing"));
  EXPECT_THAT(read(R"({"layers":{}})", model), HasSubstr("layers is missing"));
}

}  // namespace
}  // namespace edgefit

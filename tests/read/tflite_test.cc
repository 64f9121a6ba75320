#include "read/tflite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "support/temp_dir.h"
#include "tflite_writer.h"

namespace edgefit {
namespace {

using test::TempDir;
using ::testing::IsEmpty;

Model model_of_bytes(const std::string& bytes) {
  const TempDir dir;
  const auto model = read_model(dir.write("net.tflite", bytes));
  EXPECT_TRUE(model) << model.error().what;
  return model ? *model : Model();
}

TEST(Tflite, ReadsAWholeModel) {
  const Model model = model_of_bytes(test::tiny_tflite());
  EXPECT_EQ(model.format, "tflite");
  EXPECT_EQ(model.name, "net");
  EXPECT_EQ(model.producer, "tiny");
  EXPECT_EQ(*model.parameters, 76);
  EXPECT_EQ(model.weight_bytes->value, 304);
  EXPECT_EQ(model.precision, "f32");
  EXPECT_EQ(*model.flops_per_inference, 256 * (2 * 18 + 1) + 256);
  EXPECT_EQ(model.activation_bytes->value, 2 * 1024);
  EXPECT_THAT(model.warnings, IsEmpty());
}

TEST(Tflite, AnOpenInputIsNamed) {
  const Model model = model_of_bytes(test::tiny_tflite({-1, 8, 8, 2}));
  EXPECT_FALSE(model.flops_per_inference);
  EXPECT_FALSE(model.activation_bytes);
  EXPECT_EQ(model.flops_per_inference.why, "no fixed size for input #0");
}

TEST(Tflite, QuantisedWeightsAndTheirBiases) {
  const Model model = model_of_bytes(test::tflite_file({{{1, 16}, 9, "", {}},
                                                        {{4, 16}, 9, std::string(64, '\0'), {}},
                                                        {{4}, 2, std::string(16, '\0'), {}},
                                                        {{1, 4}, 9, "", {}}},
                                                       {{9, {0, 1, 2}, {3}}}, {0}, {3}));
  EXPECT_EQ(model.precision, "int8");
  EXPECT_EQ(*model.parameters, 68);
  EXPECT_EQ(model.weight_bytes->value, 80);
  EXPECT_EQ(*model.flops_per_inference, 4 * (2 * 16 + 1));
  EXPECT_EQ(model.activation_bytes->value, 20);
}

TEST(Tflite, AnOperatorWithoutARowIsUnknownNotFree) {
  const Model model =
      model_of_bytes(test::tflite_file({{{4}, 0, "", {}}, {{4}, 0, "", {}}}, {{16, {0}, {1}}}, {0}, {1}));
  EXPECT_EQ(model.flops_per_inference.why, "operations are not known for operator 16");
  EXPECT_EQ(model.activation_bytes->value, 32);
  EXPECT_FALSE(model.parameters);
}

TEST(Tflite, IsRecognisedByItsIdentifier) {
  EXPECT_TRUE(looks_like_tflite(test::tiny_tflite()));
  EXPECT_FALSE(looks_like_tflite("TFL3"));
}

}  // namespace
}  // namespace edgefit

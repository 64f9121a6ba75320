#include "read/onnx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "onnx_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::Proto;
using test::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Model model_of_graph(const Proto& graph) {
  const TempDir dir;
  const auto model = read_model(dir.write("net.onnx", test::onnx_model(graph)));
  EXPECT_TRUE(model) << model.error().what;
  return model ? *model : Model();
}

TEST(Onnx, ReadsAWholeModel) {
  const Model model = model_of_graph(test::conv_graph());
  EXPECT_EQ(model.format, "onnx");
  EXPECT_EQ(model.name, "net");
  EXPECT_EQ(model.producer, "tester 1.0, ONNX opset 17");
  EXPECT_EQ(*model.parameters, 76);
  EXPECT_EQ(model.weight_bytes->value, 304);
  EXPECT_EQ(model.precision, "f32");
  EXPECT_EQ(model.weight_bytes.origin.text, "net.onnx: 76 float");
  EXPECT_TRUE(model.flops_per_inference);
  EXPECT_TRUE(model.activation_bytes);
  EXPECT_THAT(model.warnings, IsEmpty());
}

TEST(Onnx, ScalesAndRunningMeansAreNoParameters) {
  const Model model =
      model_of_graph(Proto()
                         .part(1, test::onnx_node("DequantizeLinear", {"w", "scale", "zero"}, {"dw"}))
                         .part(1, test::onnx_node("MatMul", {"x", "dw"}, {"m"}))
                         .part(1, test::onnx_node("BatchNormalization", {"m", "gamma", "beta", "mean", "var"}, {"y"}))
                         .part(5, test::onnx_zeros("w", test::kInt8, {64, 32}, 1))
                         .part(5, test::onnx_zeros("scale", test::kFloat, {32}, 4))
                         .part(5, test::onnx_zeros("zero", test::kInt8, {32}, 1))
                         .part(5, test::onnx_zeros("gamma", test::kFloat, {32}, 4))
                         .part(5, test::onnx_zeros("beta", test::kFloat, {32}, 4))
                         .part(5, test::onnx_zeros("mean", test::kFloat, {32}, 4))
                         .part(5, test::onnx_zeros("var", test::kFloat, {32}, 4))
                         .part(5, test::onnx_int64s("axes", {1, 2}))
                         .part(11, test::onnx_value("x", test::kFloat, {1, 64})));
  EXPECT_EQ(*model.parameters, 64 * 32 + 32 + 32);
  EXPECT_EQ(model.weight_bytes->value, 64 * 32 + 32 + 5 * 32 * 4 + 16);
  EXPECT_EQ(model.precision, "int8");
}

TEST(Onnx, UnpacksFourBitWeights) {
  const Model model = model_of_graph(
      Proto()
          .part(1, test::onnx_node("MatMulNBits", {"x", "w", "s"}, {"y"},
                                   {test::onnx_int("K", 64), test::onnx_int("N", 32), test::onnx_int("bits", 4)},
                                   "com.microsoft"))
          .part(5, test::onnx_zeros("w", test::kUint8, {32, 2, 16}, 1))
          .part(5, test::onnx_zeros("s", test::kFloat, {64}, 4)));
  EXPECT_EQ(*model.parameters, 64 * 32);
  EXPECT_EQ(model.precision, "int4");
  EXPECT_THAT(model.unknown, ElementsAre("operators of com.microsoft"));
}

Proto external(std::string_view location, std::string_view offset) {
  return Proto().part(5, Proto()
                             .number(1, 8)
                             .number(2, test::kHalf)
                             .text(8, "w")
                             .number(14, 1)
                             .part(13, Proto().text(1, "location").text(2, location))
                             .part(13, Proto().text(1, "offset").text(2, offset)));
}

TEST(Onnx, FindsExternalDataBesideTheModel) {
  const TempDir dir;
  const std::string bytes = test::onnx_model(external("data/w.bin", "16"));
  const std::string path = dir.write("net.onnx", bytes);
  const auto missing = read_model(path);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().what, "no such file");
  EXPECT_THAT(missing.error().where, HasSubstr("data/w.bin"));
  dir.write("data/w.bin", std::string(20, '\0'));
  const auto cut = read_model(path);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().what, "external data runs past the end of its file");
  dir.write("data/w.bin", std::string(32, '\0'));
  const auto model = read_model(path);
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(*model->parameters, 8);
  EXPECT_EQ(model->precision, "f16");
  EXPECT_EQ(model->file_bytes->value, static_cast<double>(bytes.size()) + 32);
}

TEST(Onnx, ExternalDataStaysInTheFolder) {
  const TempDir dir;
  dir.write("secret", std::string(64, '\0'));
  for (const std::string_view location : {"../secret", "/etc/passwd", "a/../../secret", "..", "C:\\x", "a\\..\\b"}) {
    const auto model = read_model(dir.write("in/net.onnx", test::onnx_model(external(location, "0"))));
    ASSERT_FALSE(model) << location;
    EXPECT_EQ(model.error().what, "external data outside the folder");
  }
  const auto device = read_model(dir.write("in/net.onnx", test::onnx_model(external(".", "0"))));
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().what, "this is a folder, not a file");
}

TEST(Onnx, IsRecognisedByItsFirstFields) {
  EXPECT_TRUE(looks_like_onnx(test::onnx_model(test::conv_graph())));
  EXPECT_TRUE(looks_like_onnx(std::string_view("\x08\x07\x3a\xff", 4)));
  EXPECT_FALSE(looks_like_onnx(std::string_view("\x08\x00\x3a", 3)));
  EXPECT_FALSE(looks_like_onnx("hello"));
  EXPECT_FALSE(looks_like_onnx("\x08"));
}

}  // namespace
}  // namespace edgefit

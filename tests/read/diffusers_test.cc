#include "read/diffusers.h"

#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "read/json_kinds.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

const std::string kPipeline =
    R"({"_class_name":"StableDiffusionPipeline","_diffusers_version":"0.30.0","unet":["diffusers","UNet2DConditionModel"],)"
    R"("vae":["diffusers","AutoencoderKL"]})";

TEST(Diffusers, IsNamedAndNotSized) {
  const auto model = read_json(kPipeline, "models/sd/model_index.json");
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->name, "sd");
  EXPECT_EQ(model->task, Task::image_generation);
  EXPECT_FALSE(model->weight_bytes);
  EXPECT_FALSE(model->activation_bytes);
  EXPECT_NE(model->activation_bytes.why.find("StableDiffusionPipeline"), std::string::npos);
  EXPECT_EQ(model->unknown, (std::vector<std::string>{"unet: UNet2DConditionModel", "vae: AutoencoderKL"}));
}

TEST(Diffusers, AFolderIsFoundByItsIndex) {
  const test::TempDir dir;
  dir.write("model_index.json", kPipeline);
  const auto model = read_model(dir.at(""));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->format, "diffusers");
}

TEST(Diffusers, NonsenseIsAProblem) {
  EXPECT_FALSE(read_diffusers("[", "x"));
  EXPECT_FALSE(read_diffusers("[]", "x"));
  EXPECT_FALSE(read_diffusers(R"({"_class_name":3})", "x"));
  EXPECT_TRUE(read_diffusers(R"({"_class_name":"A","unet":["diffusers",3],"vae":3})", "x"));
}

}  // namespace
}  // namespace edgefit

#include "read/modelfile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/read.h"
#include "gguf_writer.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Modelfile, ReadsTheFileOfFrom) {
  const TempDir dir;
  dir.write("tiny.gguf", test::tiny_llama().file());
  const auto model = read_model(dir.write(
      "Modelfile",
      "# mine\nFROM ./tiny.gguf\nTEMPLATE \"\"\"{{ .Prompt }}\nPARAMETER num_ctx 1\n\"\"\"\nparameter num_ctx 4096\n"));
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_EQ(model->format, "modelfile");
  EXPECT_EQ(model->workload.context.value_or(0), 4096);
  EXPECT_EQ(*model->parameters, test::kTinyParameters);
}

TEST(Modelfile, QuotesAndAdapters) {
  const auto model =
      read_modelfile("FROM \"my model.gguf\"\r\nADAPTER ./a.gguf\nPARAMETER num_ctx zero\n", "Modelfile");
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_THAT(model->files, ElementsAre("my model.gguf"));
  EXPECT_THAT(model->warnings, ElementsAre(HasSubstr("./a.gguf")));
  EXPECT_FALSE(model->workload.context);
}

TEST(Modelfile, NamesOfARegistryAndMissingFilesAreProblems) {
  const auto name = read_modelfile("FROM llama3.2:3b\n", "Modelfile");
  ASSERT_FALSE(name);
  EXPECT_THAT(name.error().what, HasSubstr("llama3.2:3b"));
  EXPECT_THAT(name.error().hint, HasSubstr("manifests"));
  const auto none = read_modelfile("PARAMETER num_ctx 5\n", "Modelfile");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().what, HasSubstr("no FROM"));
  const TempDir dir;
  EXPECT_FALSE(read_model(dir.write("Modelfile", "FROM ./none.gguf\n")));
  EXPECT_FALSE(read_model(dir.write("Modelfile", "FROM /dev/zero\n")));
  const auto odd = read_modelfile("FROM ./a\xff.gguf\n", "Modelfile");
  ASSERT_FALSE(odd);
  EXPECT_THAT(odd.error().what, HasSubstr("letters"));
}

TEST(Modelfile, IsRecognisedByItsFirstInstruction) {
  EXPECT_TRUE(looks_like_modelfile("# a\n\nfrom ./x.gguf"));
  EXPECT_TRUE(looks_like_modelfile("PARAMETER num_ctx 5"));
  EXPECT_FALSE(looks_like_modelfile("from torch import nn\n"));
  EXPECT_FALSE(looks_like_modelfile("FROM"));
  EXPECT_FALSE(looks_like_modelfile("hello\nFROM x"));
}

}  // namespace
}  // namespace edgefit

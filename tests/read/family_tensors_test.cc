#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edgefit/text.h"
#include "gguf_writer.h"
#include "read/families.h"
#include "read/gguf.h"
#include "read/tensors.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

/// Sizes as in the config.json that the publisher gives.
struct Sizes {
  const char* family;
  double layers, hidden, heads, kv_heads, head_dim, ffn, vocab;
  bool tied;
};

Architecture architecture_of(const Sizes& s) {
  Architecture a;
  a.family = s.family;
  a.layers = {s.layers, {}};
  a.hidden_size = {s.hidden, {}};
  a.heads = {s.heads, {}};
  a.kv_heads = {s.kv_heads, {}};
  a.head_dim = {s.head_dim, {}};
  a.ffn_size = {s.ffn, {}};
  a.vocab_size = {s.vocab, {}};
  a.tied_embeddings = s.tied;
  apply_family(a);
  return a;
}

double parameters_of(const Architecture& a) {
  auto tensors = tensors_of(a);
  EXPECT_TRUE(tensors) << tensors.error().what;
  double sum = 0;
  if (tensors)
    for (const auto& tensor : *tensors) sum += elements_of(tensor);
  return sum;
}

// Published parameter counts of the models' cards.
TEST(TensorsOf, SumsToPublishedParameters) {
  EXPECT_EQ(parameters_of(architecture_of({"llama", 32, 4096, 32, 8, 128, 14336, 128256, false})), 8030261248);
  EXPECT_EQ(parameters_of(architecture_of({"llama", 16, 2048, 32, 8, 64, 8192, 128256, true})), 1235814400);
  EXPECT_EQ(parameters_of(architecture_of({"qwen2", 24, 896, 14, 2, 64, 4864, 151936, true})), 494032768);
  EXPECT_EQ(parameters_of(architecture_of({"qwen3", 36, 4096, 32, 8, 128, 12288, 151936, false})), 8190735360);
  EXPECT_EQ(parameters_of(architecture_of({"gemma2", 26, 2304, 8, 4, 256, 9216, 256000, true})), 2614341888);
  EXPECT_EQ(parameters_of(architecture_of({"gemma3", 26, 1152, 4, 1, 256, 6912, 262144, true})), 999885952);
  EXPECT_EQ(parameters_of(architecture_of({"phi3", 32, 3072, 32, 32, 96, 8192, 32064, false})), 3821079552);
  EXPECT_EQ(parameters_of(architecture_of({"olmo2", 32, 4096, 32, 32, 128, 11008, 100352, false})), 7298617344);
}

TEST(TensorsOf, WritesExperts) {
  Architecture mixtral = architecture_of({"mixtral", 32, 4096, 32, 8, 128, 14336, 32000, false});
  mixtral.moe = Moe{.experts = 8, .experts_used = 2};
  EXPECT_EQ(parameters_of(mixtral), 46702792704);
  Architecture oss = architecture_of({"gpt-oss", 24, 2880, 64, 8, 64, 2880, 201088, false});
  oss.moe = Moe{.experts = 32, .experts_used = 4, .expert_ffn_size = 2880};
  EXPECT_EQ(parameters_of(oss), 20914757184);
  Architecture olmoe = architecture_of({"olmoe", 16, 2048, 16, 16, 128, 1024, 50304, false});
  olmoe.moe = Moe{.experts = 64, .experts_used = 8, .expert_ffn_size = 1024};
  EXPECT_EQ(parameters_of(olmoe), 6919161856);
}

TEST(TensorsOf, EqualsTheFileOfTheFamily) {
  const std::string bytes = test::tiny_llama().file();
  const auto model = read_gguf(MemorySource(bytes, "tiny.gguf"));
  ASSERT_TRUE(model) << model.error().what;
  auto made = tensors_of(model->architecture);
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), model->tensors.size());
  for (const auto& tensor : model->tensors) {
    const auto same = std::find_if(made->begin(), made->end(), [&](const Tensor& t) { return t.name == tensor.name; });
    ASSERT_NE(same, made->end()) << tensor.name;
    EXPECT_EQ(same->shape, tensor.shape) << tensor.name;
    EXPECT_EQ(same->type, tensor.type) << tensor.name;
    EXPECT_EQ(same->bytes, tensor.bytes) << tensor.name;
    EXPECT_EQ(same->role, tensor.role) << tensor.name;
    EXPECT_EQ(same->layer, tensor.layer) << tensor.name;
  }
}

TEST(TensorsOf, SaysWhatIsMissing) {
  Architecture a = architecture_of({"llama", 2, 64, 4, 2, 16, 128, 32, false});
  a.vocab_size = {};
  EXPECT_THAT(tensors_of(a).error().what, HasSubstr("vocab_size"));
  EXPECT_FALSE(tensors_of(architecture_of({"mamba2", 2, 64, 4, 2, 16, 128, 32, false})));
  EXPECT_FALSE(tensors_of(architecture_of({"unheard-of", 2, 64, 4, 2, 16, 128, 32, false})));
}

}  // namespace
}  // namespace edgefit

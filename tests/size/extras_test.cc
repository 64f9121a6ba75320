#include "size/extras.h"

#include <gtest/gtest.h>

#include "size/fit.h"
#include "support/cases.h"

namespace edgefit {
namespace {

std::optional<Line> line_of(const Fit& fit, int pool, Term term) {
  for (const auto& p : fit.pools) {
    for (const auto& line : p.lines) {
      if (p.pool == pool && line.term == term) return line;
    }
  }
  return std::nullopt;
}

Case eight_billion(int gpus = 1) {
  return testing::question(testing::prepared(testing::llama_8b()), testing::box(gib(64), gpus));
}

std::shared_ptr<const Model> projector(const Encoder& encoder, double weights) {
  Model m;
  m.name = "mmproj";
  m.weight_bytes = {Bytes{weights}, testing::kGiven};
  m.encoder = encoder;
  return std::make_shared<const Model>(std::move(m));
}

/// What llama.cpp v0.5.0 plans for a projector (mtmd_get_memory_usage), bytes on the GPU and in RAM.
struct Planned {
  Encoder encoder;
  double weights, gpu, ram;
};
const Planned kPlanned[] = {
    {{"gemma3", true, false, 1152, 4304, false, 896, 14, 4, 0, 2560, 0, false}, 849872384, 977011136, 9633792},
    {{"internvl", true, false, 1024, 4096, false, 448, 14, 2, 0, 1536, 0, false}, 628212736, 657600512, 2408448},
    {{"lfm2", true, false, 1152, 4304, false, 256, 16, 2, 0, 2048, 0, false}, 830314496, 862099072, 3145728},
    {{"mlp", true, false, 1024, 4096, false, 336, 14, 1, 0, 4096, 0, false}, 625601536, 650559104, 1359392},
    {{"pixtral", true, false, 1024, 4096, true, 1540, 14, 2, 0, 5120, 0, false}, 878033152, 945795072, 8388640},
    {{"qwen2vl_merger", true, false, 1280, 5120, false, 560, 14, 2, 0, 1536, 0, false},
     1331631104,
     1611682816,
     20042752},
    {{"qwen2.5vl_merger", true, false, 1280, 3420, true, 560, 14, 2, 0, 3584, 0, true},
     1354137600,
     2093157376,
     306616896},
    {{"qwen3vl_merger", true, false, 1152, 4304, false, 768, 16, 2, 0, 4096, 3, false},
     1159004928,
     1549165760,
     26136832},
    {{"idefics3", true, false, 768, 3072, false, 512, 16, 4, 0, 960, 0, false}, 198273024, 220296192, 3145728},
    {{"ultravox", false, true, 1280, 5120, false, 0, 0, 1, 0, 4096, 0, false}, 1379482624, 1433243648, 1536000},
};

TEST(Extras, ProjectorsNeedWhatLlamaCppPlansForThem) {
  for (const auto& planned : kPlanned) {
    Case c = eight_billion();
    c.projector = projector(planned.encoder, planned.weights);
    const Fit fit = best_fit(c);
    const auto gpu = line_of(fit, 1, Term::projector), ram = line_of(fit, 0, Term::projector);
    ASSERT_TRUE(gpu && ram) << planned.encoder.projector;
    EXPECT_LE(gpu->low.value, planned.gpu) << planned.encoder.projector;
    EXPECT_GE(gpu->bytes.value, planned.gpu * 0.99) << planned.encoder.projector;
    EXPECT_LE(gpu->bytes.value, planned.gpu * 1.06) << planned.encoder.projector;
    EXPECT_GE(ram->high.value, planned.ram) << planned.encoder.projector;
  }
}

TEST(Extras, AProjectorGoesToTheFirstGpuWhateverTheLayersDo) {
  Case c = eight_billion(2);
  c.projector = projector(kPlanned[0].encoder, kPlanned[0].weights);
  c.runtime.gpu_layers = 0;
  const Fit fit = best_fit(c);
  EXPECT_GT(line_of(fit, 1, Term::projector)->bytes.value, kPlanned[0].weights);
  EXPECT_FALSE(line_of(fit, 2, Term::projector));
  c.host = testing::box(gib(64));
  EXPECT_GT(line_of(best_fit(c), 0, Term::projector)->bytes.value, kPlanned[0].weights);
}

TEST(Extras, LargerImagesAreInTheInterval) {
  Case c = eight_billion();
  c.projector = projector(kPlanned[5].encoder, kPlanned[5].weights);
  const auto line = line_of(best_fit(c), 1, Term::projector);
  // 4096 tokens instead of the 2116 that are planned for.
  EXPECT_GT(line->high.value - kPlanned[5].weights, 1.9 * (kPlanned[5].gpu - kPlanned[5].weights));
}

TEST(Extras, AnUnknownEncoderKeepsAWideIntervalInsteadOfNothing) {
  Case c = eight_billion();
  c.projector = projector(Encoder{"stranger", true}, 1e9);
  const auto line = line_of(best_fit(c), 1, Term::projector);
  EXPECT_EQ(line->low.value, 1e9);
  EXPECT_GT(line->bytes.value, 1.2e9);
  EXPECT_GT(line->high.value, 2e9);
}

Tensor pair_of(const char* name, int layer, TensorRole role, uint64_t bytes) {
  Tensor t;
  t.name = name;
  t.layer = layer;
  t.role = role;
  t.type = find_ggml_type("f16");
  t.shape = {bytes / 2, 1, 1, 1};
  t.bytes = bytes;
  return t;
}

TEST(Extras, AdaptersLieBesideTheMatricesThatTheyChange) {
  Model adapter;
  adapter.name = "lora";
  adapter.architecture.family = "llama";
  adapter.architecture.layers = {32.0, testing::kGiven};
  for (int layer = 0; layer < 32; ++layer) {
    adapter.tensors.push_back(pair_of("blk.0.attn_q.weight.lora_a", layer, TensorRole::layer, 1000));
  }
  adapter.tensors.push_back(pair_of("output.weight.lora_a", -1, TensorRole::output, 70));
  adapter.tensors_stored = true;
  adapter.weight_bytes = {Bytes{32070}, testing::kGiven};
  Case c = eight_billion();
  c.adapters = {testing::prepared(adapter)};
  c.runtime.gpu_layers = 33;
  EXPECT_EQ(line_of(best_fit(c), 1, Term::adapter)->bytes.value, 32070);
  c.runtime.gpu_layers = 11;  // ten layers and the output
  EXPECT_EQ(line_of(best_fit(c), 1, Term::adapter)->bytes.value, 10070);
  EXPECT_EQ(line_of(best_fit(c), 0, Term::adapter)->bytes.value, 22000);
  c.adapters.push_back(c.adapters.front());
  EXPECT_EQ(line_of(best_fit(c), 1, Term::adapter)->bytes.value, 20140);
  c.runtime.gpu_layers = 0;
  EXPECT_FALSE(line_of(best_fit(c), 1, Term::adapter));
}

TEST(Extras, ADraftIsAModelOfItsOwn) {
  Case c = eight_billion();
  Model small = testing::llama_8b();
  small.parameters = {1.2e9, testing::kGiven};
  small.architecture.layers = {16.0, testing::kGiven};
  small.architecture.hidden_size = {2048.0, testing::kGiven};
  small.architecture.ffn_size = {8192.0, testing::kGiven};
  c.draft = testing::prepared(small);
  c.workload.kv_type = {"q8_0", testing::kGiven};
  c.runtime.gpu_layers = 0;
  // All of it on the GPU whatever the model does, with an f16 cache as long as the model's.
  Case alone = c;
  alone.model = c.draft;
  alone.draft = nullptr;
  alone.workload.kv_type = {"f16", testing::kGiven};
  alone.runtime.gpu_layers = 99;
  const Fit together = best_fit(c), apart = best_fit(alone);
  double sum = 0;
  for (const auto& line : apart.pools[1].lines) sum += line.term == Term::runtime ? 0 : line.bytes.value;
  EXPECT_EQ(line_of(together, 1, Term::draft)->bytes.value, sum);
  EXPECT_GT(line_of(together, 0, Term::draft)->bytes.value, 0);
}

TEST(Extras, ADraftedTokenMakesARowOfLogits) {
  Case c = eight_billion();
  const double before = line_of(best_fit(c), 0, Term::output)->bytes.value;
  c.draft = c.model;
  EXPECT_EQ(line_of(best_fit(c), 0, Term::output)->bytes.value, 4 * before);
}

TEST(Extras, NothingBesideTheModelAddsNothing) {
  for (const auto& pool : best_fit(eight_billion(2)).pools) {
    for (const auto& line : pool.lines) EXPECT_LT(line.term, Term::projector);
  }
}

}  // namespace
}  // namespace edgefit

// The shared corpus, when EDGEFIT_CORPUS names it: parameters of every published config with a known answer, their
// key-value elements, indexes, and hostile config and safetensors files each in its own process.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>

#include "edgefit/read.h"
#include "support/csv.h"
#include "support/watched_read.h"

namespace edgefit {
namespace {

using Row = std::map<std::string, std::string>;

std::string corpus() {
  const char* path = std::getenv("EDGEFIT_CORPUS");
  return path == nullptr ? "" : std::string(path) + "/models/";
}

/// Elements of the cache a token: K and V of the layers that keep rows, latents of MLA.
double cache_elements(const Architecture& a) {
  double sum = 0;
  for (size_t i = 0; i < static_cast<size_t>(a.layers.value_or(0)); ++i) {
    const Attention keeps = a.attention.empty() ? Attention::full : a.attention[i];
    const double heads = a.kv_heads_by_layer.empty() ? a.kv_heads.value_or(0) : a.kv_heads_by_layer[i];
    const bool rows = keeps == Attention::full || keeps == Attention::sliding || keeps == Attention::full_recurrent;
    if (rows) sum += heads * (a.head_dim.value_or(0) + a.value_head_dim.value_or(0));
    if (keeps == Attention::mla && a.mla) sum += a.mla->kv_lora_rank + a.mla->rope_head_dim;
  }
  return sum;
}

TEST(HfCorpus, CountsParametersOfEveryConfigWithAnAnswer) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  int answers = 0, exact = 0, active_answers = 0, active_exact = 0, cache_answers = 0, cache_exact = 0;
  for (const Row& row : test::csv_file(corpus() + "configs.csv")) {
    const std::string& id = row.at("id");
    const auto model = read_model(corpus() + "configs/" + row.at("file"));
    const auto tell = [&](const char* what, const std::string& answer, double ours) {
      std::printf("  %s: %s %s, here %.0f (%+.0f)\n", id.c_str(), what, answer.c_str(), ours,
                  ours - std::atof(answer.c_str()));
    };
    const std::string answer = row.at("answer_total_unique_weights");
    if (!model) {
      std::printf("  %s: %s (%s)\n", id.c_str(), model.error().what.c_str(), model.error().where.c_str());
      if (!answer.empty()) ++answers;
      continue;
    }
    if (!answer.empty()) {
      ++answers;
      const bool same = model->parameters && *model->parameters == std::atof(answer.c_str());
      exact += same ? 1 : 0;
      if (!same) tell("parameters", answer, model->parameters.value_or(0));
    }
    if (const std::string active = row.at("calc_active"); !active.empty()) {
      ++active_answers;
      const bool same = model->active_parameters && *model->active_parameters == std::atof(active.c_str());
      active_exact += same ? 1 : 0;
      if (!same) tell("active", active, model->active_parameters.value_or(0));
    }
    if (const std::string cache = row.at("kv_elements_per_token"); !cache.empty()) {
      ++cache_answers;
      const bool same = cache_elements(model->architecture) == std::atof(cache.c_str());
      cache_exact += same ? 1 : 0;
      if (!same) tell("cache elements", cache, cache_elements(model->architecture));
    }
  }
  std::printf("parameters exact: %d of %d; active: %d of %d; cache: %d of %d\n", exact, answers, active_exact,
              active_answers, cache_exact, cache_answers);
  EXPECT_GT(answers, 100);
  EXPECT_GE(exact, std::ceil(0.95 * answers));
  EXPECT_GE(active_exact, std::ceil(0.95 * active_answers));
  EXPECT_GE(cache_exact, std::ceil(0.95 * cache_answers));
}

TEST(HfCorpus, ReadsIndexes) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  const auto rows = test::csv_file(corpus() + "indexes.csv");
  ASSERT_GT(rows.size(), 20U);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.at("file"));
    const auto start = std::chrono::steady_clock::now();
    const auto model = read_model(corpus() + "indexes/" + row.at("file"));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    ASSERT_TRUE(model) << model.error().what;
    EXPECT_LT(took.count(), 0.2);
    const double total = std::atof(row.at("total_size").c_str());
    if (total > 0) {
      EXPECT_EQ(model->weight_bytes ? model->weight_bytes->value : -1, total);
    }
  }
}

TEST(HfCorpus, ReadsSafetensorsFiles) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  // models/files.csv, the column of an independent reader.
  const std::map<std::string, double> files = {
      {"candle-csm-voices", 64812},
      {"candle-jfk-codes", 1656},
      {"llama3.2-3b-model-00001-model.layers.0.input_layernorm.weight", 3072},
      {"llama3.2-3b-model-00005-model.layers.0.post_attention_layernorm.weight", 3072}};
  for (const auto& [file, elements] : files) {
    SCOPED_TRACE(file);
    const auto model = read_model(corpus() + "files/" + file + ".safetensors");
    ASSERT_TRUE(model) << model.error().what;
    EXPECT_EQ(model->counts.elements.value_or(-1), elements);
  }
}

TEST(HfCorpus, EveryHostileFileGetsItsVerdict) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  const test::WatchedRead idle = test::read_in_child("");
  int seen = 0;
  for (const Row& row : test::csv_file(corpus() + "malformed.csv")) {
    const std::string& file = row.at("file");
    if (!file.starts_with("cfg_") && !file.starts_with("st_")) continue;
    ++seen;
    SCOPED_TRACE(file + ": " + row.at("expected"));
    const test::WatchedRead run = test::read_in_child(corpus() + "malformed/" + file);
    EXPECT_TRUE(test::as_expected(run.outcome, row.at("expected"))) << "outcome " << run.outcome;
    EXPECT_LT(run.seconds, test::kLongestRead);
    EXPECT_LT(run.peak_bytes - idle.peak_bytes, 64 << 20);
  }
  EXPECT_GT(seen, 38);
}

}  // namespace
}  // namespace edgefit

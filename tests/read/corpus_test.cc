// The shared corpus, when EDGEFIT_CORPUS names it: hostile GGUF files, each in its own process with a watch on time
// and memory, and vocabulary files of llama.cpp.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "support/csv.h"
#include "support/watched_read.h"

namespace edgefit {
namespace {

std::string corpus() {
  const char* path = std::getenv("EDGEFIT_CORPUS");
  return path == nullptr ? "" : path;
}

/// file -> expected, from malformed.csv.
std::map<std::string, std::string> expectations(const std::string& csv) {
  std::map<std::string, std::string> out;
  for (const auto& row : test::csv_file(csv))
    if (row.at("file").starts_with("gguf_")) out[row.at("file")] = row.at("expected");
  return out;
}

TEST(Corpus, EveryHostileGgufGetsItsVerdict) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  const auto rows = expectations(corpus() + "/models/malformed.csv");
  ASSERT_GT(rows.size(), 30U);
  const test::WatchedRead idle = test::read_in_child("");
  for (const auto& [file, expected] : rows) {
    const test::WatchedRead run = test::read_in_child(corpus() + "/models/malformed/" + file);
    SCOPED_TRACE(file + ": " + expected);
    EXPECT_NE(run.outcome, test::kCrash);
    EXPECT_LT(run.seconds, test::kLongestRead);
    EXPECT_LT(run.peak_bytes - idle.peak_bytes, 64 << 20);
    EXPECT_TRUE(test::as_expected(run.outcome, expected)) << "outcome " << run.outcome;
  }
}

TEST(Corpus, ReadsVocabularyFiles) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  struct Row {
    const char *file, *family;
    double layers, hidden, heads, kv_heads, ffn, context, vocabulary;
  };
  // models/files.csv, the column of an independent reader.
  for (const Row& row : {Row{"baichuan", "baichuan", 32, 4096, 32, 32, 11008, 4096, 64000},
                         Row{"bert-bge", "bert", 12, 384, 12, 12, 1536, 512, 30522},
                         Row{"deepseek-coder", "llama", 32, 4096, 32, 32, 11008, 16384, 32256},
                         Row{"falcon", "falcon", 32, 4544, 71, 1, 18176, 2048, 65024},
                         Row{"gpt-2", "gpt2", 12, 768, 12, 12, 3072, 1024, 50257},
                         Row{"phi-3", "phi3", 32, 3072, 32, 32, 8192, 4096, 32064},
                         Row{"starcoder", "starcoder2", 30, 3072, 24, 2, 12288, 16384, 49152}}) {
    SCOPED_TRACE(row.file);
    const auto model = read_model(corpus() + "/models/files/ggml-vocab-" + row.file + ".gguf");
    ASSERT_TRUE(model) << model.error().what;
    const Architecture& a = model->architecture;
    EXPECT_EQ(a.family, row.family);
    EXPECT_EQ(a.layers.value_or(-1), row.layers);
    EXPECT_EQ(a.hidden_size.value_or(-1), row.hidden);
    EXPECT_EQ(a.heads.value_or(-1), row.heads);
    EXPECT_EQ(a.kv_heads.value_or(-1), row.kv_heads);
    EXPECT_EQ(a.ffn_size.value_or(-1), row.ffn);
    EXPECT_EQ(a.max_context.value_or(-1), row.context);
    EXPECT_EQ(a.vocab_size.value_or(-1), row.vocabulary);
  }
}

}  // namespace
}  // namespace edgefit

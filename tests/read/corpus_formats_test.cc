// The shared corpus of ONNX, TFLite, whisper.cpp, Ollama and ModelPack files, when EDGEFIT_CORPUS names it. Expected
// figures are those of models/files.csv, models/other.csv and models/malformed.csv.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>

#include "base/files.h"
#include "edgefit/read.h"
#include "read/onnx_graph.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

std::string corpus() {
  const char* path = std::getenv("EDGEFIT_CORPUS");
  return path == nullptr ? "" : std::string(path) + "/models/";
}

TEST(CorpusFormats, OnnxElementsAgreeWithAnIndependentReader) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  struct Row {
    const char* file;
    double initialised, float_initialised, constant, nodes;
  };
  for (const Row& row :
       {Row{"ch_PP-OCRv4_rec_infer", 0, 0, 2690312, 765}, Row{"namaste_deepa", 74977, 74977, 4, 29},
        Row{"onnx-test_layernorm_expanded", 0, 0, 4, 30}, Row{"onnx-test_operator_conv", 1872, 1872, 0, 1},
        Row{"silero_vad_legacy", 445117, 444944, 4, 250}, Row{"silero_vad_v5", 0, 0, 545601, 689}}) {
    SCOPED_TRACE(row.file);
    const auto file = File::open(corpus() + "files/" + row.file + ".onnx");
    ASSERT_TRUE(file) << file.error().what;
    const auto graph = read_onnx_graph(FileSource(*file));
    ASSERT_TRUE(graph) << graph.error().what;
    double initialised = 0, float_initialised = 0, constant = 0;
    for (const auto& tensor : graph->tensors) {
      (tensor.constant_node ? constant : initialised) += tensor.elements;
      if (!tensor.constant_node && tensor.type == kOnnxFloat) float_initialised += tensor.elements;
    }
    EXPECT_EQ(initialised, row.initialised);
    EXPECT_EQ(float_initialised, row.float_initialised);
    EXPECT_EQ(constant, row.constant);
    EXPECT_EQ(graph->all_nodes, row.nodes);
  }
}

TEST(CorpusFormats, ModelsOfOtherEngines) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  struct Row {
    const char *file, *format, *precision;
    double parameters;  ///< 0: unknown
    bool flops;         ///< known
  };
  for (const Row& row : {Row{"namaste_deepa.onnx", "onnx", "f32", 74977, true},
                         Row{"onnx-test_operator_conv.onnx", "onnx", "f32", 1872, true},
                         Row{"silero_vad_legacy.onnx", "onnx", "f32", 444944, false},
                         Row{"face_detection_full_range.tflite", "tflite", "f16", 514069, true},
                         Row{"face_detection_full_range_sparse.tflite", "tflite", "f16", 508308, true},
                         Row{"selfie_segmentation.tflite", "tflite", "f16", 106401, false},
                         Row{"whispercpp-for-tests-ggml-base.bin", "whisper.cpp", "", 0, false}}) {
    SCOPED_TRACE(row.file);
    const auto model = read_model(corpus() + "files/" + row.file);
    ASSERT_TRUE(model) << model.error().what;
    EXPECT_EQ(model->format, row.format);
    EXPECT_EQ(model->precision, row.precision);
    EXPECT_EQ(model->parameters.value_or(0), row.parameters);
    EXPECT_EQ(static_cast<bool>(model->flops_per_inference), row.flops);
  }
  // The maintainers' own bad file.
  EXPECT_FALSE(read_model(corpus() + "files/whispercpp-for-tests-ggml-parakeet-tdt-bad-nfft0.bin"));
}

TEST(CorpusFormats, ModelPackIsAsStrictAsItsOwnTests) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  std::ifstream file(corpus() + "other.csv");
  int checked = 0;
  for (std::string line; std::getline(file, line); ++checked) {
    if (!line.starts_with("modelpack-test-")) continue;
    const bool passes = line.find("must PASS") != std::string::npos;
    const std::string name = line.substr(0, line.find(','));
    const auto model = read_model(corpus() + "other/" + name);
    EXPECT_EQ(model.has_value(), passes) << name;
    if (model) {
      EXPECT_GE(model->parameters.value_or(0), 7e9) << name;
    }
  }
  EXPECT_GT(checked, 17);
  EXPECT_EQ(read_model(corpus() + "other/modelpack-doc-config-0.json")->parameters.value_or(0), 8e9);
  EXPECT_EQ(read_model(corpus() + "other/modelpack-doc-manifest-0.json")->file_bytes->value, 30327160.0 + 5018536960.0);
}

TEST(CorpusFormats, AnOllamaManifestInventsNoParameters) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  const auto model = read_model(corpus() + "other/ollama-gemma-2b.json");
  ASSERT_TRUE(model) << model.error().what;
  EXPECT_FALSE(model->parameters);
  EXPECT_FALSE(model->parameters.why.empty());
  EXPECT_EQ(model->weight_bytes->value, 1678447520);
}

TEST(CorpusFormats, HostileFilesGetTheirVerdict) {
  if (corpus().empty()) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  struct Row {
    const char *file, *what;
  };
  for (const Row& row :
       {Row{"onnx_len_past.onnx", "a length runs past the end"}, Row{"ollama_manifest_traversal.json", "not a digest"},
        Row{"modelpack_paramsize_bad.json", "not a count of parameters"}}) {
    const auto start = std::chrono::steady_clock::now();
    const auto model = read_model(corpus() + "malformed/" + row.file);
    ASSERT_FALSE(model) << row.file;
    EXPECT_THAT(model.error().what, HasSubstr(row.what));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  }
}

}  // namespace
}  // namespace edgefit

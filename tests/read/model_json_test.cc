#include "read/model_json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace edgefit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Model model_of(const std::string& text) {
  auto model = read_model_json(text, "dir/m.json");
  EXPECT_TRUE(model) << model.error().what << " | " << model.error().where;
  return model ? std::move(*model) : Model{};
}
std::string problem_of(const std::string& text) {
  const auto model = read_model_json(text, "dir/m.json");
  return model ? "" : model.error().what + " | " + model.error().where;
}

constexpr const char* kFull = R"({
  "format": "edgefit.model", "format_version": "1.0", "name": "whole",
  "task": "embedding", "parameters": "8.03B", "active_parameters": 4000000000, "input_embedding_parameters": 525336576,
  "precision": "Q4_K_M", "weight_bytes": "4 GiB", "file_bytes": 4300000000,
  "compute": {"flops_per_inference": 8.2e9, "activation_bytes": 120000000},
  "files": [],
  "requires": {"gpu": "required", "gpu_features": ["bf16", "fp8"], "min_compute_capability": "8.0", "min_vram": "8 GiB",
    "min_driver": "550", "apis": ["cuda"], "cpu_features": ["avx2"], "min_ram": "16 GiB", "min_disk": "20 GiB",
    "os": ["linux"]},
  "workload": {"context": 8192, "sequences": 4, "prompt_tokens": 1500, "output_tokens": 300, "kv_type": "Q8_0"},
  "goals": {"time_to_first_token": "1 s", "tokens_per_second": 20, "latency": "50 ms", "inferences_per_second": 30},
  "lifecycle": {"source_url": "https://example.org", "revision": "r1", "license": "mit", "sha256": "00",
    "released": "2024-07-23", "owner": "ops", "next_review": "2027-01-31"}
})";

TEST(ModelJson, ReadsEveryPart) {
  const Model m = model_of(kFull);
  EXPECT_EQ(m.name, "whole");
  EXPECT_EQ(m.source, "dir/m.json");
  EXPECT_EQ(m.format, "model.json");
  EXPECT_EQ(m.task, Task::embedding);
  EXPECT_EQ(*m.parameters, 8.03e9);
  EXPECT_EQ(m.parameters.origin.text, "m.json: parameters");
  EXPECT_EQ(*m.active_parameters, 4e9);
  EXPECT_EQ(*m.input_embedding_parameters, 525336576);
  EXPECT_EQ(m.precision, "Q4_K_M");
  EXPECT_EQ(m.weight_bytes->value, 4 * kGiB);
  EXPECT_EQ(m.file_bytes->value, 4.3e9);
  EXPECT_EQ(*m.flops_per_inference, 8.2e9);
  EXPECT_EQ(m.activation_bytes->value, 1.2e8);
  EXPECT_EQ(m.requires_.gpu, Requirements::Gpu::required);
  EXPECT_THAT(m.requires_.gpu_features, ElementsAre("bf16", "fp8"));
  EXPECT_EQ(m.requires_.min_compute_capability, 8.0);
  EXPECT_EQ(m.requires_.min_vram->value, 8 * kGiB);
  EXPECT_EQ(m.requires_.min_driver, "550");
  EXPECT_THAT(m.requires_.apis, ElementsAre("cuda"));
  EXPECT_THAT(m.requires_.cpu_features, ElementsAre("avx2"));
  EXPECT_EQ(m.requires_.min_ram->value, 16 * kGiB);
  EXPECT_EQ(m.requires_.min_disk->value, 20 * kGiB);
  EXPECT_THAT(m.requires_.os, ElementsAre("linux"));
  EXPECT_EQ(*m.workload.context, 8192);
  EXPECT_EQ(*m.workload.sequences, 4);
  EXPECT_EQ(*m.workload.prompt_tokens, 1500);
  EXPECT_EQ(*m.workload.output_tokens, 300);
  EXPECT_EQ(*m.workload.kv_type, "q8_0");
  EXPECT_FALSE(m.workload.depth);
  EXPECT_EQ(m.goals.time_to_first_token->value, 1);
  EXPECT_EQ(m.goals.tokens_per_second->value, 20);
  EXPECT_DOUBLE_EQ(m.goals.latency->value, 0.05);
  EXPECT_EQ(m.goals.inferences_per_second->value, 30);
  EXPECT_EQ(m.lifecycle.source_url, "https://example.org");
  EXPECT_EQ(m.lifecycle.next_review, "2027-01-31");
  EXPECT_THAT(m.warnings, IsEmpty());
}

TEST(ModelJson, NeedsLittle) {
  const Model m = model_of(R"({"name":"x","parameters":"8B","precision":"int4"})");
  EXPECT_EQ(*m.parameters, 8e9);
  EXPECT_EQ(m.architecture.family, "");
  EXPECT_FALSE(m.architecture.layers);
  EXPECT_FALSE(m.weight_bytes);
  EXPECT_FALSE(m.active_parameters);
  EXPECT_THAT(m.tensors, IsEmpty());
  EXPECT_THAT(m.warnings, IsEmpty());
  EXPECT_EQ(problem_of(R"({"name":"x","architecture":{}})"), "");
  EXPECT_EQ(problem_of(R"({"name":"x","files":["a.gguf"]})"), "");
  EXPECT_THAT(problem_of(R"({"name":"x"})"), HasSubstr("too little is said"));
  EXPECT_THAT(problem_of(R"({"parameters":1})"), HasSubstr("no name"));
  EXPECT_THAT(problem_of("{}"), HasSubstr("no name"));
}

TEST(ModelJson, RefusesOtherDocuments) {
  EXPECT_THAT(problem_of(R"({"format":"edgefit.host","name":"x","parameters":1})"),
              HasSubstr("no model descriptor but edgefit.host | m.json#/format"));
  EXPECT_THAT(problem_of(R"({"format_version":"2.0","name":"x","parameters":1})"), HasSubstr("unknown format version"));
  EXPECT_THAT(model_of(R"({"format_version":"1.7","name":"x","parameters":1})").warnings,
              ElementsAre(HasSubstr("newer format 1.7")));
  EXPECT_THAT(problem_of("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(problem_of("{"), HasSubstr("not valid JSON"));
}

TEST(ModelJson, NamesWhatIsWrong) {
  const auto with = [](const char* part) {
    return problem_of(std::string(R"({"name":"x","parameters":8e9,)") + part + "}");
  };
  EXPECT_THAT(with(R"("task":"cooking")"), HasSubstr("unknown task \"cooking\" | m.json#/task"));
  EXPECT_THAT(with(R"("active_parameters":9e9)"), HasSubstr("m.json#/active_parameters"));
  EXPECT_THAT(with(R"("weight_bytes":0)"), HasSubstr("m.json#/weight_bytes"));
  EXPECT_THAT(with(R"("requires":{"gpu":"please"})"), HasSubstr("m.json#/requires/gpu"));
  EXPECT_THAT(with(R"("requires":{"min_compute_capability":"new"})"),
              HasSubstr("m.json#/requires/min_compute_capability"));
  EXPECT_THAT(with(R"("requires":[])"), HasSubstr("expected an object, found array | m.json#/requires"));
  EXPECT_THAT(with(R"("workload":{"context":0})"), HasSubstr("m.json#/workload/context"));
  EXPECT_THAT(with(R"("workload":{"kv_type":"q9"})"), HasSubstr("m.json#/workload/kv_type"));
  EXPECT_THAT(with(R"("goals":{"latency":"fast"})"), HasSubstr("m.json#/goals/latency"));
  EXPECT_THAT(with(R"("files":"a.gguf")"), HasSubstr("m.json#/files"));
  EXPECT_THAT(problem_of(R"({"name":"x","parameters":"-8q"})"), HasSubstr("not a count | m.json#/parameters"));
  EXPECT_THAT(problem_of(R"({"name":"x","parameters":0})"), HasSubstr("m.json#/parameters"));
  EXPECT_THAT(problem_of(R"({"name":5,"parameters":1})"), HasSubstr("m.json#/name"));
}

TEST(ModelJson, WarnsOfSpelling) {
  const Model m = model_of(R"({"name":"x","parameters":1e9,"precison":"q4_k_m","precision":"q4_k_n"})");
  EXPECT_THAT(m.warnings, ElementsAre(HasSubstr("did you mean \"precision\"?"),
                                      HasSubstr("unknown precision \"q4_k_n\"; did you mean")));
}

constexpr const char* kLlama = R"("architecture":{"family":"llama","layers":32,"hidden_size":4096,"heads":32,
  "kv_heads":8,"ffn_size":14336,"vocab_size":128256})";

TEST(ModelJson, NoMoreIsActiveThanThereIs) {
  const auto one = [](const char* active) {  // a matrix of 1024 x 1024 and nothing else
    return fmt::format(R"({{"format": "edgefit.model", "format_version": "1.0", "name": "x", "active_parameters": {},
      "architecture": {{"layers": 1}},
      "tensors": [{{"name": "blk.*.ffn_up.weight", "shape": [1024, 1024], "layers": "0"}}]}})",
                       active);
  };
  EXPECT_EQ(problem_of(one("5000000")), "more active parameters than parameters | m.json#/active_parameters");
  EXPECT_EQ(*model_of(one("\"1.05M\"")).active_parameters, 1024 * 1024) << "a rounded count is no contradiction";
  EXPECT_EQ(*model_of(one("1000000")).active_parameters, 1e6);
}

TEST(ModelJson, CountsParametersOfAKnownFamily) {
  const Model m = model_of(std::string(R"({"name":"x",)") + kLlama + "}");
  EXPECT_EQ(*m.parameters, 8030261248);
  EXPECT_EQ(m.parameters.origin.kind, Origin::Kind::derived);
  EXPECT_EQ(*m.input_embedding_parameters, 525336576);
  EXPECT_EQ(m.tensors.size(), 291U);
  EXPECT_FALSE(m.tensors_stored);
  EXPECT_EQ(*m.architecture.head_dim, 128);
}

TEST(ModelJson, TellsTiedEmbeddingsByTheCount) {
  const char* text = R"({"name":"x","parameters":PARAMETERS,"architecture":{"family":"llama","layers":16,
    "hidden_size":2048,"heads":32,"kv_heads":8,"ffn_size":8192,"vocab_size":128256TIED}})";
  const auto with = [&](const std::string& parameters, const std::string& tied) {
    std::string out = text;
    out.replace(out.find("PARAMETERS"), 10, parameters);
    out.replace(out.find("TIED"), 4, tied);
    return model_of(out);
  };
  EXPECT_TRUE(with("1235814400", "").architecture.tied_embeddings);
  EXPECT_TRUE(with("\"1.24B\"", "").architecture.tied_embeddings);
  EXPECT_FALSE(with("1498482688", "").architecture.tied_embeddings);
  const Model odd = with("\"3B\"", "");
  EXPECT_THAT(odd.tensors, IsEmpty()) << "shapes that do not add up are not this model's";
  EXPECT_THAT(odd.warnings, ElementsAre(HasSubstr("the descriptor is used")));
  EXPECT_EQ(*odd.parameters, 3e9);
  EXPECT_THAT(with("1235814400", ",\"tied_embeddings\":false").tensors, IsEmpty());
}

/// Property names of each object of the schema, against the tables that the reader uses.
TEST(ModelJson, SchemaKnowsTheSameKeys) {
  std::ifstream file(std::string(EDGEFIT_SOURCE_DIR) + "/profiles/schema/model.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  const auto schema = parse_json(text.str(), "model.schema.json");
  ASSERT_TRUE(schema) << schema.error().what << schema.error().where;
  EXPECT_EQ((*schema)["$schema"], "http://json-schema.org/draft-07/schema#");
  const auto same = [&](const char* pointer, std::span<const std::string_view> keys) {
    const Json& properties = schema->at(Json::json_pointer(std::string(pointer) + "/properties"));
    std::set<std::string> ours(keys.begin(), keys.end()), theirs;
    for (const auto& item : properties.items()) theirs.insert(item.key());
    EXPECT_EQ(ours, theirs) << pointer;
  };
  same("", kModelKeys);
  same("/properties/architecture", kArchitectureKeys);
  same("/properties/architecture/properties/mla", kMlaKeys);
  same("/properties/architecture/properties/moe", kMoeKeys);
  same("/properties/architecture/properties/ssm", kSsmKeys);
  same("/properties/weights", kWeightsKeys);
  same("/definitions/places", kPlaceKeys);
  same("/properties/compute", kComputeKeys);
  same("/properties/requires", kRequiresKeys);
  same("/properties/workload", kWorkloadKeys);
  same("/properties/goals", kGoalsKeys);
  same("/properties/lifecycle", kLifecycleKeys);
}

TEST(LooksLikeJson, WantsAnObject) {
  EXPECT_TRUE(looks_like_json("{}"));
  EXPECT_TRUE(looks_like_json("\xef\xbb\xbf \n\t{"));
  EXPECT_FALSE(looks_like_json("[]"));
  EXPECT_FALSE(looks_like_json(""));
}

TEST(ModelJson, OperationsOfAWholeAnswerAreANetworks) {
  const auto task = [](const std::string& more) {
    const auto model = read_model_json(
        R"({"format":"edgefit.model","format_version":"1.0","name":"d","parameters":2600000,"precision":"int8","compute":{"flops_per_inference":6.5e9})" +
            more + "}",
        "d.json");
    EXPECT_TRUE(model) << model.error().what;
    return model ? model->task : Task::embedding;
  };
  EXPECT_EQ(task(""), Task::other);
  EXPECT_EQ(task(R"(,"goals":{"tokens_per_second":5})"), Task::text_generation);
  EXPECT_EQ(task(R"(,"architecture":{"layers":4})"), Task::text_generation);
  EXPECT_EQ(task(R"(,"task":"text-generation")"), Task::text_generation);
}

}  // namespace
}  // namespace edgefit

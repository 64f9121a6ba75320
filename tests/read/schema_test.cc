// The published schema of model.json accepts what edgefit writes and what the docs show, and refuses nonsense.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#if __has_include("support/json_schema.h")
#include "edgefit/read.h"
#include "gguf_writer.h"
#include "read/gguf.h"
#include "support/json_schema.h"

namespace edgefit {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> errors(const std::string& document) {
  return schema_errors(source_file("profiles/schema/model.schema.json"), document);
}

TEST(ModelSchema, AcceptsWhatIsWritten) {
  const std::string bytes = test::tiny_llama().file();
  auto model = read_gguf(MemorySource(bytes, "x.gguf"));
  ASSERT_TRUE(model);
  WeightTable table;
  table.layers.resize(2);
  model->weights = table;
  model->workload.context = {8192, {}};
  model->goals.latency = Seconds{0.05};
  EXPECT_THAT(errors(write_model_json(*model)), IsEmpty());
}

TEST(ModelSchema, RefusesNonsense) {
  EXPECT_THAT(errors(R"({"name":"x","parameters":"8B"})"), IsEmpty());
  EXPECT_THAT(errors(R"({"name":"x"})"), Not(IsEmpty()));
  EXPECT_THAT(errors(R"({"name":"x","parameters":1,"task":"cooking"})"), Not(IsEmpty()));
  EXPECT_THAT(errors(R"({"name":"x","architecture":{"layers":0}})"), Not(IsEmpty()));
  EXPECT_THAT(errors(R"({"name":"x","architecture":{"attention":["full","linear"]}})"), Not(IsEmpty()));
}

}  // namespace
}  // namespace edgefit
#endif

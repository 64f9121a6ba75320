// docs/formulas.md has a heading for each rule that the code names, and no other.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace edgefit {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> out;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), pattern); it != std::sregex_iterator(); ++it) {
    out.insert((*it)[1]);
  }
  return out;
}

TEST(Formulas, RulesInCodeAreHeadingsOfThePage) {
  const std::filesystem::path root = EDGEFIT_SOURCE_DIR;
  std::set<std::string> rules;
  for (const auto& file : std::filesystem::directory_iterator(root / "src/size")) {
    if (file.path().extension() != ".cc") continue;
    rules.merge(matches(
        content_of(file),
        std::regex(R"re("((?:llamacpp|speed|runtime|plain|pool|vllm|onnxruntime)\.[a-z_]+(?:\.[a-z_]+)*)")re")));
  }
  const auto headings = matches(content_of(root / "docs/formulas.md"), std::regex(R"re(\n## ([a-z_]+\.[a-z_.]+)\n)re"));
  EXPECT_GT(rules.size(), 20U);
  EXPECT_EQ(rules, headings);
}

}  // namespace
}  // namespace edgefit

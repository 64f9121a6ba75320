// Recorded machines against what lstopo says of them. The corpus is not part of the repository: EDGEFIT_CORPUS names
// it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "edgefit/probe.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

namespace fs = std::filesystem;
using Row = std::map<std::string, std::string>;

/// Fields of one line, double quotes kept together.
std::vector<std::string> csv_fields(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

std::vector<Row> read_manifest(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const auto keys = csv_fields(line);
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    const auto fields = csv_fields(line);
    Row row;
    for (size_t i = 0; i < keys.size() && i < fields.size(); ++i) row[keys[i]] = fields[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

/// The one folder inside an archive, unpacked with the system's tar and bzip2.
std::optional<fs::path> unpack(const fs::path& archive, const test::TempDir& folder) {
  const std::string command = "tar xjf '" + archive.string() + "' -C '" + folder.path() + "'";
  if (std::system(command.c_str()) != 0) return std::nullopt;
  for (const auto& entry : fs::directory_iterator(folder.path())) return entry.path();
  return std::nullopt;
}

double number(const Row& row, const char* key) {
  const auto& text = row.at(key);
  return text.empty() ? -1 : std::stod(text);
}

TEST(Corpus, RecordedMachinesAsLstopoSeesThem) {
  const char* corpus = std::getenv("EDGEFIT_CORPUS");
  if (corpus == nullptr) GTEST_SKIP() << "EDGEFIT_CORPUS is not set";
  const fs::path hosts = fs::path(corpus) / "hosts";
  if (!fs::exists(hosts / "manifest.csv")) GTEST_SKIP() << "no manifest.csv in " << hosts;
  if (std::system("bzip2 --help >/dev/null 2>&1") != 0) GTEST_SKIP() << "bzip2 is not installed";
  int compared = 0;
  for (const auto& row : read_manifest(hosts / "manifest.csv")) {
    if (row.at("kind") != "fsroot") continue;
    SCOPED_TRACE(row.at("file"));
    const test::TempDir folder;
    const auto root = unpack(hosts / row.at("file"), folder);
    ASSERT_TRUE(root);
    ProbeOptions options;
    options.sysroot = root->string();
    const auto host = Probe(options).finish();
    EXPECT_EQ(host.cpu.packages.value_or(-1), number(row, "packages"));
    EXPECT_EQ(host.cpu.cores.value_or(-1), number(row, "cores"));
    EXPECT_EQ(host.cpu.pus.value_or(-1), number(row, "pus"));
    ASSERT_TRUE(host.memory.hwloc_total);
    EXPECT_EQ(host.memory.hwloc_total->value, number(row, "memory_bytes"));
    EXPECT_EQ(static_cast<double>(host.memory.dimms.size()), std::max(0.0, number(row, "dimms")));
    if (!row.at("cpu_model").empty() && row.at("arch") == "x86_64") {
      EXPECT_EQ(*host.cpu.model, row.at("cpu_model"));
    }
    EXPECT_TRUE(read_host_json(write_host_json(host), "host.json"));
    ++compared;
  }
  EXPECT_GE(compared, 10);
}

}  // namespace
}  // namespace edgefit

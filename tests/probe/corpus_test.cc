// Recorded machines against what lstopo says of them. The corpus is not part of the repository: EDGEFIT_CORPUS names
// it.
#include "corpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace edgefit {
namespace {

using test::corpus_hosts;
using test::no_hosts_because;
using test::probe_row;
using Row = test::CsvRow;
namespace fs = std::filesystem;

double number(const Row& row, const char* key) {
  const auto& text = row.at(key);
  return text.empty() ? -1 : std::stod(text);
}

size_t entries(const std::string& list) {
  if (list.empty()) return 0;
  size_t count = 1;
  for (size_t at = list.find(" | "); at != std::string::npos; at = list.find(" | ", at + 1)) ++count;
  return count;
}

void compare_memory(const Row& row, const Host& host) {
  const Memory& memory = host.memory;
  if (row.at("memory_bytes").empty()) {
    EXPECT_FALSE(memory.os_total);  // a dump of CPUID has none: unknown, not zero
    EXPECT_FALSE(memory.hwloc_total);
    return;
  }
  ASSERT_TRUE(memory.hwloc_total && memory.os_total && memory.usable);
  EXPECT_EQ(memory.hwloc_total->value, number(row, "memory_bytes"));
  EXPECT_LE(memory.usable->value, memory.os_total->value);
  if (memory.available) {
    EXPECT_LE(memory.available->value, memory.usable->value);
  }
  // What the OS counts beyond the nodes is memory of GPUs, or told as a conflict.
  double gpu_nodes = 0;
  int nodes = 0;
  for (const auto& node : memory.nodes) {
    const bool gpu = node.kind == "GPU";
    gpu_nodes += gpu && node.size ? node.size->value : 0;
    nodes += gpu ? 0 : 1;
  }
  const double os = memory.os_total->value - gpu_nodes;
  const bool close = std::abs(os - memory.hwloc_total->value) <= 0.05 * os;
  const bool restricted = host.cpu.present_pus && *host.cpu.present_pus > *host.cpu.pus;
  EXPECT_TRUE(close || restricted || !host.conflicts.empty()) << os;
  EXPECT_TRUE(nodes == number(row, "numa") || restricted) << nodes;
}

void compare_devices(const Row& row, const Host& host) {
  const auto on_pci =
      std::count_if(host.gpus.begin(), host.gpus.end(), [](const Gpu& gpu) { return !gpu.bdf.empty(); });
  EXPECT_EQ(static_cast<size_t>(on_pci) + host.npus.size(), entries(row.at("pci_display_or_accel")));
  for (const auto& gpu : host.gpus) {
    if (gpu.bdf.empty()) continue;
    EXPECT_NE(row.at("pci_display_or_accel").find(gpu.bdf + " class"), std::string::npos) << gpu.bdf;
  }
  EXPECT_EQ(static_cast<double>(host.memory.dimms.size()), std::max(0.0, number(row, "dimms")));
  double pools = 0, memory = host.memory.os_total ? host.memory.os_total->value : 0;
  for (const auto& pool : pools_of(host)) {
    pools += pool.total ? pool.total->value : 0;
    if (pool.total && pool.free) {
      EXPECT_LE(pool.free->value, pool.total->value);
    }
  }
  for (const auto& gpu : host.gpus) memory += gpu.vram_total ? gpu.vram_total->value : 0;
  EXPECT_LE(pools, memory);
}

TEST(Corpus, RecordedMachinesAsLstopoSeesThem) {
  if (const auto why = no_hosts_because(); !why.empty()) GTEST_SKIP() << why;
  const fs::path hosts = corpus_hosts();
  int compared = 0;
  for (const auto& row : test::csv_file(hosts / "manifest.csv")) {
    SCOPED_TRACE(row.at("file"));
    const test::TempDir folder;
    const auto host = probe_row(row, hosts / row.at("file"), folder);
    ASSERT_TRUE(host);
    EXPECT_EQ(host->cpu.packages.value_or(-1), number(row, "packages"));
    EXPECT_EQ(host->cpu.cores.value_or(-1), number(row, "cores"));
    EXPECT_EQ(host->cpu.pus.value_or(-1), number(row, "pus"));
    compare_memory(row, *host);
    compare_devices(row, *host);
    std::string model = row.at("cpu_model");
    model.erase(model.find_last_not_of(' ') + 1);
    if (!model.empty() && row.at("arch") == "x86_64") {
      EXPECT_EQ(host->cpu.model.value_or("none"), model);
    }
    if (row.at("kind") != "xml") {
      EXPECT_EQ(static_cast<double>(host->cpu.kinds.size()), std::max(1.0, number(row, "cpukinds_30")));
    }
    EXPECT_TRUE(host->errors.empty());
    EXPECT_TRUE(read_host_json(write_host_json(*host), "host.json"));
    ++compared;
  }
  EXPECT_GE(compared, 15);
}

}  // namespace
}  // namespace edgefit

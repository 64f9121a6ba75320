#include <gtest/gtest.h>

#include <sstream>

#include "edgefit/report.h"
#include "report/sample.h"
#include "report/width.h"

namespace edgefit {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(HostText, ShowsWhatWasSeen) {
  const std::string text = render_host(test::sample_host(), {false, true, 80});
  EXPECT_TRUE(text.starts_with("bench (recorded)\n")) << text;
  EXPECT_TRUE(has(text, "Example CPU 9000"));
  EXPECT_TRUE(has(text, "58.00 GiB available"));
  EXPECT_TRUE(has(text, "gpu0"));
  EXPECT_TRUE(has(text, "NVIDIA GeForce RTX 4090, usable"));
  EXPECT_TRUE(has(text, "1008 GB/s [catalog]"));
}

TEST(HostText, SaysWhatIsNotKnownAndWhatWouldTell) {
  Host host = test::sample_host();
  host.gpus[0].vram_free = Fact<Bytes>::unknown("no driver answered", "install the driver");
  host.conflicts.push_back({"memory.os_total", "62 GiB", "64 GiB", "62 GiB"});
  host.errors.push_back({"nvml", "nvmlInit", "9", "driver not loaded"});
  const std::string text = render_host(host, {false, true, 80});
  EXPECT_TRUE(has(text, "gpu0.vram_free  no driver answered; install the driver")) << text;
  EXPECT_TRUE(has(text, "62 GiB against 64 GiB, used 62 GiB"));
  EXPECT_TRUE(has(text, "nvmlInit 9 driver not loaded"));
}

TEST(HostText, MemoryThatIsMappedSwappedAndSure) {
  Host host = test::sample_host();
  const Origin driver{Origin::Kind::driver, "amdgpu"};
  host.gpus[0].shared_max = {gib(108.5), driver};
  host.gpus[0].gtt_total = {gib(108), driver};
  host.gpus[0].gtt_used = {gib(1), driver};
  host.memory.usable_sure = {gib(31), driver};
  host.memory.swap_total = {gib(8), driver};
  host.memory.swap_free = {gib(7), driver};
  host.npus.push_back({"AMD XDNA 2", "", "driver-loaded", {}});
  host.npus[0].model = {"RyzenAI-npu5", driver};
  host.npus[0].firmware = {"1.0.0.63", driver};
  const std::string text = render_host(host, {false, true, 200});
  EXPECT_TRUE(has(text, "holds at most 108.50 GiB, 1.00 GiB of 108.00 GiB mapped")) << text;
  EXPECT_TRUE(has(text, "only 31.00 GiB for sure")) << text;
  EXPECT_TRUE(has(text, "8.00 GiB swap, 7.00 GiB of it free")) << text;
  EXPECT_TRUE(has(text, "AMD XDNA 2, RyzenAI-npu5, firmware 1.0.0.63, driver-loaded")) << text;
}

TEST(HostText, AnUnusableDeviceHasNoPool) {
  Host host = test::sample_host();
  host.gpus[0].state = GpuState::no_driver;
  host.gpus[0].state_text = "no kernel driver is bound to it";
  const std::string text = render_host(host, {false, true, 80});
  EXPECT_TRUE(has(text, "present-no-driver")) << text;
  EXPECT_TRUE(has(text, "no kernel driver is bound to it"));
  EXPECT_FALSE(has(text, "  gpu0 "));
}

TEST(HostText, StaysInside80Columns) {
  Host host = test::sample_host();
  host.name = std::string(90, 'n');
  host.cpu.model = {std::string(200, 'c'), {}};
  std::vector<std::string> features(60, "avx512_feature");
  host.cpu.isa = {features, {}};
  host.storage.push_back({std::string(120, '/'), {"ext4", {}}, {"/dev/x", {}}, {"nvme", {}}, {gib(5), {}}, {}});
  std::istringstream lines(render_host(host, {false, true, 80}));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 80u) << line;
}

}  // namespace
}  // namespace edgefit

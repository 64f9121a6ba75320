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

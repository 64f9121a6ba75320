#include <gtest/gtest.h>

#include "edgefit/diagnosis.h"
#include "support/sysroot.h"

namespace edgefit {
namespace {

TEST(BoxSample, ReadsWhatSlowsAServerDown) {
  test::Sysroot box;
  box.file("/proc/loadavg", "1.50 0.70 0.30 2/345 6789\n");
  box.file("/proc/stat", "cpu  100 1 50 800 4 0 5 40 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");
  box.file("/proc/vmstat", "pgmajfault 77\npswpin 4096\npswpout 9\n");
  box.file("/proc/pressure/memory",
           "some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n");
  for (const char* core : {"cpu0", "cpu1"}) {
    const std::string base = std::string("/sys/devices/system/cpu/") + core;
    box.file(base + "/cpufreq/scaling_cur_freq", core[3] == '0' ? "1000000\n" : "2000000\n");
    box.file(base + "/cpufreq/cpuinfo_max_freq", "4000000\n");
    box.file(base + "/thermal_throttle/core_throttle_count", "3\n");
  }
  box.file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  box.file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "intel_pstate\n");
  box.file("/sys/devices/system/cpu/cpu0/cpufreq/energy_performance_preference", "power\n");
  box.file("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
  const std::string card = "/sys/devices/pci0000:00/0000:01:00.0";
  box.file(card + "/current_link_width", "4\n").file(card + "/max_link_width", "16\n");
  box.file(card + "/hwmon/hwmon3/power1_cap", "150000000\n");
  box.file(card + "/hwmon/hwmon3/power1_cap_default", "300000000\n");
  box.link("/sys/class/drm/card1/device", card);
  box.file("/proc/42/comm", "llama-server\n");
  std::string line;
  for (const char* word : {"llama-server", "-t", "16", "--n-gpu-layers=12"}) line.append(word).append(1, '\0');
  box.file("/proc/42/cmdline", line);
  box.file("/proc/42/stat", "42 (llama server) S 1 42 42 0 -1 4194304 500 0 321 0 10 5 0 0 20 0 1 0\n");
  box.file("/proc/42/numa_maps", "7f00 default anon=10 N0=6 N1=4 kernelpagesize_kB=4\n7f01 default N1=2\n");
  box.file("/proc/43/comm", "python3\n").file("/proc/43/cmdline", "python3 script.py");
  const BoxSample sample = sample_box(box.root().prefix());
  EXPECT_EQ(sample.load1, 1.5);
  EXPECT_EQ(sample.ticks, 1000);
  EXPECT_EQ(sample.steal, 40);
  EXPECT_EQ(sample.swapped_in, 4096);
  EXPECT_EQ(sample.memory_stall, 2.5);
  EXPECT_EQ(sample.clock_share, 0.375);
  EXPECT_EQ(sample.throttles, 6);
  EXPECT_EQ(sample.governor, "powersave");
  EXPECT_EQ(sample.driver, "intel_pstate");
  EXPECT_EQ(sample.preference, "power");
  EXPECT_EQ(sample.boost, false);
  EXPECT_EQ(sample.link_width.at("0000:01:00.0"), 4);
  EXPECT_EQ(sample.link_width_max.at("0000:01:00.0"), 16);
  EXPECT_EQ(sample.power_cap.at("0000:01:00.0"), 150);
  EXPECT_EQ(sample.power_cap_default.at("0000:01:00.0"), 300);
  ASSERT_EQ(sample.servers.size(), 1U) << "an interpreter that serves nothing is no server";
  EXPECT_EQ(sample.servers[0].pid, 42);
  EXPECT_EQ(sample.servers[0].threads, 16);
  EXPECT_EQ(sample.servers[0].gpu_layers, 12);
  EXPECT_EQ(sample.servers[0].major_faults, 321);
  EXPECT_EQ(sample.servers[0].node_pages, (std::map<int, double>{{0, 6}, {1, 6}}));
}

TEST(BoxSample, TheHeatOfCardsIsToldByTheirLibrary) {
  BoxSample sample;
  add_nvidia_state({"-\tcc\t0", "0000:01:00.0\tpower_limit\t450000", "0000:01:00.0\tthermal_ns\t2500000000",
                    "0000:02:00.0\t!nvmlDeviceGetViolationStatus\t3", "0000:03:00.0\tthermal_ns\tx", ""},
                   sample);
  EXPECT_EQ(sample.card_hot, (std::map<std::string, double>{{"0000:01:00.0", 2.5}}));
}

TEST(BoxSample, NothingReadableIsNothingKnown) {
  const test::Sysroot box;
  const BoxSample sample = sample_box(box.root().prefix());
  EXPECT_FALSE(sample.load1 || sample.ticks || sample.steal || sample.swapped_in || sample.memory_stall);
  EXPECT_FALSE(sample.throttles || sample.clock_share || sample.boost);
  EXPECT_TRUE(sample.governor.empty() && sample.servers.empty() && sample.link_width.empty());
}

TEST(BoxSample, ALiveBoxHasALoad) {
  EXPECT_TRUE(sample_box("").load1);
}

}  // namespace
}  // namespace edgefit

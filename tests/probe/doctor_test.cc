#include "probe/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using ::testing::HasSubstr;

TEST(Doctor, SourcesAnswersAndGaps) {
  test::Machine machine;
  machine.small_box().pci("0000:01:00.0", "0x030000", "0x10de", "0x2684", "nvidia");
  machine.file("/edgefit/answers/nvml", "-\tinit\t1\n0\tbdf\t00000000:01:00.0\n0\t!nvmlDeviceGetName\t999\n");
  ProbeOptions options;
  options.sysroot = machine.root().prefix();
  Probe probe(options);
  const auto host = probe.finish();
  const auto text = probe.doctor(host);
  EXPECT_THAT(text, HasSubstr("answer of nvml\n  -"));
  EXPECT_THAT(text, HasSubstr("\n/proc/meminfo\n"));
  EXPECT_THAT(text, HasSubstr("memory.os_total = 8589934592 B [os]"));
  EXPECT_THAT(text, HasSubstr("gpus[0].name: "));
  EXPECT_THAT(text, HasSubstr("nvmlDeviceGetName 999"));
}

}  // namespace
}  // namespace edgefit

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/invoke.h"
#include "support/json_schema.h"
#include "support/temp_dir.h"

namespace edgefit {
namespace {

using test::fixture;
using test::has;
using test::invoke;

TEST(Probe, RealAndRecordedHostsFollowTheSchema) {
  const std::string schema = source_file("docs/schema/host.schema.json");
  EXPECT_THAT(schema_errors(schema, invoke({"probe", "--format", "json"}).out), testing::IsEmpty());
  for (const char* machine : {"machines/workstation.json", "machines/two-gpus.json", "machines/laptop.json"}) {
    EXPECT_THAT(schema_errors(schema, source_file(std::string("tests/") + machine)), testing::IsEmpty()) << machine;
    const auto outcome = invoke({"probe", "--host", fixture(machine), "--format", "json"});
    EXPECT_THAT(schema_errors(schema, outcome.out), testing::IsEmpty()) << machine;
  }
}

TEST(Probe, ASavedHostReadsBackTheSame) {
  const test::TempDir dir;
  const auto first = invoke({"probe", "--host", fixture("machines/workstation.json"), "-o", dir.at("host.json")});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(invoke({"probe", "--host", dir.at("host.json")}).out, first.out);
}

TEST(Probe, ASysrootIsAnotherMachine) {
  const test::TempDir dir;
  dir.write("proc/meminfo", "MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n");
  dir.write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Example CPU\nflags\t\t: sse4_2 avx avx2\n");
  const auto outcome = invoke({"probe", "--sysroot", dir.path()});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(has(outcome.out, "15.26 GiB total")) << outcome.out;
}

TEST(Probe, ARecordedBoxReplays) {
  const test::TempDir dir;
  const auto live = invoke({"probe", "--record", dir.at("box"), "--format", "json"});
  ASSERT_EQ(live.code, 0) << live.err;
  const auto replayed = invoke({"probe", "--sysroot", dir.at("box"), "--format", "json"});
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_TRUE(has(replayed.out, "\"mode\": \"sysroot\""));
  EXPECT_THAT(schema_errors(source_file("docs/schema/host.schema.json"), replayed.out), testing::IsEmpty());
  EXPECT_EQ(invoke({"probe", "--record", dir.at("box")}).code, 2);  // not empty any more
}

TEST(Probe, DoctorSaysWhatEachSourceSaid) {
  const auto outcome = invoke({"probe", "--doctor"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(has(outcome.out, "\n/proc/meminfo\n  memory.os_total = ")) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "calls that failed"));
}

TEST(Probe, WrongFlagsAreTwo) {
  EXPECT_EQ(invoke({"probe", "--sysroot", "/no/such/folder"}).code, 2);
  EXPECT_EQ(invoke({"probe", "--host", fixture("machines/laptop.json"), "--sysroot", "/"}).code, 2);
  EXPECT_EQ(invoke({"probe", "--host", fixture("models/bad.json")}).code, 2);
  EXPECT_EQ(invoke({"probe", "--hwloc-xml", "/no/such/file.xml"}).code, 2);
  EXPECT_EQ(invoke({"probe", "--hwloc-xml", fixture("machines/laptop.json")}).code, 2);
  EXPECT_EQ(invoke({"probe", "--sysroot", "/", "--record", "/no/such"}).code, 2);
}

}  // namespace
}  // namespace edgefit

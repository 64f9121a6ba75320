#include "audit/service_unit.h"

#include <gtest/gtest.h>

#include "audit/fake_box.h"

namespace edgefit {
namespace {

using test::FakeBox;

TEST(ServiceUnit, DropInsComeAfterTheFileThatWins) {
  FakeBox fake;
  fake.file("/lib/systemd/system/x.service", "[Service]\nUser=other\nMemoryMax=1G\n");
  fake.file("/etc/systemd/system/x.service",
            "[Unit]\nUser=no\n[Service]\nUser=first\nEnvironment=A=1 \\\n B=2\n# User=c\n");
  fake.file("/etc/systemd/system/x.service.d/20-b.conf", "[Service]\nUser=last\n");
  fake.file("/etc/systemd/system/x.service.d/10-a.conf", "[Service]\nUser=middle\nEnvironment=\nEnvironment=C=3\n");
  const Box box = fake.box();
  const auto unit = read_unit(box, "x.service");
  EXPECT_EQ(unit.access, Access::ok);
  EXPECT_EQ(unit.path, "/etc/systemd/system/x.service");
  EXPECT_EQ(unit.last("User"), "last");
  EXPECT_EQ(unit.last("MemoryMax"), "");
  EXPECT_EQ(unit.all("Environment"), std::vector<std::string>{"C=3"}) << "an empty assignment takes back";
  EXPECT_EQ(read_unit(box, "none.service").access, Access::absent);
}

TEST(ServiceUnit, ClosedDropInMakesItUnknown) {
  FakeBox fake;
  fake.file("/etc/systemd/system/x.service", "[Service]\n")
      .file("/etc/systemd/system/x.service.d/a.conf", "[Service]\n");
  fake.deny("/etc/systemd/system/x.service.d/a.conf");
  const Box box = fake.box();
  EXPECT_EQ(read_unit(box, "x.service").access, Access::denied);
}

TEST(ServiceUnit, SecretsAreTakenOut) {
  FakeBox fake;
  fake.file("/etc/systemd/system/x.service", "[Service]\nEnvironment=VLLM_API_KEY=hunter2\n");
  const Box box = fake.box();
  EXPECT_EQ(read_unit(box, "x.service").last("Environment"), "VLLM_API_KEY=***");
}

TEST(ServiceUnit, QuotedAssignments) {
  EXPECT_EQ(environment_words("\"A=b c\" D=e"), std::string("A=b c\0D=e\0", 10));
  EXPECT_EQ(environment_words(""), "");
}

}  // namespace
}  // namespace edgefit

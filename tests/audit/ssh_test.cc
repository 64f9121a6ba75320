#include "audit/ssh.h"

#include <gtest/gtest.h>

#include "audit/fake_box.h"

namespace edgefit {
namespace {

using test::FakeBox;

TEST(Ssh, FirstValueCountsAlsoAcrossIncludes) {
  FakeBox fake;
  fake.file("/etc/ssh/sshd_config",
            "PORT=22\nInclude sshd_config.d/*.conf\npasswordauthentication yes\nMatch User x\nPermitRootLogin yes\n");
  fake.file("/etc/ssh/sshd_config.d/20.conf", "PasswordAuthentication maybe\n");
  fake.file("/etc/ssh/sshd_config.d/10.conf", "# PasswordAuthentication yes\n  PasswordAuthentication \t no\n");
  const Box box = fake.box();
  auto config = read_ssh_config(box);
  EXPECT_EQ(config.values["passwordauthentication"], "no");
  EXPECT_EQ(config.values["port"], "22");
  EXPECT_TRUE(config.has_match);
  EXPECT_FALSE(config.values.contains("permitrootlogin")) << "what follows Match is for some only";
}

TEST(Ssh, IncludesThatIncludeThemselvesEnd) {
  FakeBox fake;
  fake.file("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config\nPort 22\n");
  const Box box = fake.box();
  EXPECT_EQ(read_ssh_config(box).access, Access::denied);
}

TEST(Ssh, ClosedPartsMakeItUnknown) {
  FakeBox fake;
  fake.file("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n")
      .file("/etc/ssh/sshd_config.d/a.conf", "");
  fake.answer("text-denied\t/etc/ssh/sshd_config.d/a.conf");
  const Box box = fake.box();
  EXPECT_EQ(read_ssh_config(box).access, Access::denied);
  EXPECT_EQ(read_ssh_config(FakeBox().box()).access, Access::absent);
}

}  // namespace
}  // namespace edgefit

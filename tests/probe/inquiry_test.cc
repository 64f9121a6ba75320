#include "probe/inquiry.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/machine.h"

namespace edgefit {
namespace {

using test::Machine;

void never(const Child::Write&) {
  ADD_FAILURE() << "asked";
}

TEST(Inquiry, AnswerIsFreeOfIds) {
  auto inquiry = Inquiry::start(
      Root(), "nvml", [](const Child::Write& write) { write("uuid 3f2b8c1d-0a4e-4c7b-9d11-5e6f7a8b9c0d"); }, 5000);
  EXPECT_EQ(inquiry.outcome(), Inquiry::Outcome::waiting);
  EXPECT_EQ(inquiry.finish().size(), std::string("uuid 12345678").size());
  EXPECT_EQ(inquiry.outcome(), Inquiry::Outcome::answered);
  EXPECT_EQ(inquiry.finish() + "\n", inquiry.recorded());  // asking again changes nothing
}

TEST(Inquiry, FailureIsOneLine) {
  auto inquiry = Inquiry::start(
      Root(), "nvml", [](const Child::Write&) { _exit(7); }, 5000);
  const auto text = inquiry.finish();
  EXPECT_EQ(inquiry.outcome(), Inquiry::Outcome::failed);
  Host host;
  note_failure(inquiry, text, host);
  ASSERT_EQ(host.errors.size(), 1U);
  EXPECT_EQ(host.errors[0].source, "nvml");
  EXPECT_NE(host.errors[0].text.find("exit code 7"), std::string::npos);
}

TEST(Inquiry, RecordingKeepsEveryOutcome) {
  Machine machine;
  const auto replay = [&](const Inquiry& live) {
    machine.file("/edgefit/answers/nvml", live.recorded());
    EXPECT_EQ(Inquiry::start(machine.root(), "nvml", never, 1).outcome(), live.outcome());
    auto third = Inquiry::refuse(machine.root(), "nvml", "of the replaying machine");
    EXPECT_EQ(third.outcome(), live.outcome());
    return third.finish();
  };
  auto answered = Inquiry::start(
      Root(), "nvml", [](const Child::Write& write) { write("a\tb\tc"); }, 5000);
  answered.finish();
  EXPECT_EQ(replay(answered), "a\tb\tc");
  auto failed = Inquiry::start(
      Root(), "nvml", [](const Child::Write&) { _exit(7); }, 5000);
  const auto why = failed.finish();
  EXPECT_EQ(replay(failed), why);
  EXPECT_EQ(replay(Inquiry::refuse(Root(), "nvml", "not installed")), "not installed");
}

TEST(Inquiry, RecordingWithoutAnswerAsksNobody) {
  const Machine machine;
  const auto inquiry = Inquiry::start(machine.root(), "nvml", never, 1);
  EXPECT_EQ(inquiry.outcome(), Inquiry::Outcome::nobody_asked);
  EXPECT_EQ(inquiry.recorded(), "");
}

}  // namespace
}  // namespace edgefit

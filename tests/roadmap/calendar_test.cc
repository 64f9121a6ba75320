#include <gtest/gtest.h>

#include "edgefit/roadmap.h"
#include "support/plan_records.h"

namespace edgefit {
namespace {

CalendarOptions options(const std::string& now = "2026-11-28T10:00:00Z") {
  CalendarOptions out;
  out.host = "ab12";
  out.now = now;
  return out;
}

size_t count(const std::string& text, const std::string& word) {
  size_t n = 0;
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++n;
  return n;
}

TEST(CalendarTest, PhasesAreWholeDaysWithTheEndAfterTheLast) {
  const auto calendar = make_calendar(make_roadmap({}, test::on("2026-11-02")), options());
  const auto& text = calendar.text;
  EXPECT_EQ(count(text, "BEGIN:VEVENT"), phases().size() + upkeep().size());
  EXPECT_NE(text.find("UID:phase-1-requirements.ab12@edgefit\r\nDTSTAMP:20261128T100000Z\r\nSEQUENCE:0\r\n"
                      "DTSTART;VALUE=DATE:20261102\r\nDTEND;VALUE=DATE:20261109\r\n"),
            text.npos);
  EXPECT_NE(text.find("RRULE:FREQ=WEEKLY;COUNT=104\r\n"), text.npos);
  EXPECT_NE(
      text.find("DTSTART;VALUE=DATE:20270104\r\nDTEND;VALUE=DATE:20270105\r\nRRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=24"),
      text.npos);
  EXPECT_EQ(text.find("METHOD"), text.npos);
  EXPECT_EQ(text.find("VTODO"), text.npos);
  EXPECT_TRUE(text.starts_with("BEGIN:VCALENDAR\r\n"));
  EXPECT_TRUE(text.ends_with("END:VCALENDAR\r\n"));
}

TEST(CalendarTest, ACriterionBecomesATask) {
  auto asked = options();
  asked.todo = true;
  const auto text = make_calendar(make_roadmap(test::whole_plan().get(), test::on("2026-11-20")), asked).text;
  EXPECT_EQ(count(text, "BEGIN:VTODO"), criteria().size());
  EXPECT_NE(text.find("DUE;VALUE=DATE:20261108\r\nSTATUS:COMPLETED"), text.npos);
  EXPECT_NE(text.find("STATUS:NEEDS-ACTION"), text.npos);
}

TEST(CalendarTest, WhatIsTheSameStaysTheSame) {
  const auto roadmap = make_roadmap({}, test::on("2026-11-02"));
  const auto first = make_calendar(roadmap, options());
  EXPECT_TRUE(first.changed);
  auto again = options("2026-12-28T10:00:00Z");
  again.issued = first.issued;
  const auto second = make_calendar(roadmap, again);
  EXPECT_FALSE(second.changed);
  EXPECT_EQ(second.text, first.text);
}

TEST(CalendarTest, WhatChangesKeepsItsIdAndRaisesItsSequence) {
  const auto first = make_calendar(make_roadmap({}, test::on("2026-11-02")), options());
  auto moved = test::on("2026-11-02");
  moved.owners[2] = "B. Huber";
  auto again = options("2026-12-28T10:00:00Z");
  again.issued = first.issued;
  const auto second = make_calendar(make_roadmap({}, moved), again);
  EXPECT_TRUE(second.changed);
  EXPECT_NE(second.text.find("UID:phase-2-procurement.ab12@edgefit\r\nDTSTAMP:20261228T100000Z\r\nSEQUENCE:1\r\n"),
            second.text.npos);
  EXPECT_EQ(count(second.text, "SEQUENCE:1"), 1U);
  EXPECT_EQ(count(second.text, "DTSTAMP:20261128T100000Z"), phases().size() + upkeep().size() - 1);
}

TEST(CalendarTest, NamesOfStrangersStayInTheirLine) {
  auto asked = test::on("2026-11-02");
  asked.owners[1] = "X\r\nEND:VEVENT\nATTENDEE:mailto:a@b";
  const auto text = make_calendar(make_roadmap({}, asked), options()).text;
  EXPECT_EQ(text.find("\nATTENDEE"), text.npos);
  EXPECT_EQ(count(text, "\nEND:VEVENT"), phases().size() + upkeep().size());
}

}  // namespace
}  // namespace edgefit

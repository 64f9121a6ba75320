#include "verify/sse.h"

#include <gtest/gtest.h>

#include <vector>

namespace edgefit {
namespace {

/// All events, fed in pieces of `step` bytes, as "type|data".
std::vector<std::string> events(std::string_view text, size_t step) {
  std::vector<std::string> out;
  EventStream stream;
  const auto keep = [&out](const ServerEvent& event) { out.push_back(event.type + "|" + event.data); };
  for (size_t at = 0; at < text.size(); at += step) EXPECT_TRUE(stream.take(text.substr(at, step), keep));
  stream.finish(keep);
  return out;
}

using Events = std::vector<std::string>;

TEST(EventStream, EveryCutGivesTheSameEvents) {
  const std::string text =
      "\xEF\xBB\xBF: ping\n\ndata: {\"a\":\"\xC3\xBC\xF0\x9F\x98\x80\"}\r\n\r\nevent: error\rdata:x\rdata:  y\r\r"
      "id: 7\nretry: 10\nunknown\n: comment\ndata\n\ndata: [DONE]";
  const Events expected = {"|{\"a\":\"\xC3\xBC\xF0\x9F\x98\x80\"}", "error|x\n y", "|", "|[DONE]"};
  for (size_t step = 1; step <= text.size(); ++step) EXPECT_EQ(events(text, step), expected) << step;
}

TEST(EventStream, CommentsAndEmptyLinesAreNoEvents) {
  EXPECT_EQ(events(":\n\n: ping\r\n\r\n\n\nevent: x\n\n", 3), Events{});
}

TEST(EventStream, AnEventWithoutItsEmptyLineCountsAtTheEnd) {
  EXPECT_EQ(events("data: a\n", 100), Events{"|a"});
  EXPECT_EQ(events("data: a", 100), Events{"|a"});
  EXPECT_EQ(events("data: a\r\n\r\n", 100), Events{"|a"});
}

TEST(EventStream, TheTypeDoesNotOutliveItsEvent) {
  EXPECT_EQ(events("event: e\ndata: 1\n\ndata: 2\n\n", 1), (Events{"e|1", "|2"}));
}

TEST(EventStream, ALineWithoutAnEndIsRefused) {
  EventStream stream;
  const std::string block(size_t{1} << 20, 'x');
  size_t taken = 0;
  while (taken < 100 && stream.take(taken == 0 ? "data: " + block : block, [](const ServerEvent&) { FAIL(); })) ++taken;
  EXPECT_EQ(taken, EventStream::kMostEvent / block.size() - 1);
  EXPECT_FALSE(stream.take("\n\n", [](const ServerEvent&) { FAIL() << "nothing is read after it"; }));
  stream.finish([](const ServerEvent&) { FAIL(); });
}

TEST(EventStream, ManyLinesOfOneEventAreRefusedToo) {
  EventStream stream;
  const std::string line = "data: " + std::string(1000, 'x') + "\n";
  size_t taken = 0;
  while (taken < 100'000 && stream.take(line, [](const ServerEvent&) { FAIL(); })) ++taken;
  EXPECT_LT(taken, 5'000U);
}

}  // namespace
}  // namespace edgefit

#include "read/onnx_wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnx_writer.h"

namespace edgefit {
namespace {

using test::Proto;
using ::testing::HasSubstr;

std::string thinned(const std::string& bytes) {
  const auto out = read_onnx_without_data(MemorySource(bytes, "a.onnx"));
  return out ? *out : "problem: " + out.error().what;
}

TEST(OnnxWire, LeavesLargeDataOutAndNotesItsSize) {
  const auto model = [](const Proto& tensor) { return Proto().part(7, Proto().part(5, tensor)).bytes(); };
  const std::string large(5000, 'w');
  const Proto kept = Proto().number(1, 5000).number(2, 3).text(8, "w");
  const Proto noted = Proto(kept).part(3, Proto().number(1, 9).number(2, 5000));
  EXPECT_EQ(thinned(model(Proto(kept).text(9, large))), model(noted));
  // Small data stays, so do shapes.
  EXPECT_EQ(thinned(model(Proto(kept).text(9, "abc"))), model(Proto(kept).text(9, "abc")));
}

TEST(OnnxWire, LeavesDocStringsOut) {
  EXPECT_EQ(thinned(Proto().number(1, 8).text(6, "a tale").bytes()), Proto().number(1, 8).bytes());
}

TEST(OnnxWire, RefusesLengthsThatRunPastTheirMessage) {
  EXPECT_THAT(thinned(std::string("\x08\x07\x3a\xff\xff\xff\xff\x0f", 8)), HasSubstr("a length runs past the end"));
  // A node longer than its graph.
  EXPECT_THAT(thinned(std::string("\x3a\x02\x0a\x09.........", 13)), HasSubstr("a length runs past the end"));
  EXPECT_THAT(thinned(std::string("\x3a\x7f", 2)), HasSubstr("a length runs past the end"));
  EXPECT_THAT(thinned("\x08"), HasSubstr("ends too early"));
  EXPECT_THAT(thinned(std::string(12, '\xff')), HasSubstr("a number is too long"));
  EXPECT_THAT(thinned(std::string("\x0b\x01", 2)), HasSubstr("no protobuf"));
  EXPECT_THAT(thinned(std::string("\x00\x01", 2)), HasSubstr("no protobuf"));
}

TEST(OnnxWire, RefusesGraphsWithinGraphsWithoutEnd) {
  Proto graph;
  for (int i = 0; i < 200; ++i) graph = Proto().part(1, Proto().part(5, Proto().part(6, graph)));
  EXPECT_THAT(thinned(Proto().part(7, graph).bytes()), HasSubstr("implausibly large or deep"));
}

TEST(OnnxWire, RefusesMillionsOfMessages) {
  std::string nodes;
  for (int i = 0; i < 600'000; ++i) nodes += std::string("\x0a\x00", 2);
  EXPECT_THAT(thinned(Proto().text(7, nodes).bytes()), HasSubstr("implausibly large or deep"));
}

class Huge final : public ByteSource {
 public:
  uint64_t size() const override { return uint64_t{3} << 30; }
  Result<size_t> read(uint64_t, char*, size_t) const override { return size_t{0}; }
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "huge.onnx";
};

TEST(OnnxWire, RefusesMoreThanTwoGibibytes) {
  const auto out = read_onnx_without_data(Huge());
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error().what, HasSubstr("2 GiB"));
  EXPECT_THAT(out.error().hint, HasSubstr("external data"));
}

}  // namespace
}  // namespace edgefit

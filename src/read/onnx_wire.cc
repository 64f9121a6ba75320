#include "read/onnx_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

namespace {

// Messages of onnx.proto that are looked into; `leaf` has no message inside.
enum class Message : uint8_t {
  model,
  graph,
  node,
  attribute,
  tensor,
  sparse,
  value,
  type,
  tensor_type,
  shape,
  function,
  leaf
};

struct ChildRow {
  Message parent;
  uint32_t field;
  Message child;
};
// Field numbers of onnx.proto (ONNX 1.12); they never change.
constexpr ChildRow kChildren[] = {{Message::model, 7, Message::graph},       {Message::model, 8, Message::leaf},
                                  {Message::model, 25, Message::function},   {Message::graph, 1, Message::node},
                                  {Message::graph, 5, Message::tensor},      {Message::graph, 11, Message::value},
                                  {Message::graph, 12, Message::value},      {Message::graph, 13, Message::value},
                                  {Message::graph, 15, Message::sparse},     {Message::node, 5, Message::attribute},
                                  {Message::attribute, 5, Message::tensor},  {Message::attribute, 6, Message::graph},
                                  {Message::attribute, 10, Message::tensor}, {Message::attribute, 11, Message::graph},
                                  {Message::attribute, 22, Message::sparse}, {Message::attribute, 23, Message::sparse},
                                  {Message::tensor, 13, Message::leaf},      {Message::sparse, 1, Message::tensor},
                                  {Message::sparse, 2, Message::tensor},     {Message::value, 2, Message::type},
                                  {Message::type, 1, Message::tensor_type},  {Message::tensor_type, 2, Message::shape},
                                  {Message::shape, 1, Message::leaf},        {Message::function, 7, Message::node}};

struct FieldRow {
  Message message;
  uint32_t field;
};
// What no figure needs: doc strings, metadata, training, quantisation notes, types that are no tensors, text data,
// and the segment, which is written here.
constexpr FieldRow kLeftOut[] = {
    {Message::model, 6},      {Message::model, 14},     {Message::model, 20},     {Message::graph, 10},
    {Message::graph, 14},     {Message::graph, 16},     {Message::node, 6},       {Message::node, 9},
    {Message::attribute, 13}, {Message::attribute, 14}, {Message::attribute, 15}, {Message::tensor, 3},
    {Message::tensor, 6},     {Message::tensor, 12},    {Message::tensor, 16},    {Message::value, 3},
    {Message::value, 4},      {Message::type, 4},       {Message::type, 5},       {Message::type, 8},
    {Message::type, 9},       {Message::function, 8},   {Message::function, 12},  {Message::function, 14}};
constexpr FieldRow kData[] = {{Message::tensor, 4}, {Message::tensor, 5},  {Message::tensor, 7},
                              {Message::tensor, 9}, {Message::tensor, 10}, {Message::tensor, 11}};

enum Wire : uint32_t { varint = 0, fixed64 = 1, delimited = 2, fixed32 = 5 };

// protobuf stops at 100 messages within one another, and at 2 GiB.
constexpr int kMaxDepth = 90;
// Exports of the largest language models have some 300,000 messages and some MB beside their weights.
constexpr uint64_t kMaxMessages = 500'000;
constexpr uint64_t kMaxKept = 24 << 20;
constexpr uint64_t kMaxText = 64 << 10;
constexpr uint32_t kSegmentTag = 3 << 3 | delimited;

template <size_t N>
bool holds(const FieldRow (&rows)[N], Message message, uint64_t field) {
  return std::any_of(rows, rows + N, [&](const auto& row) { return row.message == message && row.field == field; });
}

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7f) | 0x80));
  out.push_back(static_cast<char>(value));
}

class Thinner {
 public:
  explicit Thinner(ByteCursor& cursor) : cursor_(cursor) {}

  std::string message(Message kind, uint64_t end, int depth) {
    std::string out;
    uint64_t data_field = 0, data_bytes = 0;
    if (++messages_ > kMaxMessages || depth > kMaxDepth) {
      fail(tr("the graph is implausibly large or deep"));
      return out;
    }
    while (!cursor_.failed() && cursor_.position() < end) {
      const uint64_t tag = read_varint();
      const uint64_t field = tag >> 3;
      if (field == 0 || field > 0x1fffffff) {
        fail(tr("this is no protobuf message"));
      } else if ((tag & 7) != delimited) {
        plain(kind, tag, out);
      } else {
        const uint64_t length = read_length(end);
        if (holds(kData, kind, field) && length > kOnnxKeptData) {
          data_field = field;
          data_bytes += length;
          cursor_.skip(length);
        } else {
          part(kind, tag, length, depth, out);
        }
      }
      if (cursor_.position() > end) fail(tr("a field runs past the end of its message"));
    }
    if (data_bytes > 0) put_segment(out, data_field, data_bytes);
    return out;
  }

 private:
  void fail(std::string what) { cursor_.fail(std::move(what), {}, tr("the file is damaged or hostile")); }

  uint64_t read_varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = cursor_.u8();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail(tr("a number is too long"));
    return 0;
  }

  uint64_t read_length(uint64_t end) {
    const uint64_t length = read_varint();
    if (cursor_.failed()) return 0;
    if (cursor_.position() <= end && length <= end - cursor_.position()) return length;
    cursor_.fail(say(tr("a length runs past the end ({})"), length), {},
                 tr("the download looks incomplete; fetch it again"));
    return 0;
  }

  /// A number: its tag is known, its bytes are copied.
  void plain(Message kind, uint64_t tag, std::string& out) {
    std::string field;
    put_varint(field, tag);
    switch (tag & 7) {
      case varint:
        put_varint(field, read_varint());
        break;
      case fixed64:
        field += cursor_.text(8, 8);
        break;
      case fixed32:
        field += cursor_.text(4, 4);
        break;
      default:
        return fail(tr("this is no protobuf message"));
    }
    if (!holds(kLeftOut, kind, tag >> 3)) keep(field, out);
  }

  /// A text, packed numbers or a message.
  void part(Message kind, uint64_t tag, uint64_t length, int depth, std::string& out) {
    if (cursor_.failed()) return;
    if (holds(kLeftOut, kind, tag >> 3)) return cursor_.skip(length);
    const auto* row = std::find_if(std::begin(kChildren), std::end(kChildren),
                                   [&](const auto& r) { return r.parent == kind && r.field == tag >> 3; });
    const bool inside = row != std::end(kChildren);
    // Long texts and lists of numbers decide nothing here; but the inputs and outputs of a node are told by position.
    if (!inside && kind != Message::node && length > kMaxText) return cursor_.skip(length);
    const std::string body =
        inside ? message(row->child, cursor_.position() + length, depth + 1) : cursor_.text(length, kMaxText);
    std::string head;
    put_varint(head, tag);
    put_varint(head, body.size());
    keep(head, out);
    if (inside) {
      out += body;
    } else {
      keep(body, out);
    }
  }

  void put_segment(std::string& out, uint64_t field, uint64_t bytes) {
    std::string body;
    put_varint(body, 1 << 3 | varint);
    put_varint(body, field);
    put_varint(body, 2 << 3 | varint);
    put_varint(body, bytes);
    put_varint(out, kSegmentTag);
    put_varint(out, body.size());
    keep(body, out);
  }

  void keep(const std::string& bytes, std::string& out) {
    kept_ += bytes.size();
    if (kept_ > kMaxKept) return fail(tr("the graph is implausibly large"));
    out += bytes;
  }

  ByteCursor& cursor_;
  uint64_t messages_ = 0, kept_ = 0;
};

}  // namespace

Result<std::string> read_onnx_without_data(const ByteSource& source) {
  if (source.size() > static_cast<uint64_t>(std::numeric_limits<int32_t>::max()))
    return Problem{tr("an ONNX file ends at 2 GiB, this one is larger"), printable(source.name()),
                   tr("save its weights beside it (external data)")};
  ByteCursor cursor(source);
  Thinner thinner(cursor);
  std::string out = thinner.message(Message::model, source.size(), 0);
  if (cursor.failed()) return cursor.problem();
  return out;
}

}  // namespace edgefit

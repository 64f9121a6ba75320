// Writes small ONNX files in memory, right or wrong on purpose. Field numbers are those of onnx.proto.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace edgefit::test {

/// One protobuf message, field by field.
class Proto {
 public:
  Proto& number(unsigned field, int64_t value) {
    varint(field << 3);
    varint(static_cast<uint64_t>(value));
    return *this;
  }
  Proto& text(unsigned field, std::string_view bytes) {
    varint(field << 3 | 2);
    varint(bytes.size());
    bytes_ += bytes;
    return *this;
  }
  Proto& part(unsigned field, const Proto& message) { return text(field, message.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }
  std::string bytes_;
};

inline constexpr int kFloat = 1, kUint8 = 2, kInt8 = 3, kInt32 = 6, kInt64 = 7, kHalf = 10;

inline Proto onnx_tensor(std::string_view name, int type, const std::vector<int64_t>& dims, std::string_view raw) {
  Proto out;
  for (const int64_t n : dims) out.number(1, n);
  return out.number(2, type).text(8, name).text(9, raw);
}
/// Zeros: as many bytes as `width` asks for.
inline Proto onnx_zeros(std::string_view name, int type, const std::vector<int64_t>& dims, size_t width) {
  size_t bytes = width;
  for (const int64_t n : dims) bytes *= static_cast<size_t>(n);
  return onnx_tensor(name, type, dims, std::string(bytes, '\0'));
}
inline Proto onnx_int64s(std::string_view name, const std::vector<int64_t>& values) {
  std::string raw(values.size() * 8, '\0');
  std::memcpy(raw.data(), values.data(), raw.size());
  return onnx_tensor(name, kInt64, {static_cast<int64_t>(values.size())}, raw);
}
/// -1: a dimension without a size, named "n".
inline Proto onnx_value(std::string_view name, int type, const std::vector<int64_t>& dims) {
  Proto shape;
  for (const int64_t n : dims) shape.part(1, n < 0 ? Proto().text(2, "n") : Proto().number(1, n));
  return Proto().text(1, name).part(2, Proto().part(1, Proto().number(1, type).part(2, shape)));
}
inline Proto onnx_ints(std::string_view name, const std::vector<int64_t>& values) {
  Proto out;
  out.text(1, name);
  for (const int64_t n : values) out.number(8, n);
  return out.number(20, 7);
}
inline Proto onnx_int(std::string_view name, int64_t value) {
  return Proto().text(1, name).number(3, value).number(20, 2);
}
inline Proto onnx_node(std::string_view op, const std::vector<std::string>& inputs,
                       const std::vector<std::string>& outputs, const std::vector<Proto>& attributes = {},
                       std::string_view domain = "") {
  Proto out;
  for (const auto& name : inputs) out.text(1, name);
  for (const auto& name : outputs) out.text(2, name);
  out.text(4, op);
  for (const auto& attribute : attributes) out.part(5, attribute);
  if (!domain.empty()) out.text(7, domain);
  return out;
}
inline std::string onnx_model(const Proto& graph) {
  return Proto()
      .number(1, 8)
      .text(2, "tester")
      .text(3, "1.0")
      .part(7, graph)
      .part(8, Proto().text(1, "").number(2, 17))
      .bytes();
}

/// Conv of 4 filters 3x3 over [1, 2, 8, 8] and a Relu: 72 weights and 4 biases.
inline Proto conv_graph(int64_t batch = 1) {
  return Proto()
      .part(1, onnx_node("Conv", {"x", "w", "b"}, {"c"}, {onnx_ints("pads", {1, 1, 1, 1})}))
      .part(1, onnx_node("Relu", {"c"}, {"y"}))
      .text(2, "tiny")
      .part(5, onnx_zeros("w", kFloat, {4, 2, 3, 3}, 4))
      .part(5, onnx_zeros("b", kFloat, {4}, 4))
      .part(11, onnx_value("x", kFloat, {batch, 2, 8, 8}))
      .part(12, onnx_value("y", kFloat, {batch, 4, 8, 8}));
}

}  // namespace edgefit::test

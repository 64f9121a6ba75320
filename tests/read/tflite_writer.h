// Writes small FlatBuffers files in memory, tables first, so that offsets point forward as the format wants it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace edgefit::test {

class FlatWriter {
 public:
  FlatWriter() : bytes_(std::string("\0\0\0\0TFL3", 8)) {}

  /// A table of 32-bit fields by number; the position of field `i` is `at(table, i)`. The root is the first one.
  size_t table(const std::vector<std::pair<unsigned, uint32_t>>& fields) {
    unsigned last = 0;
    for (const auto& field : fields) last = std::max(last, field.first);
    const size_t vtable = bytes_.size();
    put<uint16_t>(static_cast<uint16_t>(4 + 2 * (last + 1)));
    put<uint16_t>(static_cast<uint16_t>(4 + 4 * fields.size()));
    for (unsigned i = 0; i <= last; ++i) {
      uint16_t offset = 0;
      for (size_t k = 0; k < fields.size(); ++k)
        if (fields[k].first == i) offset = static_cast<uint16_t>(4 + 4 * k);
      put(offset);
    }
    const size_t table = bytes_.size();
    put(static_cast<int32_t>(table - vtable));
    for (const auto& field : fields) put(field.second);
    if (root_ == 0) {
      root_ = table;
      point(0, table);
    }
    return table;
  }
  size_t at(size_t table, unsigned field) const {
    int32_t back = 0;
    std::memcpy(&back, bytes_.data() + table, 4);
    uint16_t offset = 0;
    std::memcpy(&offset, bytes_.data() + table - static_cast<size_t>(back) + 4 + 2 * field, 2);
    return table + offset;
  }
  /// Makes the offset at `position` lead to `target`.
  void point(size_t position, size_t target) { set(position, static_cast<uint32_t>(target - position)); }
  void set(size_t position, uint32_t value) { std::memcpy(bytes_.data() + position, &value, 4); }

  size_t numbers(const std::vector<int32_t>& list) {
    const size_t start = put(static_cast<uint32_t>(list.size()));
    for (const int32_t n : list) put(n);
    return start;
  }
  size_t data(const std::string& raw) {
    const size_t start = put(static_cast<uint32_t>(raw.size()));
    bytes_ += raw;
    return start;
  }
  /// A list of `count` offsets, to be pointed at 4 + 4 * i behind the result.
  size_t slots(size_t count) { return numbers(std::vector<int32_t>(count, 0)); }
  std::string& bytes() { return bytes_; }

 private:
  template <class T>
  size_t put(T value) {
    const size_t start = bytes_.size();
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes_.append(raw, sizeof value);
    return start;
  }
  std::string bytes_;
  size_t root_ = 0;
};

struct TinyTensor {
  std::vector<int32_t> dims;
  uint32_t type = 0;  ///< 0 float32, 9 int8
  std::string data;   ///< of weights
  std::vector<int32_t> signature;
};
struct TinyNode {
  uint32_t code = 0;  ///< of the older field, below 127
  std::vector<int32_t> inputs, outputs;
};

/// One subgraph; each tensor has its own buffer, after the empty one.
inline std::string tflite_file(const std::vector<TinyTensor>& tensors, const std::vector<TinyNode>& nodes,
                               const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs) {
  FlatWriter w;
  const size_t model = w.table({{0, 3}, {1, 0}, {2, 0}, {3, 0}, {4, 0}});
  const auto list = [&w](size_t table, unsigned field, size_t count) {
    const size_t start = w.slots(count);
    w.point(w.at(table, field), start);
    return start + 4;
  };
  w.point(w.at(model, 3), w.data("tiny"));
  const size_t codes = list(model, 1, nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) w.point(codes + 4 * i, w.table({{0, nodes[i].code}}));
  const size_t subgraphs = list(model, 2, 1);
  const size_t graph = w.table({{0, 0}, {1, 0}, {2, 0}, {3, 0}});
  w.point(subgraphs, graph);
  const size_t tensor_list = list(graph, 0, tensors.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    std::vector<std::pair<unsigned, uint32_t>> fields = {{0, 0}, {1, tensors[i].type}, {2, 0}};
    if (!tensors[i].signature.empty()) fields.emplace_back(7, 0);
    const size_t table = w.table(fields);
    w.point(tensor_list + 4 * i, table);
    w.set(w.at(table, 2), tensors[i].data.empty() ? 0 : static_cast<uint32_t>(i + 1));
    w.point(w.at(table, 0), w.numbers(tensors[i].dims));
    if (!tensors[i].signature.empty()) w.point(w.at(table, 7), w.numbers(tensors[i].signature));
  }
  w.point(w.at(graph, 1), w.numbers(inputs));
  w.point(w.at(graph, 2), w.numbers(outputs));
  const size_t node_list = list(graph, 3, nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    const size_t table = w.table({{0, static_cast<uint32_t>(i)}, {1, 0}, {2, 0}});
    w.point(node_list + 4 * i, table);
    w.point(w.at(table, 1), w.numbers(nodes[i].inputs));
    w.point(w.at(table, 2), w.numbers(nodes[i].outputs));
  }
  const size_t buffers = list(model, 4, tensors.size() + 1);
  w.point(buffers, w.table({{1, 0}}));
  for (size_t i = 0; i < tensors.size(); ++i) {
    const size_t table = w.table({{0, 0}});
    w.point(buffers + 4 * (i + 1), table);
    w.point(w.at(table, 0), w.data(tensors[i].data));
  }
  return w.bytes();
}

/// A convolution of 4 filters 3x3 over [1, 8, 8, 2] and RELU: 72 weights and 4 biases.
inline std::string tiny_tflite(const std::vector<int32_t>& signature = {}) {
  return tflite_file({{{1, 8, 8, 2}, 0, "", signature},
                      {{4, 3, 3, 2}, 0, std::string(288, '\0'), {}},
                      {{4}, 0, std::string(16, '\0'), {}},
                      {{1, 8, 8, 4}, 0, "", {}},
                      {{1, 8, 8, 4}, 0, "", {}}},
                     {{3, {0, 1, 2}, {3}}, {19, {3}, {4}}}, {0}, {4});
}

}  // namespace edgefit::test

// Writes small GGUF files in memory, right or wrong on purpose, for tests and as seeds of the fuzz target.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace edgefit::test {

/// The numbers of GGUF's value types that tests use.
enum GgufType : uint32_t { kU8 = 0, kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kString = 8, kArray = 9, kU64 = 10 };

template <class T>
void append(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}
inline void append_text(std::string& out, std::string_view text) {
  append<uint64_t>(out, text.size());
  out += text;
}

class GgufWriter {
 public:
  uint32_t version = 3;
  uint64_t alignment = 32;
  std::string magic = "GGUF";

  GgufWriter& u32(std::string_view key, uint32_t value) { return raw(key, kU32, bytes_of(value)); }
  GgufWriter& boolean(std::string_view key, bool value) { return raw(key, kBool, bytes_of<uint8_t>(value ? 1 : 0)); }
  GgufWriter& text(std::string_view key, std::string_view value) {
    std::string body;
    append_text(body, value);
    return raw(key, kString, body);
  }
  GgufWriter& numbers(std::string_view key, const std::vector<uint32_t>& items) {
    std::string body = bytes_of<uint32_t>(kU32);
    append<uint64_t>(body, items.size());
    for (const uint32_t item : items) append(body, item);
    return raw(key, kArray, body);
  }
  GgufWriter& texts(std::string_view key, const std::vector<std::string>& items) {
    std::string body = bytes_of<uint32_t>(kString);
    append<uint64_t>(body, items.size());
    for (const auto& item : items) append_text(body, item);
    return raw(key, kArray, body);
  }
  GgufWriter& raw(std::string_view key, uint32_t type, std::string_view body) {
    append_text(pairs_, key);
    append(pairs_, type);
    pairs_ += body;
    ++pair_count;
    return *this;
  }

  /// `bytes` are left free in the data section; `offset` of -1 means after the tensor before.
  GgufWriter& tensor(std::string_view name, const std::vector<uint64_t>& shape, uint32_t type, uint64_t bytes,
                     int64_t offset = -1) {
    const uint64_t at = offset < 0 ? data_bytes : static_cast<uint64_t>(offset);
    append_text(infos_, name);
    append<uint32_t>(infos_, static_cast<uint32_t>(shape.size()));
    for (const uint64_t n : shape) append(infos_, n);
    append(infos_, type);
    append(infos_, at);
    data_bytes = (at + bytes + alignment - 1) / alignment * alignment;
    ++tensor_count;
    return *this;
  }
  /// A tensor of type f32 or f16 with the bytes that it needs.
  GgufWriter& f32(std::string_view name, const std::vector<uint64_t>& shape) { return plain(name, shape, 0, 4); }
  GgufWriter& f16(std::string_view name, const std::vector<uint64_t>& shape) { return plain(name, shape, 1, 2); }

  std::string header() const {
    std::string out = magic;
    append(out, version);
    append(out, tensor_count);
    append(out, pair_count);
    return out + pairs_ + infos_;
  }
  std::string file() const {
    std::string out = header();
    out.resize((out.size() + alignment - 1) / alignment * alignment);
    out.resize(out.size() + data_bytes);
    return out;
  }

  uint64_t tensor_count = 0, pair_count = 0, data_bytes = 0;

 private:
  template <class T>
  static std::string bytes_of(T value) {
    std::string out;
    append(out, value);
    return out;
  }
  GgufWriter& plain(std::string_view name, const std::vector<uint64_t>& shape, uint32_t type, uint64_t width) {
    uint64_t bytes = width;
    for (const uint64_t n : shape) bytes *= n;
    return tensor(name, shape, type, bytes);
  }

  std::string pairs_, infos_;
};

/// Metadata of a llama of 2 layers, 64 wide, 4 heads of 16, 2 KV heads, 32 tokens.
inline GgufWriter llama_metadata(std::string_view family = "llama") {
  const std::string p = std::string(family) + ".";
  GgufWriter w;
  w.text("general.architecture", family).text("general.name", "Tiny");
  w.u32(p + "block_count", 2).u32(p + "embedding_length", 64).u32(p + "feed_forward_length", 128);
  w.u32(p + "attention.head_count", 4).u32(p + "attention.head_count_kv", 2).u32(p + "context_length", 256);
  w.u32(p + "vocab_size", 32);
  return w;
}

/// The same with its tensors, matrices in f16.
inline GgufWriter tiny_llama(bool tied = false) {
  GgufWriter w = llama_metadata();
  w.f16("token_embd.weight", {64, 32}).f32("output_norm.weight", {64});
  if (!tied) w.f16("output.weight", {64, 32});
  for (int i = 0; i < 2; ++i) {
    const std::string p = "blk." + std::to_string(i) + ".";
    w.f32(p + "attn_norm.weight", {64}).f32(p + "ffn_norm.weight", {64});
    w.f16(p + "attn_q.weight", {64, 64}).f16(p + "attn_k.weight", {64, 32}).f16(p + "attn_v.weight", {64, 32});
    w.f16(p + "attn_output.weight", {64, 64});
    w.f16(p + "ffn_gate.weight", {64, 128}).f16(p + "ffn_up.weight", {64, 128}).f16(p + "ffn_down.weight", {128, 64});
  }
  return w;
}

/// Its trainable weights: two tables, the norms, and two layers of 36,992.
inline constexpr double kTinyLayer = 2 * 64 + 64 * 64 + 2 * 64 * 32 + 64 * 64 + 3 * 64 * 128;
inline constexpr double kTinyParameters = 2 * 64 * 32 + 64 + 2 * kTinyLayer;

}  // namespace edgefit::test

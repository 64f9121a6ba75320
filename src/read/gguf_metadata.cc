#include "read/gguf_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

namespace {

// Value types of the GGUF specification (docs/gguf.md of ggml), by number.
enum Type : uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64, type_count };
// Smallest size in the file: a string has its length, an array its item type and count.
constexpr std::array<uint64_t, type_count> kSizes = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};

// The specification allows keys of 65,535 bytes.
constexpr uint64_t kMaxKey = 65'535;
constexpr uint64_t kMaxKeptText = 4096;
constexpr uint64_t kMaxKeptItems = 16'384;
constexpr int kMaxArrayDepth = 4;
// What is kept of the whole section: real files need some kilobytes.
constexpr uint64_t kMaxKeptBytes = 8 << 20;
// Published headers have at most 30 MB; the bound keeps a sparse file of terabytes from being read for hours.
constexpr uint64_t kMaxHeader = 256 << 20;

class Reader {
 public:
  explicit Reader(ByteCursor& cursor) : cursor_(cursor) {}

  bool read_pair(GgufMetadata& metadata) {
    std::string key = cursor_.text(cursor_.u64(), kMaxKey);
    if (cursor_.failed()) return false;
    if (key.empty()) return fail(tr("empty metadata key"));
    place_ = fmt::format("metadata key {}", printable(std::string_view(key).substr(0, 80)));
    const uint32_t type = cursor_.u32();
    // Vocabularies are never needed: their length is.
    keep_ = !key.starts_with("tokenizer.");
    GgufValue value = read_value(type);
    if (cursor_.failed()) return false;
    kept_ += key.size() + value.text.size() + value.items.size() * sizeof(double) + sizeof(GgufValue);
    if (kept_ > kMaxKeptBytes) return fail(tr("the metadata is implausibly large"));
    if (!metadata.insert(std::move(key), std::move(value))) return fail(tr("duplicate metadata key"));
    return true;
  }

 private:
  bool fail(std::string what) {
    cursor_.fail(std::move(what), place_, tr("the file is damaged or hostile"));
    return false;
  }

  double read_number(uint32_t type) {
    switch (type) {
      case u8:
      case boolean:
        return cursor_.u8();
      case i8:
        return static_cast<int8_t>(cursor_.u8());
      case u16:
        return cursor_.u16();
      case i16:
        return static_cast<int16_t>(cursor_.u16());
      case u32:
        return cursor_.u32();
      case i32:
        return static_cast<int32_t>(cursor_.u32());
      case f32: {
        const uint32_t bits = cursor_.u32();
        float value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return static_cast<double>(value);
      }
      case u64:
        return static_cast<double>(cursor_.u64());
      case i64:
        return static_cast<double>(static_cast<int64_t>(cursor_.u64()));
      default: {
        const uint64_t bits = cursor_.u64();
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return value;
      }
    }
  }

  GgufValue read_value(uint32_t type) {
    GgufValue value;
    if (type >= type_count) {
      fail(say(tr("unknown metadata value type {}"), type));
    } else if (type == array) {
      read_array(value, 1);
    } else if (type == string) {
      value.count = cursor_.u64();
      if (keep_ && value.count <= kMaxKeptText) {
        value.text = cursor_.text(value.count, kMaxKeptText);
      } else {
        cursor_.skip(value.count);
      }
    } else {
      value.number = read_number(type);
    }
    return value;
  }

  void read_array(GgufValue& value, int depth) {
    const uint32_t type = cursor_.u32();
    const uint64_t count = cursor_.u64();
    if (depth == 1) {
      value.is_array = true;
      value.count = count;
    }
    if (cursor_.failed()) return;
    if (type >= type_count) {
      fail(say(tr("unknown array item type {}"), type));
    } else if (depth > kMaxArrayDepth) {
      fail(tr("arrays nested too deep"));
    } else if (!cursor_.fits(count, kSizes[type], tr("array items"))) {
      return;
    } else if (type == string) {
      skip_texts(count);
    } else if (type == array) {
      for (uint64_t i = 0; i < count && within_header(); ++i) read_array(value, depth + 1);
    } else if (keep_ && depth == 1 && count <= kMaxKeptItems) {
      value.items.reserve(static_cast<size_t>(count));
      for (uint64_t i = 0; i < count && !cursor_.failed(); ++i) value.items.push_back(read_number(type));
    } else {
      cursor_.skip(count * kSizes[type]);
    }
  }

  void skip_texts(uint64_t count) {
    constexpr uint64_t kAtOnce = 1024;
    for (uint64_t left = count; left > 0 && within_header(); left -= std::min(left, kAtOnce))
      cursor_.skip_texts(std::min(left, kAtOnce));
    within_header();
  }

  bool within_header() {
    if (cursor_.position() > kMaxHeader) fail(tr("the header is implausibly large"));
    return !cursor_.failed();
  }

  ByteCursor& cursor_;
  std::string place_ = "metadata";
  bool keep_ = false;
  uint64_t kept_ = 0;
};

}  // namespace

bool GgufMetadata::insert(std::string key, GgufValue value) {
  return values_.emplace(std::move(key), std::move(value)).second;
}

const GgufValue* GgufMetadata::find(std::string_view key) const {
  const auto found = values_.find(std::string(key));
  return found == values_.end() ? nullptr : &found->second;
}

std::optional<double> GgufMetadata::number(std::string_view key) const {
  const GgufValue* value = find(key);
  return value == nullptr ? std::nullopt : value->number;
}

std::string GgufMetadata::text(std::string_view key) const {
  const GgufValue* value = find(key);
  return value == nullptr ? std::string() : value->text;
}

GgufMetadata read_gguf_metadata(ByteCursor& cursor, uint64_t count) {
  GgufMetadata metadata;
  Reader reader(cursor);
  for (uint64_t i = 0; i < count; ++i)
    if (!reader.read_pair(metadata)) break;
  return metadata;
}

}  // namespace edgefit

// Writes the bytes of small safetensors files for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace edgefit::test {

inline std::string safetensors(std::string_view header, size_t data_bytes) {
  std::string out;
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(header.size() >> (8 * i) & 0xff));
  out += header;
  return out + std::string(data_bytes, '\0');
}

}  // namespace edgefit::test

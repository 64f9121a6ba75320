// Any bytes: read_signature gives a Problem, or files with digests of 64 hexadecimal letters.
#include <cstdint>
#include <cstdlib>

#include "audit/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  const auto files = read_signature({reinterpret_cast<const char*>(data), size}, "signature");
  if (!files) return files.error().what.empty() ? std::abort(), 1 : 0;
  if (files->empty()) std::abort();
  for (const auto& [name, digest] : *files)
    if (name.empty() || digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
      std::abort();
  return 0;
}

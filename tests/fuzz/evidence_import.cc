// Any bytes: a scan or report becomes a record that the store would take, or is refused with a Problem.
#include <cstdint>
#include <cstdlib>

#include "edgefit/evidence.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  auto record = import_evidence({reinterpret_cast<const char*>(data), size}, "scan");
  if (!record) return record.error().what.empty() ? std::abort(), 1 : 0;
  record->number = 1;
  record->created = "2026-11-23T08:00:00Z";
  record->tool = "fuzz";
  if (record->as_of.empty()) record->as_of = "2026-11-23";
  if (!read_evidence_json(write_evidence_json(*record), "record")) std::abort();
  return 0;
}

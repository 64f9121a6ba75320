// Any bytes: a record or a ledger is read as what writes itself back the same, or refused with a Problem.
#include "edgefit/evidence.h"

#include <cstdint>
#include <cstdlib>

#include "evidence/ledger.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto record = read_evidence_json(text, "r")) {
    const auto written = write_evidence_json(*record);
    const auto again = read_evidence_json(written, "r");
    if (!again || write_evidence_json(*again) != written) std::abort();
  } else if (record.error().what.empty()) {
    std::abort();
  }
  if (const auto ledger = read_ledger(text, "l")) {
    const auto again = read_ledger(write_ledger(*ledger), "l");
    if (!again || again->last() > kMostRecords) std::abort();
  }
  return 0;
}

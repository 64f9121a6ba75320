// The ledger of a folder of evidence: number, topic and checksum of every record that was ever written there.
// With it a record that is gone is missed, and it is known what it was about.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/result.h"

namespace edgefit {

/// Larger files are no records; the largest scans of Trivy stay far below.
constexpr size_t kMostRecordBytes = 8 << 20;

/// A folder holds no more: over a thousand years of weekly audits.
constexpr uint64_t kMostRecords = 65536;

struct LedgerRow {
  std::string topic, sha256;
};
struct Ledger {
  std::map<uint64_t, LedgerRow> rows;
  std::vector<uint64_t> rebuilt;  ///< newest record at a time when there was no ledger to go by
  uint64_t last() const { return rows.empty() ? 0 : rows.rbegin()->first; }
};
Result<Ledger> read_ledger(std::string_view text, const std::string& where);
std::string write_ledger(const Ledger& ledger);

}  // namespace edgefit

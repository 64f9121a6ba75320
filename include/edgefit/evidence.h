// Evidence: what a run found, kept as one unchangeable file a run, so that the plan of the 30 days is proven and not
// clicked. A chain of checksums shows what was removed or edited; it does not prevent it: who may write the folder may
// forge it whole.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/golden.h"
#include "edgefit/result.h"

namespace edgefit {

/// `start`: when the 30 days begin. `import`: another tool's scan. `calendar`: what was handed out as appointments.
enum class EvidenceKind : uint8_t { start, inventory, plan, audit, verify, attest, import, calendar };
const char* name_of(EvidenceKind kind);
std::optional<EvidenceKind> find_evidence_kind(std::string_view name);

/// One check, gate or finding of a run.
struct EvidenceResult {
  std::string id;
  CheckStatus status = CheckStatus::unknown;
  std::string text;
  std::string since;         ///< ISO date since when it is known to the world; empty = not told
  std::string waived_until;  ///< ISO date, last day; empty = not waived
};

/// One record. Keys of the maps are lower-case words; values are what was seen, never a serial number or a host name.
struct Evidence {
  uint64_t number = 0;  ///< place in the chain from 1; the store gives it
  EvidenceKind kind = EvidenceKind::audit;
  std::string topic;        ///< attest: of what; import: "golden", "scan/" and tool and what it looked at; else empty
  std::string created;      ///< UTC, RFC 3339: when it was written
  std::string as_of;        ///< ISO date that the run speaks of
  std::string tool;         ///< "edgefit 0.1.0"
  std::string host;         ///< hash of the machine that wrote it; empty = not known
  std::string valid_until;  ///< ISO date, last day on which it counts; empty = no end of its own
  std::string by, note;     ///< who says so (attest)
  std::string document, document_sha256;
  std::string report_sha256;                    ///< of the report that this is an extract of
  std::map<std::string, std::string> subject;   ///< model driver kernel server golden inventory: what it is about
  std::map<std::string, std::string> hardware;  ///< of the box seen (inventory) or planned (plan)
  std::map<std::string, std::string> facts;     ///< other words: verdict, profile, calendar ...
  std::map<std::string, double> metrics;        ///< base units, shares from 0 to 1
  std::map<std::string, std::string> dates;     ///< ISO dates: start, warranty ...
  std::map<std::string, std::vector<std::string>> lists;  ///< people, holidays
  std::vector<EvidenceResult> results;
  std::string prev;    ///< SHA-256 of the file before; empty in the first
  std::string sha256;  ///< of its own file; not part of it
};
/// What newer evidence replaces older of: "audit", "attest/training".
std::string topic_of(EvidenceKind kind, std::string_view topic);
std::string topic_of(const Evidence& record);

/// A place where the chain does not hold. Nothing older than it may prove anything about its topic.
struct EvidenceGap {
  uint64_t number = 0;
  std::string topic;  ///< as topic_of; empty = could be anything
  std::string text;
};
struct EvidenceChain {
  std::vector<Evidence> records;  ///< those that hold, by number
  std::vector<EvidenceGap> gaps;
  std::string
      head;  ///< SHA-256 of the newest file: whoever writes it down can tell later whether this history was kept
};

/// Reads and checks a whole folder. A Problem when it is no folder of evidence; damage inside of it is a gap.
Result<EvidenceChain> read_evidence(const std::string& folder);
/// Adds one record; its number, prev and sha256 are filled in. Creates the folder, not its parents. Several processes
/// may add at once. Whatever goes wrong, what was there stays as it was.
Result<Evidence> add_evidence(const std::string& folder, Evidence record);

/// One file of the folder: docs/schema/evidence.schema.json.
std::string write_evidence_json(const Evidence& record);
Result<Evidence> read_evidence_json(std::string_view text, const std::string& where);

/// The record that a JSON report of edgefit amounts to: an assessment is a plan, a host an inventory; audits and
/// verifications are what they are called. Date, host and numbers in the chain are the caller's.
Result<Evidence> evidence_of_report(std::string_view json, const std::string& where);
/// The same of any file that can be imported, by its content: lynis' report.dat, Trivy's JSON, reports of edgefit.
/// `as_of` is then the day of the scan itself.
Result<Evidence> import_evidence(std::string_view text, const std::string& where);
/// That there are test questions, how many, and which.
Evidence evidence_of_golden(const GoldenSet& set);

/// What a person may attest because no program can see it.
struct Attestation {
  const char* topic;  ///< "training"
  const char* title;
  int valid_days;    ///< unless --valid says otherwise
  const char* date;  ///< the date that belongs to it ("warranty"); empty = none
};
const Attestation* find_attestation(std::string_view topic);
std::vector<const Attestation*> attestations();

}  // namespace edgefit

// Is this box fit to hold models and data? One Finding a check, each with where it was seen and what cures it.
// Reads files of the box and nothing else: no network, no program is started, nothing is written but by write_manifest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/advisories.h"
#include "edgefit/assessment.h"
#include "edgefit/result.h"

namespace edgefit {

enum class AuditGroup : uint8_t { encryption, boot, updates, models, network, services, gpu, hardware, operations };
const char* name_of(AuditGroup group);

/// What a broken rule counts as: `high` fails; `medium` and `low` are told as warnings.
enum class Severity : uint8_t { low, medium, high };
const char* name_of(Severity severity);

/// Who gets a full answer: any user, the owner of the service or its files, or root only.
enum class Privilege : uint8_t { user, owner, root };
const char* name_of(Privilege privilege);

/// What the box is for. Moves severities and deadlines, never what a check looks at.
enum class Profile : uint8_t { office_pc, edge_box, server, air_gap, dev };
const char* name_of(Profile profile);
std::optional<Profile> find_profile(std::string_view name);
std::span<const Profile> profiles();
/// What the profile is for and what it moves, one sentence.
const char* describe(Profile profile);

/// One row of the catalogue of checks, as --list, --explain, docs/checks.md and the reports show it.
struct AuditCheck {
  const char* id;  ///< "EF-ENC-001"; never reused
  const char* title;
  AuditGroup group;
  Severity severity;
  const char* why;         ///< what goes wrong without it
  const char* fix;         ///< what to do when it does not pass
  const char* references;  ///< "53:SC-28, gs:SYS.1.1.A34"; separated by ", "
  Privilege privilege;
  int repeat_days;  ///< after so many days the answer is old
};
/// All checks, by group and id.
std::span<const AuditCheck* const> audit_checks();
const AuditCheck* find_audit_check(std::string_view id);
/// In this profile.
Severity severity_of(const AuditCheck& check, Profile profile);

/// One thing that a check looked at.
struct AuditEvidence {
  std::string path;  ///< absolute path on the box; never empty
  CheckStatus status = CheckStatus::unknown;
  std::string text;
};

/// A decision to live with a finding, and until when.
struct Waiver {
  std::string check, reason, owner, expires;  ///< ISO date, last day on which it holds
};
/// waivers.json, docs/audit.md. Every entry needs all four; an unknown check id is a Problem.
Result<std::vector<Waiver>> read_waivers(std::string_view text, const std::string& where);

struct AuditFinding {
  const AuditCheck* check = nullptr;
  Severity severity = Severity::high;
  CheckStatus status = CheckStatus::unknown;
  std::string path, message, fix;
  std::vector<AuditEvidence> evidence;  ///< worst first
  std::optional<Waiver> waiver;         ///< in force: the finding does not decide; expired: it fails
  bool waived = false;
};

/// Work under way that may take longer than a second: hashing.
using AuditProgress = std::function<void(double done_bytes, double total_bytes)>;

struct AuditOptions {
  std::string sysroot;  ///< empty = the live machine
  std::string as_of;    ///< ISO date
  std::string home;     ///< of the user, for stores below it; empty = none
  Profile profile = Profile::server;
  std::vector<std::string> stores;  ///< folders of models; empty = the usual places that exist
  std::vector<std::string> data;    ///< folders of prompts, vectors, documents
  std::vector<std::string> only;    ///< ids, '*' stands for any letters; empty = all
  std::vector<Waiver> waivers;
  Advisories advisories;          ///< goes before the rows in the program
  bool hash = false;              ///< read model files whole and compare checksums
  double log_retention_days = 0;  ///< prompt logs are kept on purpose for so long; 0 = not declared
  /// Asks the library of NVIDIA's driver, on a live machine only: lines of ask_nvidia_state. Empty = not asked.
  std::function<std::vector<std::string>()> ask_nvidia = {};
  AuditProgress progress;
};

struct Audit {
  std::string as_of;
  Profile profile = Profile::server;
  bool live = true;
  std::vector<std::string> stores;
  std::vector<AuditFinding> findings;  ///< in the order of the catalogue
  int count(CheckStatus status) const;
};

enum class FailOn : uint8_t { fail, warn, unknown, never };
const char* name_of(FailOn fail_on);
std::optional<FailOn> find_fail_on(std::string_view name);
/// 1: something at or above the threshold; 3: an unknown decides, or nothing at all could be decided; else 0.
int exit_code_of(const Audit& audit, FailOn fail_on);

/// One run over one box. After run(), what was read can be written down.
class Auditor {
 public:
  explicit Auditor(AuditOptions options);
  ~Auditor();
  Auditor(Auditor&&) noexcept;
  Auditor& operator=(Auditor&&) noexcept;
  /// A Problem only for a question that cannot be asked: a store that is not there. Gaps are unknown findings.
  Result<Audit> run();
  /// Writes what run() read as a folder that --sysroot replays to the same findings. `folder` must be new or empty.
  Result<Done> record(const std::string& folder) const;
  /// edgefit.models.json of each store: what stands in it is kept, missing files are added with size and SHA-256. A
  /// Problem, and nothing is written, when a checksum in it does not match its file. Needs options.hash and a live box.
  Result<std::vector<std::string>> write_manifests() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace edgefit

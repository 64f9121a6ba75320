// Any bytes as the answers of a recording (edgefit/audit): every check gives a finding with a place and a sentence.
#include <cstdint>
#include <string>

#include "audit/box.h"
#include "edgefit/audit.h"
#include "fuzz/audit_files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  static const fuzz::Folder folder;
  folder.write(kAuditFile, {reinterpret_cast<const char*>(data), size});
  AuditOptions options;
  options.sysroot = folder.path();
  options.as_of = "2026-11-23";
  options.profile = Profile::edge_box;
  options.hash = size % 2 == 0;
  const auto audit = Auditor(options).run();
  if (!audit) return audit.error().what.empty() ? std::abort(), 1 : 0;
  if (audit->findings.size() != audit_checks().size()) std::abort();
  for (const auto& finding : audit->findings)
    if (finding.path.empty() || finding.message.empty() || finding.evidence.empty()) std::abort();
  return 0;
}

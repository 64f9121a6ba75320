// What a person may attest because no program can see it, each with how long it holds unless --valid says otherwise.
#include <algorithm>
#include <array>

#include "edgefit/evidence.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kAttestations = {
    Attestation{"owner", mark("somebody answers for the system"), 366, ""},
    Attestation{"deputy", mark("somebody stands in for the owner"), 366, ""},
    Attestation{"decision", mark("buy or upgrade decided, with the alternatives"), 366, ""},
    Attestation{"requirements-review", mark("requirements looked at again"), 366, ""},
    Attestation{"install", mark("installed by qualified staff"), 1096, ""},
    Attestation{"warranty", mark("warranty runs, to a known day"), 1096, "warranty"},
    Attestation{"fallback", mark("work goes on without the AI, written down"), 366, ""},
    Attestation{"restore-drill", mark("a backup was restored and worked"), 183, ""},
    Attestation{"rollback-drill", mark("the last version was put back and worked"), 366, ""},
    Attestation{"log-retention", mark("how long prompts and logs are kept is decided"), 366, ""},
    Attestation{"update-window", mark("a time for updates is agreed"), 366, ""},
    Attestation{"training", mark("the users were trained"), 366, ""},
    Attestation{"model-review", mark("the model was reviewed: still fit, still supported"), 92, "next-review"},
};

/// An unknown of the audit that a person has looked into: "EF-ENC-001".
constexpr Attestation kCheck = {"CHECK", mark("an unknown of the audit was looked into"), 183, ""};

}  // namespace

const Attestation* find_attestation(std::string_view topic) {
  const auto* const at = std::find_if(kAttestations.begin(), kAttestations.end(),
                                      [topic](const Attestation& row) { return row.topic == topic; });
  if (at != kAttestations.end()) return at;
  return topic.starts_with("EF-") ? &kCheck : nullptr;
}

std::vector<const Attestation*> attestations() {
  std::vector<const Attestation*> out;
  for (const auto& row : kAttestations) out.push_back(&row);
  return out;
}

}  // namespace edgefit

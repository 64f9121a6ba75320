#include "cli/evidence_flags.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/files.h"
#include "base/parse.h"
#include "base/sha256.h"
#include "cli/date.h"
#include "edgefit/probe.h"
#include "edgefit/text.h"

namespace edgefit {

void declare_evidence(Flags& flags, EvidenceFlags& evidence) {
  flags.text("--evidence", evidence.folder, "DIR", tr("also keep this run as a record for edgefit roadmap"));
}

std::string machine_hash() {
  const auto id = Root("").read("/etc/machine-id", 64);
  if (!id || id->empty()) return {};
  // Hashed with a word of ours: machine-id(5) asks that the id itself be shown to nobody.
  Sha256 sum;
  sum.add("edgefit evidence 1\n" + *id);
  return sum.finish().substr(0, 16);
}

Result<Done> keep_record(const EvidenceFlags& flags, Evidence record, const std::string& as_of) {
  if (flags.folder.empty()) return Done{};
  record.created = utc_now();
  if (record.as_of.empty()) record.as_of = as_of;
  record.tool = std::string("edgefit ") + EDGEFIT_VERSION;
  record.host = machine_hash();
  const auto kept = add_evidence(flags.folder, std::move(record));
  if (!kept) return kept.error();
  const auto text = say(tr("kept as record {} ({}) in {}"), kept->number, topic_of(*kept), flags.folder);
  std::fputs((printable(text) + "\n").c_str(), stderr);
  return Done{};
}

Result<Done> keep_report(const EvidenceFlags& flags, std::string_view json, const std::string& as_of,
                         const Host* host) {
  if (flags.folder.empty()) return Done{};
  auto record = evidence_of_report(json, flags.folder);
  if (!record) return record.error();
  if (host != nullptr) {
    auto box = evidence_of_report(write_host_json(*host), flags.folder);
    if (!box) return box.error();
    record->hardware = std::move(box->hardware);
  }
  return keep_record(flags, std::move(*record), as_of);
}

}  // namespace edgefit

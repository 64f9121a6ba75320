// edgefit attest KIND: somebody says what no program can see, with a document and an end.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "base/days.h"
#include "base/files.h"
#include "base/parse.h"
#include "base/sha256.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/evidence_flags.h"
#include "cli/output.h"
#include "edgefit/audit.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct AttestFlags {
  std::string topic, by, file, valid, note, date, as_of;
  std::vector<std::string> people;
  EvidenceFlags evidence;
  bool list = false;
};

Result<const Attestation*> find_topic(const std::string& topic) {
  const AuditCheck* check = find_audit_check(topic);
  const Attestation* known = find_attestation(check == nullptr ? topic : check->id);
  if (known != nullptr && (check != nullptr || !topic.starts_with("EF-"))) return known;
  std::vector<std::string_view> names;
  for (const auto* row : attestations()) names.emplace_back(row->topic);
  if (topic.starts_with("EF-"))
    for (const auto* row : audit_checks()) names.emplace_back(row->id);
  const auto near = did_you_mean(topic, names);
  return Problem{say(tr("there is no attestation '{}'"), printable(topic)), "",
                 near.empty() ? std::string(tr("edgefit attest --list names them")) : near};
}

std::vector<std::string> topics() {
  std::vector<std::string> out;
  for (const auto* row : attestations()) out.emplace_back(row->topic);
  for (const auto* row : audit_checks()) out.emplace_back(row->id);
  return out;
}

/// "180d" or "180": days; or a date.
Result<std::string> end_of(const std::string& typed, int usual_days, Day from) {
  if (typed.empty()) return show_day(from + usual_days);
  if (const auto day = parse_day(typed); day && *day >= from) return typed;
  const std::string_view digits(typed.data(), typed.size() - (typed.ends_with("d") ? 1 : 0));
  const auto days = to_number(digits);
  if (days && *days >= 1 && *days <= 36600 && *days == std::floor(*days))
    return show_day(from + static_cast<Day>(*days));
  return Problem{say(tr("bad value '{}'"), printable(typed)), "--valid", tr("say days, such as 180d, or a later date")};
}

/// SHA-256 of a file of any size.
Result<std::string> checksum(const std::string& path) {
  constexpr size_t kPiece = 1 << 20;
  const auto file = File::open(path);
  if (!file) return file.error();
  Sha256 sum;
  for (uint64_t at = 0;; at += kPiece) {
    const auto piece = file->read_at(at, kPiece);
    if (!piece) return piece.error();
    sum.add(*piece);
    if (piece->size() < kPiece) return sum.finish();
  }
}

Result<Done> add_document(const std::string& path, Evidence& record) {
  if (path.empty()) return Done{};
  const auto sum = checksum(path);
  if (!sum) return sum.error();
  record.document_sha256 = *sum;
  record.document = printable(path.substr(path.rfind('/') + 1));
  return Done{};
}

Result<Done> add_date(const AttestFlags& flags, const Attestation& known, Evidence& record) {
  const std::string wanted = known.date;
  if (wanted.empty() && !flags.date.empty())
    return Problem{say(tr("no date belongs to {}"), flags.topic), "--date",
                   tr("leave it out; --valid says how long it holds")};
  if (!wanted.empty() && flags.date.empty())
    return Problem{say(tr("{} needs a date"), flags.topic), "--date", tr("write it as 2026-11-23")};
  if (wanted.empty()) return Done{};
  if (!parse_day(flags.date))
    return Problem{say(tr("'{}' is not a date"), printable(flags.date)), "--date", tr("write it as 2026-11-23")};
  record.dates[wanted] = flags.date;
  return Done{};
}

int list_topics() {
  std::string text;
  for (const auto* row : attestations())
    text += fmt::format("{:<20} {}\n", row->topic, say(tr("{}; {} days"), tr(row->title), row->valid_days));
  text += fmt::format("{:<20} {}\n", "EF-...", tr("an unknown of the audit, looked into; 183 days"));
  return write_stdout(text) ? 0 : 2;
}

Result<int> run(const AttestFlags& flags) {
  if (flags.list) return list_topics();
  if (flags.topic.empty()) return Problem{tr("nothing to attest"), "", tr("edgefit attest --list names what can be")};
  const auto known = find_topic(flags.topic);
  if (!known) return known.error();
  if (trim(flags.by).empty())
    return Problem{tr("nobody attests this"), "--by", tr("name the person who answers for it")};
  if (flags.evidence.folder.empty())
    return Problem{tr("no place to keep it"), "--evidence", tr("name the folder of records")};
  const auto today = report_date(flags.as_of);
  if (!today) return today.error();
  Evidence record;
  record.kind = EvidenceKind::attest;
  const AuditCheck* check = find_audit_check(flags.topic);
  record.topic = check == nullptr ? flags.topic : check->id;
  record.by = flags.by;
  record.note = flags.note;
  auto end = end_of(flags.valid, (*known)->valid_days, *parse_day(*today));
  if (!end) return end.error();
  record.valid_until = std::move(*end);
  if (auto done = add_date(flags, **known, record); !done) return done.error();
  if (auto done = add_document(flags.file, record); !done) return done.error();
  if (!flags.people.empty()) {
    record.lists["people"] = flags.people;
    record.metrics["people"] = static_cast<double>(flags.people.size());
  }
  const auto kept = keep_record(flags.evidence, std::move(record), *today);
  if (!kept) return kept.error();
  return 0;
}

}  // namespace

Run declare_attest(Flags& flags) {
  auto typed = std::make_shared<AttestFlags>();
  flags.positional("KIND", typed->topic, tr("install, training, restore-drill ...: --list"), Flags::Need::optional,
                   topics);
  flags.text("--by", typed->by, "NAME", tr("who answers for it"));
  flags.text("--file", typed->file, "DOC", tr("the document: its checksum is kept, not its text"));
  flags.text("--valid", typed->valid, "DAYS", tr("how long it holds: 180d, or until which date"));
  flags.text("--date", typed->date, "DATE", tr("warranty, model-review: its end, the next one"));
  flags.list("--person", typed->people, "NAME", tr("somebody who took part; repeats"));
  flags.text("--note", typed->note, "TEXT", tr("what else there is to say"));
  declare_evidence(flags, typed->evidence);
  flags.toggle("--list", typed->list, tr("what can be attested"));
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the attestation (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit

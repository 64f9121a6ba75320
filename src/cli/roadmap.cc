// edgefit roadmap: the 30 days as they stand, decided from evidence.
#include "edgefit/roadmap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/days.h"
#include "base/files.h"
#include "base/parse.h"
#include "cli/choices.h"
#include "cli/cli.h"
#include "cli/date.h"
#include "cli/output.h"
#include "cli/roadmap_settings.h"
#include "edgefit/golden.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

std::vector<Form> forms() {
  std::vector<Form> out;
  for (const auto& reporter : roadmap_reporters()) out.push_back({reporter.name, reporter.extension});
  return out;
}

Result<Roadmap> look(const RoadmapFlags& flags) {
  const auto chain = read_evidence(flags.evidence.folder);
  if (!chain) return chain.error();
  auto settings = settings_of(flags, *chain);
  if (!settings) return settings.error();
  return make_roadmap(*chain, std::move(*settings));
}

Result<int> write(const Outputs& outputs, const Roadmap& roadmap) {
  const auto written = outputs.write([&roadmap](std::string_view form, const Style& style) {
    const auto all = roadmap_reporters();
    return std::find_if(all.begin(), all.end(), [form](const auto& row) { return row.name == form; })
        ->render(roadmap, style);
  });
  if (!written) return written.error();
  return exit_code_of(roadmap);
}

Result<int> show(const RoadmapFlags& flags, OutputFlags output, const char* form) {
  if (form != nullptr) output.format = form;
  const auto outputs = Outputs::make(output, forms());
  if (!outputs) return outputs.error();
  const auto roadmap = look(flags);
  if (!roadmap) return roadmap.error();
  return write(*outputs, *roadmap);
}

Result<int> show_as_asked(const RoadmapFlags& flags) {
  return show(flags, flags.output, nullptr);
}
Result<int> show_paper(const RoadmapFlags& flags) {
  return show(flags, flags.output, "markdown");
}
Result<int> show_json(const RoadmapFlags& flags) {
  return show(flags, flags.output, "json");
}

Result<int> write_text(const RoadmapFlags& flags, Form form, const std::function<std::string(const Style&)>& text) {
  const auto outputs = Outputs::make(flags.output, {{"terminal", form.extension}, form});
  if (!outputs) return outputs.error();
  const auto written = outputs->write([&text](std::string_view, const Style& style) { return text(style); });
  if (!written) return written.error();
  return 0;
}

Result<int> show_next(const RoadmapFlags& flags) {
  const auto roadmap = look(flags);
  if (!roadmap) return roadmap.error();
  return write_text(flags, {"text", "txt"},
                    [&roadmap](const Style& style) { return render_next_steps(*roadmap, style); });
}

Result<int> begin(const RoadmapFlags& flags) {
  auto settings = settings_of(flags, {});
  if (!settings) return settings.error();
  // A plan may be kept after it began; from its first day on it is seen.
  const auto kept = keep_record(flags.evidence, start_record(*settings), std::min(settings->start, settings->as_of));
  if (!kept) return kept.error();
  return 0;
}

/// Test questions are read as edgefit verify reads them, so that both speak of the same set; all else by its content.
Result<Evidence> import_file(const std::string& path) {
  const auto text = read_small_file(path, 256 << 20);
  if (!text) return text.error();
  const std::string_view first = std::string_view(*text).substr(0, text->find('\n'));
  if (!path.ends_with(".csv") && !path.ends_with(".jsonl") && first.find("\"prompt\"") == first.npos)
    return import_evidence(*text, printable(path));
  const auto set = read_golden(*text, printable(path));
  if (!set) return set.error();
  return evidence_of_golden(*set);
}

Result<int> import_files(const RoadmapFlags& flags) {
  const auto today = report_date(flags.as_of);
  if (!today) return today.error();
  if (flags.files.empty())
    return Problem{tr("nothing to import"), "", tr("name files: report.dat of lynis, JSON of Trivy, golden cases")};
  // All are read before the first is kept.
  std::vector<Evidence> records;
  for (const auto& path : flags.files) {
    auto record = import_file(path);
    if (!record) return record.error();
    record->document = printable(path.substr(path.rfind('/') + 1));
    records.push_back(std::move(*record));
  }
  for (auto& record : records) {
    const auto kept = keep_record(flags.evidence, std::move(record), *today);
    if (!kept) return kept.error();
  }
  return 0;
}

std::map<std::string, Issued> issued_before(const Roadmap& roadmap) {
  std::map<std::string, Issued> issued;
  for (const auto& record : roadmap.records) {
    if (record.kind != EvidenceKind::calendar) continue;
    for (const auto& [uid, text] : record.facts) {
      const auto parts = words(text);
      const auto sequence = parts.size() == 3 ? to_number(parts[0]) : std::nullopt;
      if (sequence && *sequence >= 0 && *sequence < 1e6)
        issued[uid] = {static_cast<int>(*sequence), std::string(parts[1]), std::string(parts[2])};
    }
  }
  return issued;
}

Result<int> hand_out(const RoadmapFlags& flags) {
  const auto roadmap = look(flags);
  if (!roadmap) return roadmap.error();
  // Ids are of the machine that handed out the first appointments, wherever the next ones are made.
  CalendarOptions options{machine_hash(), utc_now(), flags.todo, issued_before(*roadmap)};
  const auto first = std::find_if(roadmap->records.begin(), roadmap->records.end(),
                                  [](const Evidence& record) { return record.kind == EvidenceKind::calendar; });
  if (first != roadmap->records.end()) options.host = first->host;
  const auto calendar = make_calendar(*roadmap, options);
  if (calendar.changed) {
    Evidence record;
    record.kind = EvidenceKind::calendar;
    for (const auto& [uid, one] : calendar.issued)
      record.facts[uid] = fmt::format("{} {} {}", one.sequence, one.digest, one.stamp);
    const auto kept = keep_record(flags.evidence, std::move(record), roadmap->options.as_of);
    if (!kept) return kept.error();
  }
  if (flags.output.files.empty())
    return write_text(flags, {"ics", "ics"}, [&calendar](const Style&) { return calendar.text; });
  const auto outputs = Outputs::make(flags.output, {{"terminal", "txt"}, {"ics", "ics"}});
  if (!outputs) return outputs.error();
  const auto written = outputs->write([&calendar](std::string_view form, const Style&) {
    return form == "ics"
               ? calendar.text
               : say(calendar.changed
                         ? tr("{} appointment, changed since it was last handed out",
                              "{} appointments, changed since they were last handed out", calendar.issued.size())
                         : tr("{} appointment, as it was last handed out",
                              "{} appointments, as they were last handed out", calendar.issued.size()),
                     calendar.issued.size()) +
                     "\n";
  });
  if (!written) return written.error();
  return 0;
}

Result<int> write_units(const RoadmapFlags& flags) {
  const auto options = unit_options(flags);
  if (!options) return options.error();
  const auto units = make_units(*options);
  if (!flags.into.empty()) {
    for (const auto& unit : units)
      if (auto done = replace_file(flags.into + "/" + unit.name, unit.text); !done) return done.error();
    return 0;
  }
  return write_text(flags, {"text", "txt"}, [&units](const Style&) {
    std::string text;
    for (const auto& unit : units) text += fmt::format("{}# {}\n{}", text.empty() ? "" : "\n", unit.name, unit.text);
    return text;
  });
}

struct Action {
  std::string_view name;
  Result<int> (*run)(const RoadmapFlags& flags);
};
constexpr std::array kActions = {
    Action{"show", show_as_asked},  Action{"init", begin},        Action{"next", show_next},
    Action{"ics", hand_out},        Action{"md", show_paper},     Action{"json", show_json},
    Action{"import", import_files}, Action{"units", write_units},
};

Result<int> run(const RoadmapFlags& flags) {
  const std::string_view name = flags.action.empty() ? "show" : std::string_view(flags.action);
  const auto* const action =
      std::find_if(kActions.begin(), kActions.end(), [name](const Action& row) { return row.name == name; });
  if (action == kActions.end()) {
    std::vector<std::string_view> names;
    for (const auto& row : kActions) names.push_back(row.name);
    const auto near = did_you_mean(name, names);
    return Problem{say(tr("roadmap cannot '{}'"), printable(name)), "",
                   near.empty() ? std::string(tr("say show, init, next, ics, md, json, import or units")) : near};
  }
  if (flags.evidence.folder.empty())
    return Problem{tr("no folder of records given"), "--evidence", tr("name the folder that the other commands write")};
  if (!flags.files.empty() && name != "import")
    return Problem{say(tr("'{}' is one word too many"), printable(flags.files.front())), "",
                   tr("only edgefit roadmap import takes files")};
  return action->run(flags);
}

}  // namespace

Run declare_roadmap(Flags& flags) {
  auto typed = std::make_shared<RoadmapFlags>();
  flags.positional("ACTION", typed->action, tr("show, init, next, ics, md, json, import or units"),
                   Flags::Need::optional, names_of(kActions, &Action::name));
  flags.words("FILE", typed->files, tr("to import: scans, test questions, reports"));
  flags.text("--evidence", typed->evidence.folder, "DIR", tr("the records of audit, plan, verify ..."));
  flags.heading(tr("The plan; init keeps it"));
  flags.text("--start", typed->start, "DATE", tr("day 1"));
  flags.text("--calendar", typed->calendar, "DAYS", tr("which days count: all (default) or working"),
             names_of(kCalendars));
  flags.text("--holidays", typed->holidays, "FILE", tr("days without work, a date a line"));
  flags.list("--owner", typed->owners, "PHASE=NAME", tr("who owns a phase, such as 2=A. Meier; repeats"));
  flags.text("--waivers", typed->waivers, "FILE", tr("criteria to live without: reason, owner, expiry"));
  flags.heading(tr("What to tell"));
  flags.toggle("--todo", typed->todo, tr("ics: also a task for each criterion"));
  flags.text("--into", typed->into, "DIR", tr("units: write the files there"));
  flags.text("--verify", typed->verify, "FLAGS", tr("units: of the monthly edgefit verify"));
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the report (default: today)"));
  declare_output(flags, typed->output, forms());
  return [typed] { return run(*typed); };
}

}  // namespace edgefit

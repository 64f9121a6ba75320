// A roadmap as a project plan that somebody signs: what is proven by which record, what is open, who owns it, until
// when.
#include <fmt/format.h>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/markdown.h"
#include "report/roadmap_reporters.h"

namespace edgefit {
namespace {

void add_overview(std::string& out, const Roadmap& roadmap) {
  markdown_head(out, {tr("Phase"), tr("from"), tr("to"), tr("owner"), tr("state")}, "lllll");
  for (const auto& answer : roadmap.phases)
    markdown_row(out, {fmt::format("{}. {}", answer.phase->number, tr(answer.phase->title)), answer.start, answer.end,
                       answer.owner.empty() ? tr("nobody named") : markdown_safe(answer.owner),
                       answer.overdue_days > 0
                           ? say(tr("{}, {} day late", "{}, {} days late", static_cast<size_t>(answer.overdue_days)),
                                 state_word(answer.state), answer.overdue_days)
                           : std::string(state_word(answer.state))});
  out += "\n";
}

void add_phase(std::string& out, const PhaseAnswer& answer) {
  out += fmt::format("## {}. {}\n\n", answer.phase->number, tr(answer.phase->title));
  markdown_head(out, {"", tr("criterion"), tr("state"), tr("proof, or what is missing"), tr("supports evidence for")},
                "lllll");
  for (const auto& one : answer.criteria)
    markdown_row(out, {one.criterion->id, tr(one.criterion->title), fmt::format("**{}**", state_word(one.state)),
                       markdown_safe(detail_of(one)), markdown_safe(one.criterion->references)});
  out += "\n";
}

void add_upkeep(std::string& out, const Roadmap& roadmap) {
  out += fmt::format("## {}\n\n", tr("Upkeep after day 30"));
  markdown_head(out, {tr("what"), tr("every"), tr("state")}, "lrl");
  for (const auto& answer : roadmap.upkeep)
    markdown_row(out, {tr(answer.upkeep->title), say(tr("{} days"), answer.upkeep->days), upkeep_text(answer)});
  out += "\n";
}

void add_records(std::string& out, const Roadmap& roadmap) {
  out += fmt::format("## {}\n\n", tr("Records"));
  markdown_head(out, {tr("record"), tr("of"), tr("about"), tr("written"), tr("by"), "SHA-256"}, "rlllll");
  for (const auto& record : roadmap.records)
    markdown_row(out, {std::to_string(record.number), record.as_of, markdown_safe(topic_of(record)),
                       record.created.substr(0, 10), markdown_safe(record.by.empty() ? record.tool : record.by),
                       record.sha256.substr(0, 16)});
  out += "\n";
  for (const auto& gap : roadmap.gaps) out += fmt::format("- **{}**\n", markdown_safe(gap.text));
  if (!roadmap.gaps.empty()) out += "\n";
  if (!roadmap.head.empty())
    out +=
        say(tr("Each record holds the checksum of the one before. Newest: `{}`. Whoever signs this line can tell later "
               "whether the records above were changed; nothing prevents that all of them were forged before."),
            roadmap.head) +
        "\n\n";
}

void add_signatures(std::string& out, const Roadmap& roadmap) {
  out += fmt::format("## {}\n\n", tr("Signatures"));
  markdown_head(out, {tr("role"), tr("name"), tr("date"), tr("signature")}, "llll");
  for (const auto& answer : roadmap.phases)
    markdown_row(out, {say(tr("owner of phase {}"), answer.phase->number), markdown_safe(answer.owner), "", ""});
  markdown_row(out, {tr("management"), "", "", ""});
  out += "\n";
}

}  // namespace

std::string render_roadmap_markdown(const Roadmap& roadmap, const Style&) {
  std::string out = fmt::format("# {}\n\n", tr("30 days to local AI: project plan"));
  out += say(tr("State of {}: {}. Days counted: {}."), roadmap.options.as_of, roadmap_counts(roadmap),
             roadmap.options.working_days ? tr("Monday to Friday without holidays") : tr("all")) +
         "\n\n";
  for (const auto& warning : roadmap.warnings) out += fmt::format("- **{}**\n", markdown_safe(warning));
  if (!roadmap.warnings.empty()) out += "\n";
  add_overview(out, roadmap);
  for (const auto& phase : roadmap.phases) add_phase(out, phase);
  add_upkeep(out, roadmap);
  add_records(out, roadmap);
  add_signatures(out, roadmap);
  return out +
         fmt::format(
             "edgefit {}, {}. {}\n", EDGEFIT_VERSION, roadmap.options.as_of,
             tr("This supports evidence for an assessment; it is none, and it states no compliance with any rule."));
}

}  // namespace edgefit

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/inventory_reports.h"
#include "report/phrases.h"
#include "report/words.h"

namespace edgefit {
namespace {

struct Title {
  std::string_view property;
  const char* text;
};
constexpr std::array kTitles = {
    Title{"size", mark("size")},
    Title{"channels", mark("channels")},
    Title{"module_rate", mark("rate of the modules")},
    Title{"bandwidth", mark("peak bandwidth")},
    Title{"read_rate", mark("measured read rate beside the peak")},
    Title{"model", mark("model")},
    Title{"cores", mark("cores")},
    Title{"isa", mark("instruction sets")},
    Title{"count", mark("count")},
    Title{"state", mark("state")},
    Title{"vram", mark("memory")},
    Title{"pcie_width", mark("PCIe lanes")},
    Title{"pcie_generation", mark("PCIe generation")},
    Title{"free", mark("free")},
    Title{"kind", mark("kind")},
};

/// Parts by a word; the others have names, such as gpu0.
constexpr std::array<const char*, 3> kParts = {mark("memory"), mark("disk"), mark("gpus")};

struct Renderer {
  std::string_view form;
  std::string (*render)(const Inventory&, const std::string&, const Style&);
};
constexpr std::array kRenderers = {
    Renderer{"terminal", render_inventory_terminal},
    Renderer{"markdown", render_inventory_markdown},
    Renderer{"json", render_inventory_json},
    Renderer{"junit", render_inventory_junit},
};

std::string show_value(const InventoryValue& value, std::string_view unit) {
  if (!value.number) return printable(value.word);
  if (unit == "B") return show(Bytes{*value.number});
  if (unit == "B/s") return show(BytesPerSecond{*value.number});
  return unit == "1" ? fmt::format("{:g}", *value.number) : fmt::format("{:g} {}", *value.number, unit);
}

/// "each request 42 tok/s -> 21 tok/s"; empty when both print the same.
template <class Q>
void add_change(std::string& out, const char* label, const std::optional<Estimate<Q>>& was,
                const std::optional<Estimate<Q>>& now) {
  const std::string before = was ? show(was->value.quantity()) : tr("not known");
  const std::string after = now ? show(now->value.quantity()) : tr("not known");
  if (before != after) out += fmt::format("{}{} {} -> {}", out.empty() ? "" : "; ", label, before, after);
}

}  // namespace

std::string title_of(const InventoryRow& row) {
  const auto* part = std::find(kParts.begin(), kParts.end(), row.part);
  const auto* at = std::find_if(kTitles.begin(), kTitles.end(),
                                [&row](const Title& title) { return title.property == row.property; });
  return fmt::format("{}: {}", part == kParts.end() ? row.part : tr(*part),
                     at == kTitles.end() ? row.property : tr(at->text));
}

std::string values_of(const InventoryRow& row) {
  std::string text = say(tr("planned {}"), show_value(row.planned, row.unit));
  if (row.found.known()) text = say(tr("{}, found {}"), text, show_value(row.found, row.unit));
  if (std::string_view(row.property) == "isa" && row.status == CheckStatus::fail)
    return say(tr("not there: {}"), printable(row.why));
  if (std::string_view(row.property) == "count" && !row.why.empty())
    return say(tr("{}; missing: {}"), text, printable(row.why));
  return row.why.empty() ? text : text + "; " + printable(row.why);
}

std::string effect_of(const InventoryRow& row, const Assessment& before) {
  if (!row.effect) return {};
  const Assessment& after = *row.effect;
  std::string text;
  if (before.verdict != after.verdict)
    text = fmt::format("{} -> {}", small_word(before.verdict), small_word(after.verdict));
  add_change(text, tr("each request"), before.speed.decode, after.speed.decode);
  add_change(text, tr("first token"), before.speed.time_to_first_token, after.speed.time_to_first_token);
  add_change(text, tr("loading"), before.speed.load, after.speed.load);
  add_change(text, tr("one inference"), before.speed.latency, after.speed.latency);
  return text.empty() ? std::string(tr("alone it changes nothing in the answer")) : say(tr("alone: {}"), text);
}

std::string answer_text(const Assessment& assessment) {
  std::string text = small_word(assessment.verdict);
  const Speed& speed = assessment.speed;
  if (speed.gap != SpeedGap::none) text += say(tr("; no speed: {}"), reason_text(speed.gap));
  if (speed.decode) text += say(tr("; each request {}"), show(speed.decode->value.quantity()));
  if (speed.time_to_first_token) text += say(tr("; first token {}"), show(speed.time_to_first_token->value.quantity()));
  if (speed.latency) text += say(tr("; one inference {}"), show(speed.latency->value.quantity()));
  return text;
}

std::vector<const InventoryRow*> rows_of(const Inventory& inventory, CheckStatus status) {
  std::vector<const InventoryRow*> out;
  for (const auto& row : inventory.rows)
    if (row.status == status) out.push_back(&row);
  return out;
}

std::string inventory_counts(const Inventory& inventory) {
  const auto count = [&inventory](CheckStatus status) { return rows_of(inventory, status).size(); };
  return say(tr("{} less than planned, {} other, {} not seen, {} as planned"), count(CheckStatus::fail),
             count(CheckStatus::warn), count(CheckStatus::unknown), count(CheckStatus::pass));
}

std::string render_inventory(const Inventory& inventory, const std::string& as_of, std::string_view form,
                             const Style& style) {
  const auto* at =
      std::find_if(kRenderers.begin(), kRenderers.end(), [form](const Renderer& row) { return row.form == form; });
  return at == kRenderers.end() ? std::string() : at->render(inventory, as_of, style);
}

}  // namespace edgefit

// `edgefit inspect` as text: what a descriptor or model file says, each with the place where it says so.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/parse.h"
#include "edgefit/text.h"
#include "report/page.h"
#include "report/table.h"
#include "report/words.h"

namespace edgefit {
namespace {

/// A short origin: "file: llama.block_count" or "assumed: ...".
std::string origin_text(const Origin& origin) {
  std::string text = tr(name_of(origin.kind));
  if (!origin.text.empty()) text += ": " + printable(tr(origin.text.c_str()));
  return text;
}

/// "8.2 GFLOP", "117 kFLOP".
std::string show_flops(double n) {
  constexpr std::array kUnits = {"FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP"};
  size_t unit = 0;
  for (; n >= 1000 && unit + 1 < kUnits.size(); ++unit) n /= 1000;
  return fmt::format("{:.3g} {}", n, kUnits.at(unit));
}

class FactTable {
 public:
  FactTable() : table_({{Column::Align::left, 18}, {Column::Align::right, 12, true}, {Column::Align::left, 0, true}}) {}

  void number(const char* label, const Fact<double>& fact) {
    if (fact) table_.row({{std::string("  ") + label}, {show_count(*fact)}, {origin_text(fact.origin)}});
  }
  void parameters(const char* label, const Fact<double>& fact) {
    if (fact) table_.row({{std::string("  ") + label}, {show_parameters(*fact)}, {origin_text(fact.origin)}});
  }
  void bytes(const char* label, const Fact<Bytes>& fact) {
    if (fact) table_.row({{std::string("  ") + label}, {show(*fact)}, {origin_text(fact.origin)}});
  }
  void flops(const char* label, const Fact<double>& fact) {
    if (fact) table_.row({{std::string("  ") + label}, {show_flops(*fact)}, {origin_text(fact.origin)}});
  }
  void text(const char* label, std::string_view value, std::string_view note = {}) {
    if (!value.empty()) table_.row({{std::string("  ") + label}, {printable(value)}, {printable(note)}});
  }
  void print(Page& page, const char* heading) const {
    if (table_.empty()) return;
    page.gap();
    page.line(heading);
    table_.print(page);
  }

 private:
  Table table_;
};

/// "full 26, sliding 6".
std::string pattern_text(const std::vector<Attention>& layers) {
  std::map<Attention, int> counts;
  for (const auto attention : layers) ++counts[attention];
  std::string out;
  for (const auto& [attention, count] : counts) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", tr(name_of(attention)), count);
  }
  return out;
}

void print_size(Page& page, const Model& model) {
  FactTable table;
  table.parameters(tr("parameters"), model.parameters);
  table.parameters(tr("active a token"), model.active_parameters);
  table.parameters(tr("in the layers"), model.counts.backbone);
  // The other meanings only where they differ: a tied matrix stored twice, scales, packed weights.
  const auto differs = [&model](const Fact<double>& fact) {
    return fact && (!model.parameters || *fact != *model.parameters);
  };
  if (differs(model.counts.stored)) table.parameters(tr("stored"), model.counts.stored);
  if (model.counts.with_scales && model.counts.with_scales.value != model.counts.stored.value)
    table.parameters(tr("with scales"), model.counts.with_scales);
  if (model.counts.elements && model.counts.elements.value != model.counts.stored.value)
    table.parameters(tr("stored elements"), model.counts.elements);
  table.bytes(tr("weights"), model.weight_bytes);
  table.bytes(tr("on disk"), model.file_bytes);
  if (!model.tensors.empty()) table.text(tr("tensors"), show_count(static_cast<double>(model.tensors.size())));
  table.flops(tr("work an inference"), model.flops_per_inference);
  table.bytes(tr("activations"), model.activation_bytes);
  table.print(page, tr("Size"));
}

void print_architecture(Page& page, const Model& model) {
  const Architecture& a = model.architecture;
  FactTable table;
  table.text(tr("family"), a.family, a.family.empty() || a.family_known ? "" : tr("not known to this release"));
  table.number(tr("layers"), a.layers);
  table.number(tr("hidden size"), a.hidden_size);
  table.number(tr("heads"), a.heads);
  table.number(tr("kv heads"), a.kv_heads);
  table.number(tr("head size"), a.head_dim);
  table.number(tr("feed-forward size"), a.ffn_size);
  table.number(tr("vocabulary"), a.vocab_size);
  table.number(tr("largest context"), a.max_context);
  table.number(tr("window"), a.window);
  if (a.moe)
    table.text(tr("experts"), show_count(a.moe->experts),
               fmt::format(fmt::runtime(tr("{:g} used a token")), a.moe->experts_used));
  table.print(page, tr("Architecture"));
  if (!a.attention.empty()) page.paragraph({{fmt::format("  {:<16}  ", tr("attention"))}}, pattern_text(a.attention));
}

void print_requirements(Page& page, const Requirements& needs) {
  FactTable table;
  const auto list = [](const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
  };
  if (needs.gpu == Requirements::Gpu::required) table.text("gpu", tr("required"));
  table.text(tr("gpu features"), list(needs.gpu_features));
  if (needs.min_compute_capability)
    table.text(tr("compute capability"), fmt::format("{:.1f}", *needs.min_compute_capability));
  if (needs.min_vram) table.text(tr("gpu memory"), show(*needs.min_vram));
  table.text(tr("driver"), needs.min_driver);
  table.text(tr("interfaces"), list(needs.apis));
  table.text(tr("cpu features"), list(needs.cpu_features));
  if (needs.min_ram) table.text(tr("host memory"), show(*needs.min_ram));
  if (needs.min_disk) table.text(tr("disk"), show(*needs.min_disk));
  table.text(tr("systems"), list(needs.os));
  table.print(page, tr("Requires"));
}

void print_asked(Page& page, const Model& model) {
  FactTable load;
  load.number(tr("context"), model.workload.context);
  load.number(tr("sequences"), model.workload.sequences);
  load.number(tr("prompt tokens"), model.workload.prompt_tokens);
  load.number(tr("output tokens"), model.workload.output_tokens);
  if (model.workload.kv_type)
    load.text(tr("kv type"), *model.workload.kv_type, origin_text(model.workload.kv_type.origin));
  load.print(page, tr("Workload"));
  FactTable goals;
  if (model.goals.time_to_first_token) goals.text(tr("first token"), show(*model.goals.time_to_first_token));
  if (model.goals.tokens_per_second) goals.text(tr("each request"), show(*model.goals.tokens_per_second));
  if (model.goals.latency) goals.text(tr("one inference"), show(*model.goals.latency));
  if (model.goals.inferences_per_second) {
    goals.text(tr("inferences"), fmt::format("{:g} /s", model.goals.inferences_per_second->value));
  }
  goals.print(page, tr("Goals"));
}

}  // namespace

std::string render_model(const Model& model, const Style& style) {
  Page page(style);
  page.line(title_of(model));
  page.paragraph({{"  "}},
                 fmt::format("{}, {}, {}", printable(model.format), name_of(model.task), printable(model.source)));
  if (!model.producer.empty()) page.paragraph({{"  "}}, say(tr("written by {}"), printable(model.producer)));
  print_size(page, model);
  print_architecture(page, model);
  print_requirements(page, model.requires_);
  print_asked(page, model);
  page.gap();
  for (const auto& unknown : model.unknown) page.paragraph({{tr("not understood: ")}}, printable(unknown));
  for (const auto& warning : model.warnings) page.paragraph({{tr("note: ")}}, printable(warning));
  return std::move(page).text();
}

}  // namespace edgefit

#include "plan/changes.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "edgefit/catalog.h"
#include "edgefit/size.h"

namespace edgefit {
namespace {

/// Formats that llama-quantize writes and people use, best first.
constexpr std::array<std::string_view, 6> kOfferedPrecisions = {"q8_0", "q6_k", "q5_k_m", "q4_k_m", "q3_k_m", "q2_k"};
constexpr int kMostCards = 8;

int quality_of(const Model& model) {
  if (const Precision* row = find_precision(model.precision)) return row->quality;
  return model_bytes_per_weight(model).value_or(2) >= 2 ? 95 : 60;
}

std::vector<Candidate> lower_precisions(const Case& question) {
  std::vector<Candidate> out;
  const Model& model = *question.model;
  if (!model.weights || (model.tensors.empty() && !model.parameters)) return out;
  const int quality = quality_of(model);
  for (const auto name : kOfferedPrecisions) {
    const Precision& precision = *find_precision(name);
    if (precision.quality >= quality) continue;
    auto changed = std::make_shared<const Model>(requantize(model, precision));
    if (changed->weight_bytes && model.weight_bytes && *changed->weight_bytes >= *model.weight_bytes) continue;
    Candidate c;
    c.change.op = Change::Op::change;
    c.change.what = "quant";
    c.change.from = model.precision;
    c.change.to = std::string(name);
    c.change.apply = [changed](const Case& before) {
      Case after = before;
      after.model = changed;
      return after;
    };
    c.loss = quality - precision.quality;
    out.push_back(std::move(c));
  }
  return out;
}

/// A card that fits a slot, with a price: modules of servers are not sold one by one.
bool is_card(const AcceleratorRow& row) {
  const bool module =
      row.form_factor.find("SXM") != std::string_view::npos || row.form_factor.find("OAM") != std::string_view::npos ||
      row.form_factor.find("odule") != std::string_view::npos || row.name.find("SXM") != std::string_view::npos ||
      row.name.find("Mobile") != std::string_view::npos || row.name.find("Laptop") != std::string_view::npos;
  return row.kind == "gpu" && !module && row.memory_gib && row.bandwidth_gbs && price_of(row.key, 1, {}).known &&
         row.bus.find("PCIe") == 0;
}

Case with_gpus(const Case& before, const Gpu& gpu, int count, bool replace) {
  Case after = before;
  auto host = std::make_shared<Host>(*before.host);
  if (replace) host->gpus.clear();
  add_gpus(*host, gpu, count);
  after.host = std::move(host);
  // What was asked of one box is asked of the other: the backend follows the card.
  after.runtime.backend_chosen = after.runtime.backend_chosen && !replace;
  return after;
}

Candidate card_candidate(const AcceleratorRow& row, int count, bool replace, const std::string& before) {
  Candidate c;
  c.change.op = replace ? Change::Op::replace : Change::Op::add;
  c.change.what = "gpu";
  c.change.from = before;
  c.change.to = std::string(row.key);
  c.change.quantity = count;
  c.change.apply = [gpu = describe_gpu(row), count, replace](const Case& asked) {
    return with_gpus(asked, gpu, count, replace);
  };
  c.change.price = c.price = price_of(row.key, count, {});
  if (row.tdp_w) c.power = Watts{*row.tdp_w * count};
  return c;
}

std::vector<Candidate> cards(const Case& question) {
  std::vector<Candidate> out;
  const auto& gpus = question.host->gpus;
  const auto installed = std::find_if(gpus.begin(), gpus.end(), [](const Gpu& g) {
    return g.usable() && g.kind != GpuClass::integrated && g.kind != GpuClass::display_only;
  });
  const std::string before = installed == gpus.end()           ? ""
                             : !installed->catalog_key.empty() ? installed->catalog_key
                                                               : installed->name.value_or(installed->pci);
  const auto present =
      static_cast<int>(std::count_if(gpus.begin(), gpus.end(), [](const Gpu& g) { return g.usable(); }));
  for (const auto& row : accelerators()) {
    if (!is_card(row)) continue;
    for (int count = 1; count <= kMostCards; ++count) {
      // Cards of different makers do not share a backend.
      const bool matches = installed == gpus.end() || installed->vendor == row.vendor;
      if (matches && present + count <= kMostCards) out.push_back(card_candidate(row, count, false, ""));
      if (installed != gpus.end()) out.push_back(card_candidate(row, count, true, before));
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Candidate& a, const Candidate& b) { return a.price.value_cents < b.price.value_cents; });
  return out;
}

constexpr std::array kChanges = {
    ChangeRow{"quant", false, lower_precisions},
    ChangeRow{"gpu", true, cards},
};

}  // namespace

std::span<const ChangeRow> change_rows() {
  return kChanges;
}

}  // namespace edgefit

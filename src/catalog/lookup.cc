// Finds catalog rows as people name them: by key, by unambiguous marketing name, by PCI id.
#include "catalog/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "base/parse.h"
#include "catalog/words.h"
#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kMostCandidates = 8;
/// Shorter words stand in too many names by chance.
constexpr size_t kShortestPart = 3;

Maybe memory_of(const AcceleratorRow& row) {
  return row.memory_gib;
}
Maybe memory_of(const SystemRow& row) {
  return row.memory_gib;
}
Maybe memory_of(const PartRow& row) {
  return row.memory_gib;
}
Maybe memory_of(const CpuRow&) {
  return std::nullopt;
}
/// Tunings that leave the shape of a model as it is, and the maker's name that some write before it.
constexpr std::array<std::string_view, 6> kTuningWords = {"instruct", "it", "chat", "base", "hf", "meta"};

/// Cuts "24 gb" off the end of the words: boards are often named with a size that the catalog keeps apart.
std::optional<double> cut_size(std::vector<std::string>& words) {
  if (words.size() < 3 || (words.back() != "gb" && words.back() != "gib" && words.back() != "g")) return std::nullopt;
  const std::string& digits = words[words.size() - 2];
  if (digits.size() > 4 || std::isdigit(static_cast<unsigned char>(digits.front())) == 0) return std::nullopt;
  const double size = std::stod(digits);
  words.resize(words.size() - 2);
  return size;
}

template <class Row, class Accept>
std::vector<const Row*> rows_where(std::span<const Row> rows, Accept accept) {
  std::vector<const Row*> out;
  for (const Row& row : rows)
    if (accept(row)) out.push_back(&row);
  return out;
}

/// Candidates by falling strictness; the first step that finds any decides.
template <class Row>
std::vector<const Row*> candidates(std::string_view text, std::span<const Row> rows) {
  const std::string exact = condensed(text);
  if (exact.empty()) return {};
  auto found = rows_where(rows, [&](const Row& row) { return condensed(row.key) == exact; });
  if (!found.empty()) return found;
  std::vector<std::string> words = words_of(text);
  const auto same = [&](const Row& row) { return words_of(row.name) == words || words_of(row.key) == words; };
  const auto part = [&](const Row& row) { return is_subsequence(words, words_of(row.name)); };
  found = rows_where(rows, same);
  if (found.empty() && !words.empty() && exact.size() >= kShortestPart) found = rows_where(rows, part);
  if (!found.empty()) return found;
  const auto size = cut_size(words);
  if (!size || words.empty()) return {};
  const auto fits = [&](const Row& row) { return memory_of(row) == size; };
  found = rows_where(rows, [&](const Row& row) { return fits(row) && same(row); });
  if (found.empty()) found = rows_where(rows, [&](const Row& row) { return fits(row) && part(row); });
  return found;
}

template <class Row>
std::string near_keys(std::string_view text, std::span<const Row> rows) {
  std::map<std::string, std::string_view, std::less<>> key_of;
  for (const Row& row : rows) {
    key_of.emplace(lower(row.key), row.key);
    key_of.emplace(fmt::format("{}", fmt::join(words_of(row.name), " ")), row.key);
  }
  std::vector<std::string_view> names;
  names.reserve(key_of.size());
  for (const auto& [name, key] : key_of) names.push_back(name);
  std::vector<std::string> keys;
  const auto add = [&](const std::string& word) {
    if (word.empty()) return;
    for (const auto& name : nearest(word, names)) {
      const std::string key(key_of.find(name)->second);
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  };
  add(fmt::format("{}", fmt::join(words_of(text), " ")));
  add(lower(text));
  keys.resize(std::min<size_t>(keys.size(), 3));
  return fmt::format("{}", fmt::join(keys, ", "));
}

template <class Row>
Result<const Row*> find_row(std::string_view text, std::span<const Row> rows, const char* flag, const char* unknown,
                            const char* ambiguous) {
  const auto found = candidates(text, rows);
  if (found.size() == 1) return found.front();
  const std::string shown = printable(text.substr(0, 80));
  if (found.empty()) {
    const std::string near = near_keys(text, rows);
    return Problem{fmt::format("{} \"{}\"", unknown, shown), flag,
                   near.empty() ? std::string() : say(tr("did you mean {}?"), near)};
  }
  std::vector<std::string_view> keys;
  for (const Row* row : found)
    if (keys.size() < kMostCandidates) keys.push_back(row->key);
  std::string list = fmt::format("{}", fmt::join(keys, ", "));
  if (found.size() > keys.size()) list += fmt::format(" {} {}", tr("and more:"), found.size() - keys.size());
  return Problem{fmt::format("\"{}\" {}", shown, ambiguous), flag, say(tr("name one of {}"), list)};
}

/// The words of a model's name that tell it from other models.
std::vector<std::string> model_words(std::string_view name) {
  std::vector<std::string> words = words_of(name);
  std::erase_if(words, [](const std::string& word) {
    return std::find(kTuningWords.begin(), kTuningWords.end(), word) != kTuningWords.end();
  });
  return words;
}

/// Profiles whose name holds all these words, then those spelt alike.
std::string near_models(std::string_view name, std::span<const ModelProfile> rows) {
  const std::vector<std::string> words = model_words(name);
  const auto part = [&](const ModelProfile& row) { return is_subsequence(words, words_of(row.key)); };
  if (words.empty() || condensed(name).size() < kShortestPart) return {};
  std::vector<std::string_view> keys;
  for (const ModelProfile* row : rows_where(rows, part)) keys.push_back(row->key);
  if (keys.empty()) return near_keys(name, rows);
  const size_t rest = keys.size() - std::min(keys.size(), kMostCandidates);
  keys.resize(keys.size() - rest);
  std::string list = fmt::format("{}", fmt::join(keys, ", "));
  return rest == 0 ? list : list + fmt::format(" {} {}", tr("and more:"), rest);
}

/// Does "10de:2684;10de:2685" hold this id?
bool holds_id(std::string_view list, std::string_view id) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(';'), list.size());
    if (equals_ignoring_case(list.substr(0, end), id)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// Is this what a driver shows of a board sold with `gib`? ECC and firmware keep up to an eighth.
bool plausible_size(double gib, Bytes seen) {
  const double share = seen.value / (gib * kGiB);
  return share > 0.87 && share < 1.02;
}

}  // namespace

std::span<const AcceleratorRow> accelerators() {
  return builtin_catalog().accelerators;
}
std::span<const CpuRow> cpus() {
  return builtin_catalog().cpus;
}
std::span<const SystemRow> systems() {
  return builtin_catalog().systems;
}
std::span<const RuntimeProfile> runtime_profiles() {
  return builtin_catalog().runtimes;
}
std::span<const ModelProfile> model_profiles() {
  return builtin_catalog().models;
}
std::string_view catalog_date() {
  return builtin_catalog().date;
}

Result<const AcceleratorRow*> find_accelerator(std::string_view key, const Catalog& catalog) {
  auto found = find_row(key, catalog.accelerators, "--gpu", tr("the catalog has no accelerator"),
                        tr("fits several accelerators"));
  if (!found && found.error().hint.empty())
    found.error().hint = tr("say generic-cuda, generic-rocm or generic-vulkan with its memory and bandwidth");
  return found;
}

Result<const CpuRow*> find_cpu(std::string_view key, const Catalog& catalog) {
  return find_row(key, catalog.cpus, "--cpu", tr("the catalog has no processor"), tr("fits several processors"));
}

Result<const SystemRow*> find_system(std::string_view key, const Catalog& catalog) {
  return find_row(key, catalog.systems, "--system", tr("the catalog has no system"), tr("fits several systems"));
}

Result<const PartRow*> find_part(std::string_view key, const Catalog& catalog) {
  return find_row(key, catalog.parts, "", tr("the catalog has no part"), tr("fits several parts"));
}

Result<std::string_view> find_item(std::string_view name, const Catalog& catalog) {
  const auto key_of = [](const auto& row) { return Result<std::string_view>(row->key); };
  const auto take = [&](const auto& found, auto find) -> std::optional<Result<std::string_view>> {
    if (found.empty()) return std::nullopt;
    if (found.size() == 1) return key_of(found.front());
    return find(name, catalog).error();  // it fits several: says which
  };
  // A whole key before the words of a name: "dgx-spark" is no part of anything else.
  const std::string exact = condensed(name);
  const auto whole = [&](const auto& row) { return condensed(row.key) == exact; };
  if (const auto rows = rows_where(catalog.systems, whole); rows.size() == 1) return key_of(rows.front());
  if (const auto rows = rows_where(catalog.parts, whole); rows.size() == 1) return key_of(rows.front());
  if (auto key = take(candidates(name, catalog.accelerators), find_accelerator)) return *key;
  if (auto key = take(candidates(name, catalog.parts), find_part)) return *key;
  if (auto key = take(candidates(name, catalog.systems), find_system)) return *key;
  std::vector<std::string> near;
  for (const auto& keys :
       {near_keys(name, catalog.accelerators), near_keys(name, catalog.parts), near_keys(name, catalog.systems)})
    if (!keys.empty()) near.push_back(keys.substr(0, keys.find(',')));
  return Problem{say(tr("the catalog has no \"{}\""), printable(name.substr(0, 80))), "",
                 near.empty() ? std::string() : say(tr("did you mean {}?"), fmt::join(near, ", "))};
}

Result<const ModelProfile*> find_model_profile(std::string_view name, const Catalog& catalog) {
  const auto words = words_of(name), bare = model_words(name);
  auto found = rows_where(catalog.models, [&](const auto& row) { return equals_ignoring_case(row.hub, name); });
  if (found.empty() && !words.empty())
    found = rows_where(catalog.models,
                       [&](const auto& row) { return words_of(row.key) == words || words_of(row.name) == words; });
  if (found.empty() && !bare.empty())
    found = rows_where(catalog.models,
                       [&](const auto& row) { return model_words(row.key) == bare || model_words(row.name) == bare; });
  if (found.size() == 1) return found.front();
  const std::string near = near_models(name, catalog.models);
  return Problem{say(tr("the catalog has no model \"{}\""), printable(name.substr(0, 80))), "MODEL",
                 near.empty() ? std::string() : say(tr("did you mean {}?"), near)};
}

std::vector<const AcceleratorRow*> accelerators_by_pci(std::string_view vendor_device, std::optional<Bytes> vram,
                                                       const Catalog& catalog) {
  auto found =
      rows_where(catalog.accelerators, [&](const AcceleratorRow& row) { return holds_id(row.pci_ids, vendor_device); });
  if (vram) {
    std::erase_if(found, [&](const AcceleratorRow* row) {
      return row->kind == "gpu" && row->memory_gib && !plausible_size(*row->memory_gib, *vram);
    });
  }
  return found;
}

const AcceleratorRow* find_accelerator_by_pci(std::string_view vendor_device, std::optional<Bytes> vram,
                                              const Catalog& catalog) {
  const auto found = accelerators_by_pci(vendor_device, vram, catalog);
  return found.size() == 1 ? found.front() : nullptr;
}

}  // namespace edgefit

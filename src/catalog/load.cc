// --catalog: the same JSON as at build time, read at run time. Its rows replace built-in rows of the same key.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/files.h"
#include "catalog/rows.h"
#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// What a loaded Catalog points to.
struct LoadedCatalog {
  RowStore loaded;
  std::vector<AcceleratorRow> accelerators;
  std::vector<CpuRow> cpus;
  std::vector<SystemRow> systems;
  std::vector<PartRow> parts;
  std::vector<PriceRow> prices;
  std::vector<RateRow> rates;
  std::vector<RuntimeProfile> runtimes;
  std::vector<ModelProfile> models;
  Catalog view;
};

/// One more source beside the others: price_of weighs them.
bool same_key(const PriceRow&, const PriceRow&) {
  return false;
}
bool same_key(const RateRow& a, const RateRow& b) {
  return a.currency == b.currency;
}
bool same_key(const RuntimeProfile& a, const RuntimeProfile& b) {
  return a.name == b.name && a.release == b.release;
}
template <class Row>
bool same_key(const Row& a, const Row& b) {
  return a.key == b.key;
}

template <class Row>
std::vector<Row> merged(std::span<const Row> base, const std::vector<Row>& added) {
  std::vector<Row> out(base.begin(), base.end());
  for (const Row& row : added) {
    const auto known = std::find_if(out.begin(), out.end(), [&](const Row& other) { return same_key(other, row); });
    if (known == out.end())
      out.push_back(row);
    else
      *known = row;
  }
  return out;
}

/// The files that `path` means: itself, or the *.json of a folder laid out like profiles/.
std::vector<std::string> files_of(const std::string& path) {
  std::vector<std::string> out;
  const Root root(path);
  for (const char* folder : {"/", "/hardware", "/runtimes", "/models", "/prices"}) {
    for (const auto& name : root.list(folder)) {
      if (name.size() > 5 && name.ends_with(".json"))
        out.push_back(fmt::format("{}{}{}{}", path, folder, std::string_view(folder) == "/" ? "" : "/", name));
    }
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const Catalog>> load_catalog(const std::string& path) {
  auto out = std::make_shared<LoadedCatalog>();
  std::vector<std::string> files = path.empty() ? std::vector<std::string>() : files_of(path);
  if (files.empty()) files.push_back(path);
  for (const auto& file : files) {
    const auto text = read_small_file(file);
    if (!text) return text.error();
    const auto done = read_rows(*text, file, out->loaded);
    if (!done) return done.error();
  }
  const Catalog& base = builtin_catalog();
  out->accelerators = merged(base.accelerators, out->loaded.accelerators);
  out->cpus = merged(base.cpus, out->loaded.cpus);
  out->systems = merged(base.systems, out->loaded.systems);
  out->runtimes = merged(base.runtimes, out->loaded.runtimes);
  out->models = merged(base.models, out->loaded.models);
  out->parts = merged(base.parts, out->loaded.parts);
  out->prices = merged(base.prices, out->loaded.prices);
  out->rates = merged(base.rates, out->loaded.rates);
  out->view = {out->accelerators, out->cpus,   out->systems,
               out->runtimes,     out->models, std::max(base.date, newest(out->loaded)),
               out->parts,        out->prices, out->rates};
  return std::shared_ptr<const Catalog>(out, &out->view);
}

}  // namespace edgefit

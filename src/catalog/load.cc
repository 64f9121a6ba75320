// --catalog: the same JSON as at build time, read at run time. Its rows replace built-in rows of the same key.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/files.h"
#include "base/parse.h"
#include "catalog/offers.h"
#include "catalog/rows.h"
#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Some editors put it before the text.
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

/// What a loaded Catalog points to.
struct LoadedCatalog : RowLists {
  RowStore loaded;
  std::vector<std::string> price_files;  ///< of each loaded price
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

/// The files that `path` means: itself, or the *.json and *.csv of a folder laid out like profiles/.
std::vector<std::string> files_of(const std::string& path) {
  std::vector<std::string> out;
  const Root root(path);
  for (const char* folder : {"/", "/hardware", "/runtimes", "/models", "/prices"}) {
    for (const auto& name : root.list(folder)) {
      if (name.ends_with(".json") || name.ends_with(".csv"))
        out.push_back(fmt::format("{}{}{}{}", path, folder, std::string_view(folder) == "/" ? "" : "/", name));
    }
  }
  return out;
}

/// Everything read so far over the built-in rows.
void merge(LoadedCatalog& out) {
  const Catalog& base = builtin_catalog();
  out.accelerators = merged(base.accelerators, out.loaded.accelerators);
  out.cpus = merged(base.cpus, out.loaded.cpus);
  out.systems = merged(base.systems, out.loaded.systems);
  out.parts = merged(base.parts, out.loaded.parts);
  out.prices = merged(base.prices, out.loaded.prices);
  out.rates = merged(base.rates, out.loaded.rates);
  out.runtimes = merged(base.runtimes, out.loaded.runtimes);
  out.models = merged(base.models, out.loaded.models);
  out.view = {out.accelerators, out.cpus,   out.systems,
              out.runtimes,     out.models, std::max(base.date, newest(out.loaded)),
              out.parts,        out.prices, out.rates};
}

Result<Done> read_file(const std::string& file, LoadedCatalog& out, std::vector<Offer>& offers) {
  const auto text = read_small_file(file);
  if (!text) return text.error();
  std::string_view body = *text;
  if (body.starts_with(kUtf8Mark)) body.remove_prefix(kUtf8Mark.size());
  if (!holds_offers(body)) {
    auto done = read_rows(body, file, out.loaded);
    out.price_files.resize(out.loaded.prices.size(), file);
    return done;
  }
  const auto found = read_offers(body, file);
  if (!found) return found.error();
  offers.insert(offers.end(), found->begin(), found->end());
  return Done{};
}

/// Prices of things that are not there would never be seen.
Result<Done> check_items(const LoadedCatalog& catalog) {
  const auto is_key = [](const auto& rows, std::string_view key) {
    return std::any_of(rows.begin(), rows.end(), [key](const auto& row) { return row.key == key; });
  };
  for (size_t i = 0; i < catalog.loaded.prices.size(); ++i) {
    const PriceRow& row = catalog.loaded.prices[i];
    if (is_key(catalog.accelerators, row.item) || is_key(catalog.systems, row.item) || is_key(catalog.parts, row.item))
      continue;
    const auto near = find_item(row.item, catalog.view);
    return Problem{say(tr("a price of an unknown item \"{}\""), row.item), catalog.price_files[i],
                   near ? say(tr("did you mean {}?"), *near) : near.error().hint};
  }
  return Done{};
}

}  // namespace

Result<std::shared_ptr<const Catalog>> load_catalog(std::span<const std::string> paths) {
  auto out = std::make_shared<LoadedCatalog>();
  std::vector<Offer> offers;
  for (const auto& path : paths) {
    std::vector<std::string> files = path.empty() ? std::vector<std::string>() : files_of(path);
    if (files.empty()) files.push_back(path);
    for (const auto& file : files) {
      if (const auto done = read_file(file, *out, offers); !done) return done.error();
    }
  }
  merge(*out);
  if (const auto known = check_items(*out); !known) return known.error();
  if (!offers.empty()) {
    // Their names are looked up among all rows, so they come last.
    if (const auto added = add_offers(offers, out->view, out->loaded); !added) return added.error();
    merge(*out);
  }
  return std::shared_ptr<const Catalog>(out, &out->view);
}

Result<std::shared_ptr<const Catalog>> load_catalog(const std::string& path) {
  return load_catalog(std::span(&path, 1));
}

}  // namespace edgefit

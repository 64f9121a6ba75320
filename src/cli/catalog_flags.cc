#include "cli/catalog_flags.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/parse.h"
#include "cli/choices.h"
#include "edgefit/text.h"

namespace edgefit {

void declare_catalog_flag(Flags& flags, CatalogFlags& typed) {
  flags.list("--catalog", typed.paths, "FILE", tr("your facts and offers: JSON, CSV, a folder"));
}

Result<std::shared_ptr<const Catalog>> find_catalog(const CatalogFlags& typed) {
  if (!typed.paths.empty()) return load_catalog(typed.paths);
  return std::shared_ptr<const Catalog>(std::shared_ptr<const Catalog>(), &builtin_catalog());
}

void declare_price_flags(Flags& flags, PriceFlags& typed) {
  flags.text("--currency", typed.currency, "CODE", tr("of the prices (default: the budget's, else USD)"),
             names_of(builtin_catalog().rates, &RateRow::currency));
  flags.toggle("--allow-used", typed.allow_used, tr("used goods count too"));
}

Result<PriceTerms> price_terms(const PriceFlags& typed, const std::string& as_of, const Catalog& catalog) {
  PriceTerms out;
  out.as_of = as_of;
  out.allow_used = typed.allow_used;
  out.currency = typed.currency;
  std::transform(out.currency.begin(), out.currency.end(), out.currency.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (exchange(1, "USD", out.currency, catalog)) return out;
  std::string known;
  for (const auto& rate : catalog.rates) known += fmt::format("{}{}", known.empty() ? "" : ", ", rate.currency);
  return Problem{say(tr("there is no exchange rate to \"{}\""), printable(typed.currency)), "--currency",
                 say(tr("say one of {}; {}"), known, tr("docs/adding.md tells how to add a rate"))};
}

}  // namespace edgefit

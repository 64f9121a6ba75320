#include "catalog/offers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "base/csv.h"
#include "base/json.h"
#include "base/parse.h"
#include "catalog/days.h"
#include "edgefit/money.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kMostOffers = 5000;
constexpr size_t kLongestText = 2000;
constexpr double kMostPieces = 1e6;
constexpr double kMostUnits = 1e9;

enum class Field : uint8_t { item, quantity, price, currency, date, supplier, notes };
constexpr size_t kFields = 7;

/// What the columns of an offer are called; the first name of a field is ours.
struct FieldName {
  std::string_view name;
  Field field;
};
constexpr std::array kFieldNames = {
    FieldName{"id", Field::item},           FieldName{"item", Field::item},
    FieldName{"key", Field::item},          FieldName{"name", Field::item},
    FieldName{"artikel", Field::item},      FieldName{"bezeichnung", Field::item},
    FieldName{"quantity", Field::quantity}, FieldName{"qty", Field::quantity},
    FieldName{"menge", Field::quantity},    FieldName{"anzahl", Field::quantity},
    FieldName{"price", Field::price},       FieldName{"unit price", Field::price},
    FieldName{"preis", Field::price},       FieldName{"einzelpreis", Field::price},
    FieldName{"currency", Field::currency}, FieldName{"währung", Field::currency},
    FieldName{"waehrung", Field::currency}, FieldName{"date", Field::date},
    FieldName{"as_of", Field::date},        FieldName{"datum", Field::date},
    FieldName{"supplier", Field::supplier}, FieldName{"lieferant", Field::supplier},
    FieldName{"anbieter", Field::supplier}, FieldName{"notes", Field::notes},
    FieldName{"note", Field::notes},        FieldName{"bemerkung", Field::notes},
};

/// One offer as texts; a number of JSON needs no guessing about points and commas.
struct Record {
  std::array<std::string, kFields> texts;
  std::optional<double> price, quantity;
  std::string where;
  std::string& operator[](Field field) { return texts[static_cast<size_t>(field)]; }
  const std::string& operator[](Field field) const { return texts[static_cast<size_t>(field)]; }
};

Result<Field> find_field(std::string_view name, const std::string& where) {
  const std::string wanted = lower(name);
  std::vector<std::string_view> names;
  for (const auto& known : kFieldNames) {
    if (known.name == wanted) return known.field;
    names.push_back(known.name);
  }
  const auto near = nearest(wanted, names, 1);
  return Problem{say(tr("an offer has no column \"{}\""), printable(name.substr(0, 60))), where,
                 near.empty()
                     ? std::string(tr("columns are name or id, quantity, price, currency, date, supplier, notes"))
                     : say(tr("did you mean \"{}\"?"), near.front())};
}

/// "2026-11-20", "2026-11" or "20.11.2026".
std::optional<std::string> iso_date(std::string_view text) {
  if (first_day(text)) return std::string(text);
  const size_t first = text.find('.'), second = text.rfind('.');
  if (first == std::string_view::npos || second <= first || text.size() - second != 5) return std::nullopt;
  const auto two = [](std::string_view digits) {
    return digits.size() == 1 ? "0" + std::string(digits) : std::string(digits);
  };
  std::string out = fmt::format("{}-{}-{}", text.substr(second + 1), two(text.substr(first + 1, second - first - 1)),
                                two(text.substr(0, first)));
  if (!first_day(out)) return std::nullopt;
  return out;
}

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// The price and its currency, which may stand in the price's own cell.
Result<Done> set_price(const Record& record, Offer& out) {
  std::string named;
  if (record.price) {
    out.price = *record.price;
    if (!(out.price > 0 && out.price < kMostUnits)) return Problem{tr("this price is out of range"), record.where, {}};
  } else {
    const auto amount = parse_amount(record[Field::price], record.where);
    if (!amount) return amount.error();
    out.price = static_cast<double>(amount->cents) / 100;
    named = amount->currency;
  }
  out.currency = record[Field::currency].empty() ? named : record[Field::currency];
  std::transform(out.currency.begin(), out.currency.end(), out.currency.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (!named.empty() && named != out.currency)
    return Problem{say(tr("this line names two currencies: {}, {}"), named, out.currency), record.where, {}};
  if (is_currency(out.currency)) return Done{};
  return Problem{out.currency.empty() ? std::string(tr("the currency is missing"))
                                      : say(tr("this is no currency: \"{}\""), out.currency),
                 record.where, tr("say CHF, EUR, GBP or USD")};
}

Result<Done> set_quantity(const Record& record, Offer& out) {
  double pieces = record.quantity.value_or(0);
  const std::string& text = record[Field::quantity];
  if (!record.quantity) {
    if (text.empty()) return Done{};
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), pieces);
    if (error != std::errc{} || stop != text.data() + text.size()) pieces = 0;
  }
  if (!(pieces >= 1 && pieces <= kMostPieces) || pieces != static_cast<double>(static_cast<int>(pieces)))
    return Problem{tr("the quantity is a whole number of pieces"), record.where, tr("1 or more, or leave it empty")};
  out.quantity = pieces;
  return Done{};
}

Result<Offer> offer_of(const Record& record) {
  Offer out;
  out.where = record.where;
  out.item = record[Field::item];
  out.supplier = record[Field::supplier];
  out.notes = record[Field::notes];
  if (out.item.empty()) return Problem{tr("this offer does not say of what"), record.where, tr("fill in name or id")};
  if (auto done = set_price(record, out); !done) return done.error();
  if (auto done = set_quantity(record, out); !done) return done.error();
  const auto date = iso_date(record[Field::date]);
  if (!date) return Problem{tr("an offer needs its date"), record.where, tr("write it as 2026-11-23 or 23.11.2026")};
  out.as_of = *date;
  return out;
}

Result<std::vector<Offer>> offers_of(const std::vector<Record>& records) {
  std::vector<Offer> out;
  for (const Record& record : records) {
    auto offer = offer_of(record);
    if (!offer) return offer.error();
    out.push_back(std::move(*offer));
  }
  return out;
}

Result<std::vector<Record>> csv_records(std::string_view text, const std::string& where) {
  const auto table = read_csv(text, where);
  if (!table) return table.error();
  std::vector<Field> fields;
  for (const auto& name : table->heading) {
    const auto field = find_field(name, fmt::format(fmt::runtime(tr("{}, line {}")), where, 1));
    if (!field) return field.error();
    if (std::find(fields.begin(), fields.end(), *field) != fields.end() && *field != Field::item)
      return Problem{say(tr("a second column of the same meaning: \"{}\""), printable(name)), where, {}};
    fields.push_back(*field);
  }
  std::vector<Record> out;
  for (const auto& row : table->rows) {
    Record record;
    record.where = fmt::format(fmt::runtime(tr("{}, line {}")), where, row.line);
    for (size_t i = 0; i < fields.size(); ++i)
      if (record[fields[i]].empty()) record[fields[i]] = row.cells[i];  // id, else name
    out.push_back(std::move(record));
  }
  return out;
}

Result<Record> json_record(const Json& row, const std::string& where) {
  if (!row.is_object()) return Problem{tr("an object is needed here"), where, {}};
  Record record;
  record.where = where;
  for (const auto& cell : row.items()) {
    const auto field = find_field(cell.key(), where);
    if (!field) return field.error();
    const std::string at = fmt::format("{}/{}", where, printable(cell.key()));
    if (cell.value().is_number() && (*field == Field::price || *field == Field::quantity)) {
      (*field == Field::price ? record.price : record.quantity) = cell.value().get<double>();
    } else if (cell.value().is_string()) {
      const auto& raw = cell.value().get_ref<const std::string&>();
      if (raw.size() > kLongestText || printable(raw) != raw)
        return Problem{tr("this text is too long or holds control characters"), at, {}};
      if (record[*field].empty()) record[*field] = std::string(trimmed(raw));
    } else {
      return Problem{tr("a text is needed here"), at, {}};
    }
  }
  return record;
}

Result<std::vector<Record>> json_records(std::string_view text, const std::string& where) {
  const auto file = parse_json(text, where);
  if (!file) return file.error();
  const auto version = file->find("format_version");
  if (version == file->end() || !version->is_string() || !version->get_ref<const std::string&>().starts_with("1."))
    return Problem{tr("this edgefit cannot read this format version"), fmt::format("{}, /format_version", where),
                   "1.0"};
  for (const auto& item : file->items())
    if (item.key() != "format" && item.key() != "format_version" && item.key() != "rows")
      return Problem{say(tr("unknown key \"{}\""), printable(item.key().substr(0, 80))), where + ", /", {}};
  const auto rows = file->find("rows");
  if (rows == file->end() || !rows->is_array())
    return Problem{tr("a list is needed here"), fmt::format("{}, /rows", where), {}};
  std::vector<Record> out;
  for (size_t i = 0; i < rows->size(); ++i) {
    auto record = json_record((*rows)[i], fmt::format("{}, /rows/{}", where, i));
    if (!record) return record.error();
    out.push_back(std::move(*record));
  }
  return out;
}

bool looks_like_json(std::string_view text) {
  const size_t at = text.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && (text[at] == '{' || text[at] == '[');
}

}  // namespace

bool holds_offers(std::string_view text) {
  if (!looks_like_json(text)) return true;
  const auto file = parse_json(text, "");
  if (!file || !file->is_object()) return false;  // read_rows tells what is wrong
  const auto format = file->find("format");
  return format != file->end() && *format == "edgefit.offers";
}

Result<std::vector<Offer>> read_offers(std::string_view text, const std::string& where) {
  const auto records = looks_like_json(text) ? json_records(text, where) : csv_records(text, where);
  if (!records) return records.error();
  if (records->size() > kMostOffers)
    return Problem{fmt::format(fmt::runtime(tr("more than {} offers")), kMostOffers), where, {}};
  return offers_of(*records);
}

Result<Done> add_offers(const std::vector<Offer>& offers, const Catalog& catalog, RowStore& store) {
  const auto keep = [&store](const std::string& text) -> std::string_view {
    return text.empty() ? std::string_view() : std::string_view(store.texts.emplace_back(text));
  };
  std::map<std::string_view, std::string_view> keys;  // long lists name the same things again and again
  for (const Offer& offer : offers) {
    auto known = keys.find(offer.item);
    if (known == keys.end()) {
      const auto item = find_item(offer.item, catalog);
      if (!item) return Problem{item.error().what, offer.where, item.error().hint};
      known = keys.emplace(offer.item, keep(std::string(*item))).first;
    }
    const std::string_view file = keep(offer.where);
    store.prices.push_back({known->second, offer.price, offer.price, keep(offer.currency), "offer", keep(offer.as_of),
                            file, keep(offer.notes), keep(offer.supplier), offer.quantity});
  }
  return Done{};
}

}  // namespace edgefit

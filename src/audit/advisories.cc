#include "edgefit/advisories.h"

#include <algorithm>

#include "base/days.h"
#include "base/json.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kMostRows = 10'000;
constexpr size_t kLongestText = 200;
constexpr double kLargestNumber = 100'000;

enum class Kind { text, day, number };
struct Field {
  const char* key;
  Kind kind;
  std::string* text = nullptr;
  int* number = nullptr;
};

Result<Done> read_field(const Json& value, const Field& field, const std::string& where) {
  if (field.kind == Kind::number) {
    const double n = value.is_number_integer() ? value.get<double>() : 0;
    if (!(n >= 1 && n <= kLargestNumber)) return Problem{tr("a whole number is needed here"), where, {}};
    *field.number = static_cast<int>(n);
    return Done{};
  }
  if (!value.is_string()) return Problem{tr("a text is needed here"), where, {}};
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() || text.size() > kLongestText || printable(text) != text)
    return Problem{tr("this text is empty, too long or holds control characters"), where, {}};
  if (field.kind == Kind::day && !parse_day(text))
    return Problem{say(tr("'{}' is not a date"), text), where, tr("write it as 2026-11-23")};
  *field.text = text;
  return Done{};
}

/// Every field must be there, and nothing else.
Result<Done> read_row(const Json& row, const std::vector<Field>& fields, const std::string& where) {
  if (!row.is_object()) return Problem{tr("an object is needed here"), where, {}};
  for (const auto& item : row.items())
    if (std::none_of(fields.begin(), fields.end(), [&](const Field& field) { return field.key == item.key(); }))
      return Problem{say(tr("unknown key \"{}\""), printable(item.key().substr(0, 80))), where, {}};
  for (const auto& field : fields) {
    const auto at = row.find(field.key);
    if (at == row.end()) return Problem{say(tr("missing key \"{}\""), field.key), where, {}};
    if (auto read = read_field(*at, field, where + "/" + field.key); !read) return read;
  }
  return Done{};
}

std::vector<Field> fields_of(DistributionAdvisory& row) {
  return {{"id", Kind::text, &row.id},
          {"version", Kind::text, &row.version},
          {"end", Kind::day, &row.end},
          {"source", Kind::text, &row.source},
          {"as_of", Kind::day, &row.as_of}};
}
std::vector<Field> fields_of(DriverAdvisory& row) {
  return {{"branch", Kind::number, nullptr, &row.branch},
          {"end", Kind::day, &row.end},
          {"source", Kind::text, &row.source},
          {"as_of", Kind::day, &row.as_of}};
}
std::vector<Field> fields_of(CudaAdvisory& row) {
  return {{"release", Kind::number, nullptr, &row.release},
          {"driver", Kind::number, nullptr, &row.driver},
          {"source", Kind::text, &row.source},
          {"as_of", Kind::day, &row.as_of}};
}

template <class Row>
Result<Done> read_table(const Json& document, const char* key, const std::string& where, std::vector<Row>& rows) {
  const auto table = document.find(key);
  if (table == document.end()) return Done{};
  const std::string pointer = where + ", /" + key;
  if (!table->is_array() || table->size() > kMostRows)
    return Problem{say(tr("a list of at most {} rows is needed here"), kMostRows), pointer, {}};
  for (const auto& item : *table) {
    Row row;
    if (auto read = read_row(item, fields_of(row), say("{}/{}", pointer, rows.size())); !read) return read;
    rows.push_back(std::move(row));
  }
  return Done{};
}

}  // namespace

Result<Advisories> read_advisories(std::string_view text, const std::string& where) {
  const auto json = parse_json(text, where);
  if (!json) return json.error();
  constexpr const char* kKeys[] = {"format", "format_version", "distributions", "drivers", "cuda"};
  const auto version = json->is_object() ? json->value("format_version", Json()) : Json();
  if (!json->is_object() || json->value("format", Json()) != "edgefit.advisories" || !version.is_string() ||
      !version.get_ref<const std::string&>().starts_with("1."))
    return Problem{tr("this is no file of advisories"), where,
                   R"(begin it with {"format":"edgefit.advisories","format_version":"1.0", see docs/audit.md)"};
  for (const auto& item : json->items())
    if (std::find(std::begin(kKeys), std::end(kKeys), item.key()) == std::end(kKeys))
      return Problem{say(tr("unknown key \"{}\""), printable(item.key().substr(0, 80))), where, {}};
  Advisories advisories;
  if (auto read = read_table(*json, "distributions", where, advisories.distributions); !read) return read.error();
  if (auto read = read_table(*json, "drivers", where, advisories.drivers); !read) return read.error();
  if (auto read = read_table(*json, "cuda", where, advisories.cuda); !read) return read.error();
  return advisories;
}

}  // namespace edgefit

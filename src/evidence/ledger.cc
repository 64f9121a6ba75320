#include "evidence/ledger.h"

#include "base/json.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kFormat = "edgefit.ledger";

bool read_row(const Json& entry, Ledger& ledger) {
  if (!entry.is_object()) return false;
  const auto number = entry.value("number", Json()), topic = entry.value("topic", Json()),
             sum = entry.value("sha256", Json());
  if (!number.is_number_unsigned() || number.get<uint64_t>() == 0 || number.get<uint64_t>() > kMostRecords)
    return false;
  if (!topic.is_string() || !sum.is_string()) return false;
  return ledger.rows.try_emplace(number.get<uint64_t>(), LedgerRow{topic.get<std::string>(), sum.get<std::string>()})
      .second;
}

}  // namespace

Result<Ledger> read_ledger(std::string_view text, const std::string& where) {
  const auto json = parse_json(text, where, {8, 400'000});
  if (!json) return json.error();
  const Problem shape{tr("this is no ledger of evidence"), where, ""};
  if (!json->is_object() || json->value("format", Json()) != kFormat) return shape;
  const auto rows = json->value("records", Json()), rebuilt = json->value("rebuilt", Json());
  if (!rows.is_array() || !rebuilt.is_array()) return shape;
  Ledger ledger;
  for (const auto& entry : rows)
    if (!read_row(entry, ledger)) return shape;
  for (const auto& entry : rebuilt) {
    if (!entry.is_number_unsigned() || entry.get<uint64_t>() > kMostRecords) return shape;
    ledger.rebuilt.push_back(entry.get<uint64_t>());
  }
  return ledger;
}

std::string write_ledger(const Ledger& ledger) {
  Json rows = Json::array();
  for (const auto& [number, row] : ledger.rows)
    rows.push_back({{"number", number}, {"topic", row.topic}, {"sha256", row.sha256}});
  const Json json = {
      {"format", kFormat}, {"format_version", "1.0"}, {"rebuilt", ledger.rebuilt}, {"records", std::move(rows)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit

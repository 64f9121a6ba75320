// Golden files: JSON Lines or a table. Both become the same fields and go through the same rules.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/csv.h"
#include "base/parse.h"
#include "base/sha256.h"
#include "edgefit/golden.h"
#include "edgefit/text.h"
#include "verify/golden_fields.h"

namespace edgefit {
namespace {

constexpr size_t kMostCases = 10'000;
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

struct Heading {
  std::string_view name, key;
};
/// What a column may be called.
constexpr std::array kHeadings = {
    Heading{"id", "id"},
    Heading{"frage", "prompt"},
    Heading{"prompt", "prompt"},
    Heading{"question", "prompt"},
    Heading{"system", "system"},
    Heading{"typ", "check"},
    Heading{"pr\xc3\xbc"
            "fung",
            "check"},
    Heading{"check", "check"},
    Heading{"type", "check"},
    Heading{"erwartet", "expect"},
    Heading{"expect", "expect"},
    Heading{"expected", "expect"},
    Heading{"toleranz", "tol"},
    Heading{"tol", "tol"},
    Heading{"optionen", "options"},
    Heading{"options", "options"},
    Heading{"schema", "schema"},
    Heading{"normalisierung", "normalize"},
    Heading{"normalize", "normalize"},
    Heading{"kritisch", "critical"},
    Heading{"critical", "critical"},
    Heading{"answer_tokens", "answer_tokens"},
};

std::string line_of(const std::string& where, size_t line) {
  return fmt::format(fmt::runtime(tr("{}, line {}")), where, line);
}

class Reader {
 public:
  explicit Reader(const std::string& where) : where_(where) {}

  Result<std::vector<GoldenCase>> lines(std::string_view text);
  Result<std::vector<GoldenCase>> table(std::string_view text);

 private:
  Result<Done> add(const Json& fields, size_t line);
  Result<Json> fields_of(const std::vector<std::string_view>& keys, const CsvTable::Row& row) const;

  const std::string& where_;
  std::vector<GoldenCase> cases_;
  std::map<std::string, size_t> line_of_id_;
};

Result<Done> Reader::add(const Json& fields, size_t line) {
  const std::string where = line_of(where_, line);
  auto found = golden_case(fields, where);
  if (!found) return found.error();
  if (cases_.size() == kMostCases)
    return Problem{say(tr("more than {} cases"), kMostCases), where, tr("split the file")};
  const auto [at, fresh] = line_of_id_.try_emplace(found->id, line);
  if (!fresh)
    return Problem{say(tr("the id '{}' stands in line {} too"), printable(found->id), at->second), where,
                   tr("give each case an id of its own")};
  found->line = line;
  cases_.push_back(std::move(*found));
  return Done{};
}

Result<std::vector<GoldenCase>> Reader::lines(std::string_view text) {
  size_t number = 0;
  for (const auto line : split_lines(text)) {
    ++number;
    if (trim(line).empty()) continue;
    const auto fields = parse_json(line, line_of(where_, number), {16, 10'000});
    if (!fields) {
      Problem problem = fields.error();
      if (problem.hint.empty()) problem.hint = tr("one case a line: {\"id\": ..., \"prompt\": ..., \"check\": ...}");
      return problem;
    }
    if (auto added = add(*fields, number); !added) return added.error();
  }
  return std::move(cases_);
}

/// A cell that holds several texts: "A|B|C".
Json list_of(const std::string& cell) {
  Json out = Json::array();
  for (const auto part : split(cell, '|')) out.push_back(std::string(part));
  return out;
}

Result<Json> Reader::fields_of(const std::vector<std::string_view>& keys, const CsvTable::Row& row) const {
  Json out = Json::object();
  for (size_t i = 0; i < keys.size(); ++i)
    if (!keys[i].empty() && !row.cells[i].empty()) out[std::string(keys[i])] = row.cells[i];
  const auto* kind = out.contains("check") ? find_golden_kind(trimmed(out["check"].get<std::string>())) : nullptr;
  for (const char* key : {"options", "normalize"})
    if (out.contains(key)) out[key] = list_of(out[key].get<std::string>());
  if (kind == nullptr) return out;
  if (kind->list && out.contains("expect")) {
    const std::string cell = out["expect"].get<std::string>();
    if (kind->check != GoldenCheck::refusal || !yes_or_no(cell)) out["expect"] = list_of(cell);
  }
  if (kind->check != GoldenCheck::json) return out;
  // In a table the schema may stand where other checks have what they expect.
  const char* from = out.contains("schema") ? "schema" : "expect";
  if (!out.contains(from)) return out;
  auto schema = parse_json(out[from].get<std::string>(), line_of(where_, row.line), {16, 10'000});
  if (!schema) return schema.error();
  out.erase("expect");
  out["schema"] = std::move(*schema);
  return out;
}

Result<std::vector<GoldenCase>> Reader::table(std::string_view text) {
  const auto table = read_csv(text, where_, {kMostCases + 1, 32, 64 << 10, true});
  if (!table) return table.error();
  std::vector<std::string_view> keys;
  for (const auto& name : table->heading) {
    const std::string wanted = lower(name);
    const auto* row = std::find_if(kHeadings.begin(), kHeadings.end(),
                                   [&wanted](const Heading& heading) { return heading.name == wanted; });
    const std::string_view key = row == kHeadings.end() ? std::string_view() : row->key;
    if (key.empty() && !wanted.empty())
      return Problem{say(tr("the column '{}' is not known"), printable(name)), line_of(where_, 1),
                     "id;frage;typ;erwartet;kritisch;toleranz;optionen"};
    if (!key.empty() && std::find(keys.begin(), keys.end(), key) != keys.end())
      return Problem{say(tr("two columns mean '{}'"), key), line_of(where_, 1), tr("leave one out")};
    keys.push_back(key);
  }
  for (const auto& row : table->rows) {
    for (size_t i = 0; i < keys.size(); ++i)
      if (keys[i].empty() && !row.cells[i].empty())
        return Problem{tr("a column without a name holds text"), line_of(where_, row.line), tr("name it or empty it")};
    const auto fields = fields_of(keys, row);
    if (!fields) return fields.error();
    if (auto added = add(*fields, row.line); !added) return added.error();
  }
  return std::move(cases_);
}

}  // namespace

Result<GoldenSet> read_golden(std::string_view text, const std::string& where) {
  GoldenSet out;
  Sha256 sum;
  sum.add(text);
  out.sha256 = sum.finish();
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return Problem{tr("this file is UTF-16"), where, tr("save it as UTF-8 (in Excel: CSV UTF-8)")};
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  if (trim(text).empty()) return Problem{tr("this file holds no cases"), where, {}};
  Reader reader(where);
  auto cases = trim(text).front() == '{' ? reader.lines(text) : reader.table(text);
  if (!cases) return cases.error();
  if (cases->empty()) return Problem{tr("this file holds no cases"), where, {}};
  out.cases = std::move(*cases);
  return out;
}

}  // namespace edgefit

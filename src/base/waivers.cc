#include "base/waivers.h"

#include "base/days.h"
#include "base/json.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kFormat = "edgefit.waivers";

Result<Waiver> read_entry(const Json& entry, const std::string& where, const WaivedIds& ids) {
  const char* hint = tr("each waiver has check, reason, owner and expires, all of them texts");
  if (!entry.is_object()) return Problem{tr("this waiver is not an object"), where, hint};
  Waiver waiver;
  const std::pair<const char*, std::string*> fields[] = {
      {"check", &waiver.check}, {"reason", &waiver.reason}, {"owner", &waiver.owner}, {"expires", &waiver.expires}};
  for (const auto& [key, value] : fields) {
    const auto at = entry.find(key);
    if (at == entry.end() || !at->is_string() || trim(at->get_ref<const std::string&>()).empty())
      return Problem{say(tr("this waiver has no {}"), key), where, hint};
    *value = at->get<std::string>();
  }
  const char* known = ids.find(waiver.check);
  if (known == nullptr) return Problem{say(ids.unknown, waiver.check), where, ids.hint};
  waiver.check = known;
  if (!parse_day(waiver.expires))
    return Problem{say(tr("'{}' is not a date"), waiver.expires), where, tr("write it as 2026-11-23")};
  return waiver;
}

}  // namespace

Result<std::vector<Waiver>> read_waivers_of(std::string_view text, const std::string& where, const WaivedIds& ids) {
  const auto json = parse_json(text, where);
  if (!json) return json.error();
  const Problem shape{
      tr("this is no file of waivers"), where,
      R"(write {"format":"edgefit.waivers","waivers":[{"check":...,"reason":...,"owner":...,"expires":...}]})"};
  if (!json->is_object() || json->value("format", Json()) != kFormat) return shape;
  const auto list = json->find("waivers");
  if (list == json->end() || !list->is_array()) return shape;
  std::vector<Waiver> waivers;
  for (size_t i = 0; i < list->size(); ++i) {
    auto waiver = read_entry((*list)[i], where + fmt::format(": waivers[{}]", i), ids);
    if (!waiver) return waiver.error();
    for (const auto& other : waivers)
      if (other.check == waiver->check)
        return Problem{say(tr("two waivers for {}"), waiver->check), where, tr("keep one of them")};
    waivers.push_back(std::move(*waiver));
  }
  return waivers;
}

}  // namespace edgefit

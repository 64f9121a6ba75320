// Waivers of findings: ids are those of the catalogue.
#include "base/waivers.h"

#include "edgefit/audit.h"
#include "edgefit/text.h"

namespace edgefit {

Result<std::vector<Waiver>> read_waivers(std::string_view text, const std::string& where) {
  return read_waivers_of(text, where,
                         {[](std::string_view id) -> const char* {
                            const auto* const check = find_audit_check(id);
                            return check == nullptr ? nullptr : check->id;
                          },
                          tr("no check is called '{}'"), tr("edgefit audit --list names them")});
}

}  // namespace edgefit

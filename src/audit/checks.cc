#include "audit/checks.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

Evidence pass(std::string path, std::string text) {
  return {{std::move(path), CheckStatus::pass, std::move(text)}};
}
Evidence warn(std::string path, std::string text) {
  return {{std::move(path), CheckStatus::warn, std::move(text)}};
}
Evidence fail(std::string path, std::string text) {
  return {{std::move(path), CheckStatus::fail, std::move(text)}};
}
Evidence not_applicable(std::string path, std::string text) {
  return {{std::move(path), CheckStatus::not_applicable, std::move(text)}};
}
Evidence unknown(std::string path, std::string text) {
  return {{std::move(path), CheckStatus::unknown, std::move(text)}};
}
Evidence unseen(std::string path, Access access) {
  auto text = access == Access::denied ? say(tr("{} cannot be read by this user; run as root"), path)
                                       : say(tr("{} is not there; this kernel or recording does not tell"), path);
  return unknown(std::move(path), std::move(text));
}

std::optional<Evidence> left_to_host(const Scene& scene, const std::string& path, const char* text) {
  if (scene.virtual_machine == TriState::yes) return not_applicable(path, text);
  if (scene.virtual_machine == TriState::unseen)
    return unknown(path, tr("whether this is a virtual machine cannot be seen by this user; run as root"));
  return std::nullopt;
}

}  // namespace edgefit

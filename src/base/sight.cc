#include "base/sight.h"

#include <cerrno>

#include "base/redact.h"

namespace edgefit {

Seen<std::string> read_whole(const Root& root, const std::string& path, Sight::Filter filter, size_t limit) {
  auto seen = root.see(path, limit);
  // Half a text would be judged as if it were the whole.
  if (seen && seen->size() >= limit) return {Access::denied, {}};
  if (seen) seen.value = filter ? filter(seen.value) : hide_ids(seen.value);
  return seen;
}

Seen<std::string> resolve_in(const Root& root, const std::string& path) {
  errno = 0;
  auto target = root.resolve(path);
  if (target) return {Access::ok, std::move(*target)};
  return {errno == 0 || errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? Access::absent : Access::denied, {}};
}

const Seen<std::string>& RootSight::read(const std::string& path, Filter filter, size_t limit) const {
  const auto at = texts_.find(path);
  return at != texts_.end() ? at->second : texts_.emplace(path, read_whole(root_, path, filter, limit)).first->second;
}

const Seen<Sight::Names>& RootSight::list(const std::string& path, size_t limit) const {
  const auto at = lists_.find(path);
  return at != lists_.end() ? at->second : lists_.emplace(path, root_.see_names(path, limit)).first->second;
}

const Seen<std::string>& RootSight::resolve(const std::string& path) const {
  const auto at = links_.find(path);
  return at != links_.end() ? at->second : links_.emplace(path, resolve_in(root_, path)).first->second;
}

}  // namespace edgefit

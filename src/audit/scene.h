// What the checks of one run share: the box, the question, and what several of them need worked out once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "audit/box.h"
#include "audit/manifest.h"
#include "audit/nvidia_state.h"
#include "audit/servers.h"
#include "audit/store.h"
#include "base/days.h"
#include "base/walk.h"
#include "edgefit/advisories.h"
#include "edgefit/audit.h"

namespace edgefit {

/// A store with what is said about it.
struct StoreView {
  Store store;
  Manifest manifest;
};

/// What a closed source leaves open.
enum class TriState : uint8_t { no, yes, unseen };

struct Scene {
  const Box& box;
  const AuditOptions& options;
  Day today = 0;
  Advisories tables = {};                ///< those of the user, then those of the program
  std::vector<std::string> stores = {};  ///< folders of models, without links
  TriState virtual_machine = TriState::no;
  TriState container = TriState::no;
  std::vector<StoreView> models = {};
  std::vector<Server> servers = {};
  NvidiaState nvidia = {};
  Servers network = {};  ///< the same without their list: all listeners, and what could not be seen
  std::function<void(double)> count_bytes = {};  ///< told each step of hashing

  Walk walk(const std::string& path) const { return Walker(box).path(path); }
};

/// Of all files that hold weights.
double weight_bytes(const Store& store);
/// Tells options.progress the sum of what it is told, of `total`; nothing without somebody to tell.
std::function<void(double)> byte_counter(const AuditOptions& options, double total);

Scene make_scene(const Box& box, const AuditOptions& options);

}  // namespace edgefit

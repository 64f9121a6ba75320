#include "audit/scene.h"

#include <algorithm>
#include <memory>

#include "audit/lifetimes.h"
#include "base/parse.h"

namespace edgefit {
namespace {

constexpr const char* kStoresNote = "stores";

/// Where inference servers keep models unless told otherwise; "~" is the user's home.
constexpr const char* kUsualStores[] = {"/usr/share/ollama/.ollama/models",
                                        "/var/lib/ollama",
                                        "/var/lib/ollama/.ollama/models",
                                        "/srv/models",
                                        "/models",
                                        "/opt/models",
                                        "/var/lib/models",
                                        "~/.ollama/models",
                                        "~/.cache/huggingface/hub",
                                        "~/.cache/llama.cpp",
                                        "~/.lmstudio/models"};

struct Sign {
  const char* path;
  std::string_view word;  ///< anywhere in the file; empty: being there is enough
};
constexpr Sign kContainerSigns[] = {{"/.dockerenv", ""},          {"/run/.containerenv", ""},
                                    {"/proc/1/cgroup", "docker"}, {"/proc/1/cgroup", "kubepods"},
                                    {"/proc/1/cgroup", "libpod"}, {"/proc/1/cgroup", "/lxc"}};
constexpr Sign kVirtualSigns[] = {{"/sys/class/dmi/id/sys_vendor", "QEMU"},
                                  {"/sys/class/dmi/id/sys_vendor", "VMware"},
                                  {"/sys/class/dmi/id/sys_vendor", "innotek"},
                                  {"/sys/class/dmi/id/sys_vendor", "Amazon EC2"},
                                  {"/sys/class/dmi/id/sys_vendor", "Google"},
                                  {"/sys/class/dmi/id/product_name", "Virtual Machine"},
                                  {"/sys/hypervisor/type", ""}};

template <size_t N>
TriState shows(const Box& box, const Sign (&signs)[N]) {
  TriState seen = TriState::no;
  for (const auto& sign : signs) {
    const Access access = sign.word.empty() ? box.access(sign.path) : box.read(sign.path).access;
    if (access == Access::denied) seen = TriState::unseen;
    if (access != Access::ok) continue;
    if (sign.word.empty() || box.read(sign.path)->find(sign.word) != std::string::npos) return TriState::yes;
  }
  return seen;
}

TriState is_virtual(const Box& box) {
  const auto& cpu = box.read("/proc/cpuinfo", nullptr, 8 << 20);
  for (const auto line : split_lines(*cpu)) {
    if (!line.starts_with("flags")) continue;
    const auto flags = words(line);
    if (std::find(flags.begin(), flags.end(), "hypervisor") != flags.end()) return TriState::yes;
  }
  const TriState signs = shows(box, kVirtualSigns);
  return signs == TriState::no && cpu.access == Access::denied ? TriState::unseen : signs;
}

std::vector<std::string> find_stores(const Box& box, const AuditOptions& options) {
  if (!options.stores.empty()) return options.stores;
  if (const auto& recorded = box.note(kStoresNote)) {
    auto stores = *recorded;
    std::erase_if(stores, [](const std::string& path) { return !path.starts_with("/"); });
    return stores;
  }
  std::vector<std::string> stores;
  for (std::string path : kUsualStores) {
    const bool own = path.starts_with("~");
    if (own && options.home.empty()) continue;
    if (own) path = options.home + path.substr(1);
    // A service's folder that is closed to this user is there; a closed home is somebody else's.
    const Access access = box.access(path);
    if (access == Access::ok || (access == Access::denied && !own)) stores.push_back(path);
  }
  return stores;
}

}  // namespace

double weight_bytes(const Store& store) {
  double total = 0;
  for (const auto& file : store.files)
    if (is_weights(file.kind)) total += static_cast<double>(file.state.size);
  return total;
}

std::function<void(double)> byte_counter(const AuditOptions& options, double total) {
  if (!options.progress) return nullptr;
  return [done = std::make_shared<double>(0), total, progress = options.progress](double bytes) {
    *done += bytes;
    progress(*done, total);
  };
}

Scene make_scene(const Box& box, const AuditOptions& options) {
  Scene scene{box, options, parse_day(options.as_of).value_or(0), joined(options.advisories, builtin_advisories())};
  scene.virtual_machine = is_virtual(box);
  scene.container = shows(box, kContainerSigns);
  scene.stores = find_stores(box, options);
  box.set_note(kStoresNote, scene.stores);
  if (box.live() && options.ask_nvidia) box.set_note(kNvidiaNote, options.ask_nvidia());
  scene.nvidia = read_nvidia_state(box);
  for (const auto& path : scene.stores) {
    auto store = read_store(box, path);
    auto manifest = read_manifest(box, store);
    scene.models.push_back({std::move(store), std::move(manifest)});
  }
  scene.network = read_servers(box);
  scene.servers = std::move(scene.network.list);
  double bytes = 0;
  for (const auto& view : scene.models) bytes += weight_bytes(view.store);
  scene.count_bytes = byte_counter(options, bytes);
  return scene;
}

}  // namespace edgefit

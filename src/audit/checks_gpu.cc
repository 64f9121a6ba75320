// EF-GPU: drivers with an end, drivers too old for what is installed, cards that run below what they can.
#include <algorithm>

#include "audit/checks.h"
#include "audit/lifetimes.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kModule = "/sys/module/nvidia/version";

/// What NVIDIA's module says; where it is not loaded, whether the other drivers, which come with the kernel, are.
struct Driver {
  Access access = Access::absent;
  std::string version;
  int branch = 0;
};

Driver nvidia_driver(const Box& box) {
  const auto& text = box.read(kModule);
  Driver driver{text.access, std::string(trim(*text)), 0};
  if (text)
    driver.branch = static_cast<int>(leading_number(driver.version.substr(0, driver.version.find('.'))).value_or(0));
  return driver;
}

Evidence without_nvidia(const Scene& scene, Access access) {
  if (access == Access::denied) return unseen(kModule, access);
  const Access modules = scene.box.access("/sys/module");
  if (modules != Access::ok) return unseen("/sys/module", modules);
  for (const char* module : {"amdgpu", "xe", "i915"})
    if (scene.box.access("/sys/module/" + std::string(module)) == Access::ok)
      return not_applicable("/sys/module/" + std::string(module),
                            say(tr("{} comes with the kernel: see EF-UPD-003 and EF-UPD-004"), module));
  return not_applicable("/sys/module", tr("no GPU driver is loaded"));
}

Evidence driver_supported(const Scene& scene) {
  const auto driver = nvidia_driver(scene.box);
  if (driver.access != Access::ok) return without_nvidia(scene, driver.access);
  const auto lifetime = driver_lifetime(scene.tables, driver.branch);
  if (!lifetime)
    return unknown(kModule, say(tr("driver {}: no table knows how long its branch is supported; new feature branches "
                                   "end with the next"),
                                driver.version));
  const auto status = judge_end(lifetime->end, scene.today, lifetime->as_of);
  if (status == CheckStatus::unknown)
    return unknown(kModule, say(tr("the row of {} is too old to vouch for {}; update edgefit or add --advisories"),
                                show_day(lifetime->as_of), lifetime->name));
  return {{kModule, status,
           say(status == CheckStatus::fail ? tr("driver {}: fixes of {} ended on {}")
                                           : tr("driver {}: fixes of {} until {}"),
               driver.version, lifetime->name, show_day(lifetime->end))}};
}

struct Runtime {
  std::string path;
  int major = 0;
};

/// Toolkits and the libraries that inference servers bring: cuda-12.4, cuda_v13, libcudart.so.12.
Seen<std::vector<Runtime>> cuda_runtimes(const Box& box) {
  struct Place {
    const char* folder;
    std::string_view prefix;
  };
  constexpr Place kPlaces[] = {{"/usr/local", "cuda-"},
                               {"/usr/local/lib/ollama", "cuda_v"},
                               {"/usr/lib/ollama", "cuda_v"},
                               {"/usr/lib/x86_64-linux-gnu", "libcudart.so."},
                               {"/usr/lib/aarch64-linux-gnu", "libcudart.so."},
                               {"/usr/lib64", "libcudart.so."}};
  Seen<std::vector<Runtime>> found{Access::ok, {}};
  for (const auto& place : kPlaces) {
    const auto& names = box.list(place.folder, 1 << 16);
    if (names.access == Access::denied) found.access = Access::denied;
    for (const auto& name : *names) {
      if (!name.starts_with(place.prefix)) continue;
      const auto major = leading_number(std::string_view(name).substr(place.prefix.size()));
      if (major) found.value.push_back({std::string(place.folder) + "/" + name, static_cast<int>(*major)});
    }
  }
  return found;
}

Evidence driver_fits(const Scene& scene) {
  const auto driver = nvidia_driver(scene.box);
  if (driver.access != Access::ok) return without_nvidia(scene, driver.access);
  const auto runtimes = cuda_runtimes(scene.box);
  Evidence evidence;
  if (runtimes.access == Access::denied)
    evidence.push_back(unknown("/usr/local", tr("some folders of CUDA libraries cannot be listed"))[0]);
  bool one_fits = false;
  for (const auto& runtime : *runtimes) {
    const auto row = cuda_needs(scene.tables, runtime.major);
    one_fits = one_fits || (row && driver.branch >= row->driver);
  }
  for (const auto& runtime : *runtimes) {
    const auto row = cuda_needs(scene.tables, runtime.major);
    if (!row)
      evidence.push_back(unknown(runtime.path, say(tr("no table knows CUDA {}"), runtime.major))[0]);
    else if (driver.branch >= row->driver && is_old(parse_day(row->as_of).value_or(0), scene.today))
      evidence.push_back(unknown(
          runtime.path, say(tr("the row of {} is too old to vouch for CUDA {}; update edgefit or add --advisories"),
                            row->as_of, runtime.major))[0]);
    else if (driver.branch >= row->driver)
      evidence.push_back(pass(runtime.path, say(tr("CUDA {} runs on driver {}"), runtime.major, driver.version))[0]);
    // Servers bring libraries for several releases and take the one that runs.
    else
      evidence.push_back(
          {runtime.path, one_fits ? CheckStatus::warn : CheckStatus::fail,
           say(tr("CUDA {} needs driver {} or newer, {} is loaded"), runtime.major, row->driver, driver.version)});
  }
  return evidence.empty() ? unknown(kModule, tr("no CUDA library was found in the usual places")) : evidence;
}

/// GPUs by PCI class: display controllers and 3D controllers that a driver is bound to.
std::vector<std::string> gpu_functions(const Box& box, Access& access) {
  std::vector<std::string> found;
  const std::string base = "/sys/bus/pci/devices";
  const auto& names = box.list(base);
  access = names.access;
  for (const auto& name : *names) {
    const auto& code = box.read(base + "/" + name + "/class");
    const auto& vendor = box.read(base + "/" + name + "/vendor");
    if (code.access == Access::denied || vendor.access == Access::denied) access = Access::denied;
    const bool accelerator = trim(*vendor) == "0x10de" || trim(*vendor) == "0x1002" || trim(*vendor) == "0x8086";
    if (accelerator && code->starts_with("0x03")) found.push_back(base + "/" + name);
  }
  return found;
}

/// Lanes, not speed: an idle link runs slowly on purpose, but it does not lose lanes.
void judge_link(const Scene& scene, const std::string& gpu, Evidence& evidence) {
  const auto& now = scene.box.read(gpu + "/current_link_width");
  const auto& most = scene.box.read(gpu + "/max_link_width");
  if (!now || !most) {
    evidence.push_back(unseen(gpu + "/current_link_width", !now ? now.access : most.access)[0]);
    return;
  }
  const auto lanes = to_number(*now), all = to_number(*most);
  if (!lanes || !all || *lanes <= 0 || *all <= 0 || *all > 32)
    evidence.push_back(unknown(gpu + "/current_link_width", tr("the link does not tell its lanes"))[0]);
  else if (*lanes < *all)
    evidence.push_back(warn(gpu + "/current_link_width", say(tr("{} of {} lanes are in use"), *lanes, *all))[0]);
  else
    evidence.push_back(pass(gpu + "/current_link_width", say(tr("all {} lanes are in use"), *all))[0]);
}

Evidence judge_cap(const std::string& path, double now, double usual) {
  constexpr double kLeast = 0.8;  // of the default
  if (now < kLeast * usual) return warn(path, say(tr("power is capped at {:.0f} % of its default"), now / usual * 100));
  return pass(path, tr("power is not capped"));
}

/// NVIDIA's library alone tells its power limit and ECC; a card without ECC answers that it has none.
void judge_nvidia(const Scene& scene, const std::string& gpu, Evidence& evidence) {
  const auto card = gpu.substr(gpu.rfind('/') + 1);
  const auto limit = scene.nvidia.value(card, "power_limit"), usual = scene.nvidia.value(card, "power_default"),
             ecc = scene.nvidia.value(card, "ecc");
  if (!limit || !usual || *limit <= 0 || *usual <= 0)
    evidence.push_back(unknown(gpu, scene.nvidia.asked ? tr("the driver's library does not tell its power limit")
                                                       : tr("only the driver's library tells power limit and ECC: add "
                                                            "--ask-gpu, or see nvidia-smi -q"))[0]);
  else
    evidence.push_back(judge_cap(gpu, *limit, *usual)[0]);
  if (ecc)
    evidence.push_back(*ecc == 0 ? warn(gpu, tr("ECC is off, which this card has"))[0] : pass(gpu, tr("ECC is on"))[0]);
}

/// amdgpu tells its power cap in a file.
void judge_power(const Scene& scene, const std::string& gpu, Evidence& evidence) {
  if (trim(*scene.box.read(gpu + "/vendor")) == "0x10de") return judge_nvidia(scene, gpu, evidence);
  const auto caps = scene.box.find(gpu + "/hwmon/hwmon*/power1_cap");
  if (caps.access == Access::denied) evidence.push_back(unseen(gpu + "/hwmon", caps.access)[0]);
  for (const auto& path : *caps) {
    const auto& cap = scene.box.read(path);
    const auto& standard = scene.box.read(path + "_default");
    const double now = to_number(*cap).value_or(0), usual = to_number(*standard).value_or(0);
    if (now <= 0 || usual <= 0)
      evidence.push_back(unseen(cap ? path + "_default" : path, cap ? standard.access : cap.access)[0]);
    else
      evidence.push_back(judge_cap(path, now, usual)[0]);
  }
}

Evidence full_power(const Scene& scene) {
  constexpr const char* kDevices = "/sys/bus/pci/devices";
  if (auto host = left_to_host(scene, kDevices, tr("in a virtual machine the link is its host's"))) return *host;
  Access access = Access::absent;
  const auto gpus = gpu_functions(scene.box, access);
  if (access != Access::ok) return unseen(kDevices, access);
  Evidence evidence;
  for (const auto& gpu : gpus) {
    // Graphics on the processor's own bus has no link.
    if (scene.box.access(gpu + "/max_link_width") == Access::absent) continue;
    judge_link(scene, gpu, evidence);
    judge_power(scene, gpu, evidence);
  }
  return evidence.empty() ? not_applicable(kDevices, tr("no GPU on a link of its own")) : evidence;
}

constexpr Check kChecks[] = {
    {{"EF-GPU-001", mark("GPU driver supported"), AuditGroup::gpu, Severity::high,
      mark("after its end a driver gets no security fixes"), mark("move to a long-term branch"),
      "53:SA-22, gspp:DET.5.10", Privilege::user, 30},
     driver_supported},
    {{"EF-GPU-002", mark("GPU driver new enough for CUDA"), AuditGroup::gpu, Severity::high,
      mark("servers fall back to the processor without a word"), mark("update the driver"), "gs:OPS.1.1.3.A9",
      Privilege::user, 90},
     driver_fits},
    {{"EF-GPU-003", mark("GPU with all lanes, power and ECC"), AuditGroup::gpu, Severity::medium,
      mark("a card in the wrong slot or with a power cap is slow for no visible reason"),
      mark("seat the card again, take the cap away, turn ECC on"), "42k:A.4.5", Privilege::user, 90},
     full_power},
};

}  // namespace

std::span<const Check> gpu_checks() {
  return kChecks;
}

}  // namespace edgefit

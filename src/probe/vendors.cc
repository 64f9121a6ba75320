#include "probe/vendors.h"

#include <algorithm>

#include "edgefit/text.h"
#include "probe/amd.h"
#include "probe/drm.h"
#include "probe/gpu.h"
#include "probe/level_zero.h"
#include "probe/rocm_smi.h"
#include "probe/vulkan.h"

namespace edgefit {
namespace {

/// Where distributions and vendors put a library: folders below /usr/lib, then places of their own.
struct LibraryRow {
  std::vector<std::string> VendorOptions::*paths;
  std::vector<const char*> names, folders;
};
const std::vector<LibraryRow>& library_rows() {
  static const std::vector<LibraryRow> kRows = {
      // The number follows ROCm's releases: 1 in distributions and from ROCm 7 on, 5 to 7 in between.
      {&VendorOptions::rocm_smi,
       {"librocm_smi64.so", "librocm_smi64.so.1", "librocm_smi64.so.7", "librocm_smi64.so.6", "librocm_smi64.so.5"},
       {"/opt/rocm/lib"}},
      {&VendorOptions::level_zero, {"libze_loader.so.1"}, {"/usr/local/lib", "/usr/lib/wsl/lib"}},
      {&VendorOptions::vulkan, {"libvulkan.so.1"}, {}}};
  return kRows;
}

using Report = void (*)(const std::string& library, const Child::Write& write);

/// Asks a library in a child when there is something to ask; of a recording, what it answered.
Inquiry start_library(const Root& root, const char* source, const std::vector<std::string>& paths, bool wanted,
                      Report report, int deadline_ms) {
  std::string path;
  if (root.live()) {
    const auto library =
        std::find_if(paths.begin(), paths.end(), [&](const std::string& each) { return root.exists(each); });
    if (!wanted || library == paths.end()) return {};
    path = *library;
  }
  return Inquiry::start(
      root, source, [path, report](const Child::Write& write) { report(path, write); }, deadline_ms);
}

/// Joins an answer, or notes why there is none.
template <class Join>
void settle(Inquiry& inquiry, Host& host, Join join) {
  const auto& text = inquiry.finish();
  note_failure(inquiry, text, host);
  if (inquiry.outcome() == Inquiry::Outcome::answered) join(parse_vendor_report(text), host);
}

/// WSL2's adapter stands for whatever GPU Windows has. Where a library named that one, the adapter is no second card.
void drop_windows_adapter(Host& host) {
  const bool named = std::any_of(host.gpus.begin(), host.gpus.end(), [](const Gpu& gpu) { return gpu.usable(); });
  for (auto& gpu : host.gpus)
    if (named && gpu.vendor == kWindowsAdapter) {
      gpu.kind = GpuClass::display_only;
      set_state(gpu, GpuState::display_only, tr("the adapter of the Windows host; its GPU is listed by its own name"));
    }
}

}  // namespace

VendorOptions usual_vendor_options(const Root& root, std::string_view search_path) {
  const auto linker = linker_view(root, search_path);
  VendorOptions options;
  options.nvidia = usual_nvidia_options(linker);
  for (const auto& row : library_rows()) {
    auto folders = row.folders;
    folders.insert(folders.end(), {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib",
                                   "/run/opengl-driver/lib"});
    options.*row.paths = library_paths(linker, row.names, folders);
  }
  return options;
}

Vendors Vendors::start(const Root& root, const std::vector<PciFunction>& functions, VendorOptions options) {
  const bool live = root.live();
  Vendors vendors;
  vendors.vulkan_ = start_library(root, "vulkan", options.vulkan, live && wants_vulkan(root, functions), report_vulkan,
                                  options.deadline_ms);
  vendors.level_zero_ = start_library(root, "level_zero", options.level_zero, live && wants_level_zero(functions),
                                      report_level_zero, options.deadline_ms);
  vendors.rocm_smi_ = start_library(root, "rocm_smi", options.rocm_smi, live && wants_rocm_smi(root, functions),
                                    report_rocm_smi, options.deadline_ms);
  vendors.drm_ = start_drm(root, functions, options.deadline_ms);
  vendors.nvidia_ = NvidiaQuery::start(root, std::move(options.nvidia));
  return vendors;
}

void Vendors::finish(const Root& root, Host& host) {
  settle(drm_, host, join_drm);
  settle(rocm_smi_, host, join_rocm_smi);
  nvidia_.finish(root, host);
  for (auto& gpu : host.gpus)
    if (gpu.vendor == "AMD") settle_apu_memory(gpu);
  settle(level_zero_, host, join_level_zero);
  settle(vulkan_, host, join_vulkan);
  drop_windows_adapter(host);
}

std::vector<const Inquiry*> Vendors::inquiries() const {
  auto all = nvidia_.inquiries();
  all.insert(all.end(), {&drm_, &rocm_smi_, &level_zero_, &vulkan_});
  return all;
}

}  // namespace edgefit

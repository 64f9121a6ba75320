#include "probe/vendors.h"

#include <algorithm>

#include "edgefit/text.h"
#include "probe/amd.h"
#include "probe/drm.h"
#include "probe/gpu.h"
#include "probe/vulkan.h"

namespace edgefit {
namespace {

Inquiry start_vulkan(const Root& root, const std::vector<PciFunction>& functions, const VendorOptions& options) {
  if (root.live() && !wants_vulkan(root, functions)) return {};
  const auto library = std::find_if(options.vulkan.begin(), options.vulkan.end(),
                                    [&](const std::string& path) { return root.exists(path); });
  if (root.live() && library == options.vulkan.end()) return {};
  const std::string path = root.live() ? *library : std::string();
  return Inquiry::start(
      root, "vulkan", [path](const Child::Write& write) { report_vulkan(path, write); }, options.deadline_ms);
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

std::vector<std::string> VendorOptions::usual_vulkan_libraries() {
  std::vector<std::string> paths;
  for (const char* folder :
       {"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/run/opengl-driver/lib"})
    paths.push_back(std::string(folder) + "/libvulkan.so.1");
  return paths;
}

Vendors Vendors::start(const Root& root, const std::vector<PciFunction>& functions, VendorOptions options) {
  Vendors vendors;
  vendors.vulkan_ = start_vulkan(root, functions, options);
  vendors.drm_ = start_drm(root, functions, options.deadline_ms);
  vendors.nvidia_ = NvidiaQuery::start(root, std::move(options.nvidia));
  return vendors;
}

void Vendors::finish(const Root& root, Host& host) {
  settle(drm_, host, join_drm);
  nvidia_.finish(root, host);
  for (auto& gpu : host.gpus)
    if (gpu.vendor == "AMD") settle_apu_memory(gpu);
  settle(vulkan_, host, join_vulkan);
  drop_windows_adapter(host);
}

std::vector<const Inquiry*> Vendors::inquiries() const {
  auto all = nvidia_.inquiries();
  all.push_back(&drm_);
  all.push_back(&vulkan_);
  return all;
}

}  // namespace edgefit

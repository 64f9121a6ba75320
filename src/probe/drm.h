// The child's side of AMD's and Intel's kernel drivers: facts that only their ioctls tell.
// A child, because opening a card that sleeps wakes it, which takes long on some boards and for ever on broken ones.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/inquiry.h"
#include "probe/pci.h"
#include "probe/vendor_report.h"

namespace edgefit {

/// A card to ask: its address, the bound driver and its render node.
struct DrmCard {
  std::string bdf, driver, node;
};
/// Cards of amdgpu, i915 and xe with local memory to tell of that are awake; a sleeping one is left alone. Behind cards
/// of amdgpu also /dev/kfd, as the card "-": the file's mode may allow what a control group forbids.
std::vector<DrmCard> drm_cards(const Root& root, const std::vector<PciFunction>& functions);

/// ioctl(2), or a stand-in of a test.
using Ioctl = int (*)(int file, unsigned long request, void* argument);
/// Writes lines as parse_vendor_report reads them; a card is named by its address.
void report_drm(const std::vector<DrmCard>& cards, Ioctl control, const Child::Write& write);

/// Starts the child when there is a card to ask.
Inquiry start_drm(const Root& root, const std::vector<PciFunction>& functions, int deadline_ms);
void join_drm(const VendorReport& report, Host& host);

}  // namespace edgefit

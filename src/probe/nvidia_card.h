// One NVIDIA card: what NVML or the CUDA driver said of it, as facts of a Gpu.
// A field that failed stays unknown with the reason of its return code and never drops the card.
#pragma once

#include <string_view>

#include "edgefit/host.h"
#include "probe/vendor_report.h"

namespace edgefit {

/// Who speaks: decides the origin of the facts and how failed calls are explained.
enum class NvidiaVoice { nvml, cuda };

/// Fills what `card` tells; facts that are known already stay when it is silent. Sets class and state.
void join_nvidia_card(NvidiaVoice voice, const VendorCard& system, const VendorCard& card, Gpu& gpu);

/// Its memory is the processor's: no memory of its own is reported, what was told as total becomes shared_max.
void make_unified(Gpu& gpu);

/// The GPU is reached by ATS, so that memory and processor share an address space, and nobody has yet said whether they
/// share the memory as well (GB10 does, Grace Hopper does not).
bool shares_addresses(const VendorCard& card);

/// CUDA cores of one SM by compute capability ("8.9"); 0 for one that the table lacks.
int cores_per_sm(std::string_view compute_capability);

}  // namespace edgefit

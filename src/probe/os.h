// What system calls tell of the system, as a recording must keep it because no file does.
// Host names, serials and addresses are never among it.
#pragma once

#include <string>

namespace edgefit {

/// Lines "machine<TAB>x86_64", "libc<TAB>glibc 2.36", "hypervisor<TAB>KVMKVMKVM".
inline constexpr const char* kSystemFile = "/edgefit/system";

/// "glibc 2.36"; empty for another C library.
std::string libc_version();
/// Twelve letters of CPUID leaf 0x40000000; only meaningful when the processor says that there is a hypervisor.
std::string hypervisor_signature();

}  // namespace edgefit

// What system calls tell of the system, as a recording must keep it because no file does.
// Host names, serials and addresses are never among it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"

namespace edgefit {

/// Lines "machine<TAB>x86_64", "libc<TAB>glibc 2.36", "hypervisor<TAB>KVMKVMKVM", "sve_bits<TAB>256".
inline constexpr const char* kSystemFile = "/edgefit/system";
/// What a recording kept of system calls under a key; empty when it has no such word, and of a live machine.
std::string recorded_word(const Root& root, std::string_view key);
std::optional<double> recorded_number(const Root& root, std::string_view key);

/// "glibc 2.36"; empty for another C library.
std::string libc_version();
/// Twelve letters of CPUID leaf 0x40000000; only meaningful when the processor says that there is a hypervisor.
std::string hypervisor_signature();
/// Bits of this process's SVE vectors; nothing where there are none.
std::optional<double> sve_bits();

}  // namespace edgefit

// What all who call NVML share; layouts of nvml.h.
#pragma once

namespace edgefit {

using NvmlDevice = void*;

struct NvmlPciInfo {
  char bus_id_legacy[16];
  unsigned domain, bus, device, device_id, subsystem_id;
  char bus_id[32];
};

/// A library that lies about their number must not hold the probe.
inline constexpr unsigned kNvmlMostCards = 256;

}  // namespace edgefit

#include "probe/nvml_codes.h"

#include <string>

#include "edgefit/text.h"

namespace edgefit {
namespace {

// nvml.h, nvmlReturn_t.
constexpr NvmlCode kCodes[] = {
    {"1", GpuState::no_library, mark("NVIDIA's library was not started")},
    {"2", GpuState::usable, mark("NVIDIA's library refused an argument")},
    {"3", GpuState::usable, mark("this device does not tell it")},
    {"4", GpuState::no_permission, mark("NVIDIA's library has no permission to ask this device")},
    {"5", GpuState::usable, mark("NVIDIA's library was already started")},
    {"6", GpuState::usable, mark("NVIDIA's library found no such object")},
    {"7", GpuState::usable, mark("NVIDIA's library wanted more room for its answer")},
    {"8", GpuState::lost, mark("the GPU's power cables are not properly attached: check them, then reboot")},
    {"9", GpuState::no_driver,
     mark("NVIDIA's driver is not loaded: modprobe nvidia, or reinstall the driver and reboot")},
    {"10", GpuState::no_library, mark("NVIDIA's driver did not answer in time: see the kernel log")},
    {"11", GpuState::lost, mark("the kernel found an interrupt problem of this GPU: see the kernel log")},
    {"12", GpuState::no_library, mark("a part of NVIDIA's user library is missing: reinstall the driver's libraries")},
    {"13", GpuState::usable, mark("this driver is too old to tell it")},
    {"14", GpuState::usable, mark("the GPU's stored information is corrupted")},
    {"15", GpuState::lost, mark("the GPU has fallen off the bus: check power and cooling, then reboot")},
    {"16", GpuState::lost, mark("the GPU needs a reset before it can be used: nvidia-smi --gpu-reset, or reboot")},
    {"17", GpuState::no_permission, mark("the operating system or a control group blocks this GPU")},
    {"18", GpuState::version_mismatch,
     mark("driver and user library differ: the driver was updated, reboot or reload it")},
    {"19", GpuState::usable, mark("another program holds the GPU")},
    {"20", GpuState::usable, mark("NVIDIA's library ran out of memory")},
    {"21", GpuState::usable, mark("there is no data")},
    {"22", GpuState::usable, mark("the vGPU cannot run with ECC on")},
    {"23", GpuState::usable, mark("the GPU ran out of resources other than memory")},
    {"24", GpuState::usable, mark("this frequency is not supported")},
    {"25", GpuState::usable, mark("driver and library disagree about the version of a call")},
    {"26", GpuState::usable, mark("this driver no longer has the call")},
    {"27", GpuState::usable, mark("the GPU is not ready yet")},
    {"28", GpuState::not_exposed, mark("NVIDIA's library found no GPU")},
    {"29", GpuState::usable, mark("the GPU is in a state that forbids the call")},
    {"999", GpuState::no_library, mark("NVIDIA's library failed without saying why: see the kernel log, then reboot")},
};

}  // namespace

const NvmlCode* find_nvml_code(std::string_view code) {
  for (const auto& row : kCodes)
    if (code == row.code) return &row;
  return nullptr;
}

bool is_quiet_nvml_code(std::string_view code) {
  return code == std::to_string(kNvmlNotSupported) || code == std::to_string(kNvmlFunctionNotFound);
}

}  // namespace edgefit

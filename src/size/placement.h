// Which layers go where: llama.cpp's rules for -ngl and for the split over several devices.
#pragma once

#include <span>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/case.h"
#include "size/llama_cpp.h"

namespace edgefit {

/// A GPU that takes part, with the pool that its bytes come from.
struct Device {
  int gpu = 0;   ///< index in Host::gpus
  int pool = 0;  ///< index in pools_of(host); 0 for devices that share ram
  std::optional<Bytes> have;
};

/// The devices that the effective backend can use, in PCI order.
std::vector<Device> devices_of(const Case& question);

struct Layout {
  int gpu_layers = 0;                 ///< -ngl: LayerCount::all() + 1 is everything
  LayerRange host;                    ///< layers in host memory
  std::vector<LayerRange> on_device;  ///< one range a device, in order
  int output_device = -1;             ///< device with the output matrix, -1 = host
};

/// What lay_out() shares out.
struct LayerCount {
  int run = 0;       ///< layers of the model
  int unloaded = 0;  ///< further-token layers behind them: left in the file, yet counted by -ngl
  int all() const { return run + unloaded; }
};
/// `gpu_layers` layers, counted from the end, shared as llama.cpp does: by `shares` (--tensor-split, one a device,
/// missing ones are nothing), by free memory when there are none.
Layout lay_out(int gpu_layers, LayerCount layers, std::span<const Device> devices, std::span<const double> shares = {});

/// What a pool can give to the engine, and how that was found.
struct Have {
  std::optional<Bytes> bytes;
  HaveBasis basis = HaveBasis::free_now;
};
Have have_of_ram(const Case& question);
/// A card's memory as its driver shows it: less what the driver keeps.
std::optional<Bytes> shown_by_driver(const Case& question, const Gpu& gpu);
Have have_of_gpu(const Case& question, const Gpu& gpu);
/// The most of host memory that a device without its own may hold: as the driver says, else by the runtime profile.
std::optional<Bytes> shared_limit(const Case& question, const Gpu& gpu);

}  // namespace edgefit

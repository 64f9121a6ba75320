#include "size/extras.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "edgefit/text.h"
#include "size/bill.h"
#include "size/pool_builder.h"

namespace edgefit {
namespace {

/// Families whose images vary in size: tokens of the image that llama.cpp plans for when it loads the projector, and
/// of the largest one that it lets through; 0 = as the file says. Source: load_hparams in tools/mtmd/clip.cpp.
struct ImageRow {
  std::string_view projector;
  double planned, largest;
};
constexpr std::array kImages = {
    ImageRow{"pixtral", 256, 1024},
    ImageRow{"lightonocr", 256, 0},
    ImageRow{"kimivl", 256, 1024},
    ImageRow{"kimik25", 4096, 4096},
    ImageRow{"gemma4v", 256, 1120},
    ImageRow{"qwen2vl_merger", 2116, 4096},
    ImageRow{"qwen2.5vl_merger", 2116, 4096},
    ImageRow{"qwen2.5o", 2116, 4096},
    ImageRow{"qwen3vl_merger", 2116, 4096},
    ImageRow{"glm4v", 2116, 4096},
    ImageRow{"minimax_m3", 256, 576},
    ImageRow{"lfm2", 256, 256},
    ImageRow{"youtuvl", 256, 62500},
    ImageRow{"hunyuanvl", 1024, 16384},
    ImageRow{"paddleocr", 784, 0},
    ImageRow{"dots_ocr", 2116, 0},
    ImageRow{"dots3note_v", 2116, 0},
    ImageRow{"phi4", 256, 0},
    ImageRow{"exaone4_5", 2116, 0},
    ImageRow{"mimovl", 2116, 0},
    ImageRow{"deepseek4v", 256, 384},
    ImageRow{"muse-glimmer", 1024, 4096},
};

constexpr double kFloat = 4;
constexpr double kSoundPositions = 1500;  // thirty seconds, two mel frames each
constexpr double kSoundFrames = 2 * kSoundPositions, kMelBins = 128;
// Measured over planned: 0.87 to 1.00 on nine projectors (docs/formulas.md#llamacpp.projector.compute).
constexpr double kPlannedLow = 0.85, kPlannedHigh = 1.1;

/// An encoder's working set at one size of image.
struct EncoderWork {
  double patches = 0, pixels = 0;
};

/// What is planned for at load, and the largest; nothing when the file does not tell the size of an image.
struct EncoderRange {
  EncoderWork planned, largest;
};
std::optional<EncoderRange> work_of(const Encoder& encoder) {
  if (encoder.hidden_size <= 0 || encoder.ffn_size <= 0) return std::nullopt;
  if (!encoder.images) {
    const EncoderWork work{kSoundPositions, kSoundFrames * kMelBins / 3};
    return EncoderRange{work, work};
  }
  if (encoder.patch_size <= 0) return std::nullopt;
  const double patch = encoder.patch_size * encoder.patch_size;
  const auto of_pixels = [patch](double pixels) { return EncoderWork{pixels / patch, pixels}; };
  const auto* row = std::find_if(kImages.begin(), kImages.end(),
                                 [&encoder](const auto& r) { return r.projector == encoder.projector; });
  const double file = std::max(encoder.max_pixels, encoder.image_size * encoder.image_size);
  if (row == kImages.end()) {
    if (encoder.image_size <= 0) return std::nullopt;
    return EncoderRange{of_pixels(encoder.image_size * encoder.image_size), of_pixels(file)};
  }
  const double token = patch * encoder.merge * encoder.merge;
  const double planned = row->planned * token;
  const double largest = row->largest > 0 ? row->largest * token : file;
  return EncoderRange{of_pixels(planned), of_pixels(std::max(planned, largest))};
}

/// Bytes on the device that runs the encoder, and what host memory hands to it.
struct EncoderBytes {
  Figure<Bytes> device, host;
};
EncoderBytes bytes_of(const Encoder& e, const EncoderWork& work, Given given) {
  const auto file = Origin::Kind::file, derived = Origin::Kind::derived;
  const auto hidden = given(e.hidden_size, "encoder_hidden_size", file, e.projector);
  const auto ffn = given(e.ffn_size, "encoder_ffn_size", file, e.projector);
  const auto patches =
      given(work.patches, "patches", derived, e.images ? mark("of the planned image") : mark("of thirty seconds"));
  const Figure<Bytes> size(Bytes{kFloat});
  auto floats = max(7 * hidden, e.gated_ffn ? 3 * ffn + 4 * hidden : ffn + 3 * hidden);
  if (e.images && e.merge == 1) {
    floats =
        max(floats, 2 * given(e.output_size, "token_width", file, mark("the projector's last matrix")) + 2 * hidden);
  }
  auto input =
      3 * size * given(work.pixels, "pixels", derived, e.images ? mark("three colours") : mark("frames x bins / 3"));
  if (e.windows) input = input + size * patches * patches;
  auto device = size * patches * floats + input;
  if (e.kept_layers > 0) {
    const auto kept = given(e.kept_layers * e.output_size / (e.merge * e.merge), "kept_outputs", derived,
                            mark("layers x token width / patches a token"));
    device = device + size * patches * kept;
  }
  return {device.named("encoder_compute", "llamacpp.projector.compute"),
          input.named("encoder_input", "llamacpp.projector.compute")};
}

void add_projector(const Case& question, std::span<const Device> devices, std::vector<PoolFit>& pools, Given given) {
  const Model& projector = *question.projector;
  // llama.cpp gives it to the first GPU, whatever -ngl says.
  const bool gpu = !devices.empty();
  const auto weights = given(projector.weight_bytes, "projector_weights");
  const auto range = projector.encoder ? work_of(*projector.encoder) : std::nullopt;
  PoolBuilder place(pool_at(pools, gpu ? devices.front().pool : 0), question, gpu);
  if (!range) {
    // Between a thirtieth and a half of the weights in all that was measured; larger images take more.
    const auto share =
        given(0.3, "compute_share", Origin::Kind::assumed, mark("the file does not tell the size of an image"));
    place.add(Term::projector, (weights + weights * share).named("projector", "llamacpp.projector"), weights.quantity(),
              weights.quantity() * 2.5);
    return;
  }
  const EncoderBytes planned = bytes_of(*projector.encoder, range->planned, given);
  const EncoderBytes largest = bytes_of(*projector.encoder, range->largest, Given(nullptr));
  place.add(Term::projector, (weights + planned.device).named("projector", "llamacpp.projector"),
            weights.quantity() + planned.device.quantity() * kPlannedLow,
            weights.quantity() + largest.device.quantity() * kPlannedHigh);
  if (!gpu) return;
  PoolBuilder ram(pool_at(pools, 0), question, false);
  ram.add(Term::projector, planned.host.named("projector", "llamacpp.projector"), planned.host.quantity(),
          largest.host.quantity() * kPlannedHigh + mib(8));
}

/// Each pair of matrices lies beside the matrix that it changes; llama.cpp copies them, mmap or not.
void add_adapter(const Case& question, const Model& adapter, const LlamaCpp& engine, const Layout& layout,
                 std::span<const Device> devices, std::vector<PoolFit>& pools, Given given) {
  if (!adapter.weights) return;
  const WeightTable& table = *adapter.weights;
  const auto& origin = adapter.weight_bytes.origin;
  const auto add = [&](int pool, bool device, double bytes) {
    const auto figure = given(Bytes{bytes}, "adapter_tensors", origin.kind, origin.text);
    PoolBuilder(pool_at(pools, pool), question, device)
        .add(Term::adapter, figure.named("adapter", "llamacpp.adapter"), Bytes{bytes}, Bytes{bytes});
  };
  const int layers = std::min(engine.layers(), static_cast<int>(table.layers.size()));
  double host = table.input.total() + (layout.output_device < 0 ? table.output.total() : 0);
  for (int layer = 0; layer < layers; ++layer) {
    const BlockWeights& block = table.layers[static_cast<size_t>(layer)];
    if (layer < layout.host.last) {
      host += block.total();
    } else if (engine.experts_on_host(layer)) {
      host += block.experts;
    }
  }
  add(0, false, host);
  for (size_t i = 0; i < devices.size(); ++i) {
    double bytes = layout.output_device == static_cast<int>(i) ? table.output.total() : 0;
    for (int layer = layout.on_device[i].first; layer < std::min(layout.on_device[i].last, layers); ++layer) {
      const BlockWeights& block = table.layers[static_cast<size_t>(layer)];
      bytes += engine.experts_on_host(layer) ? block.dense : block.total();
    }
    add(devices[i].pool, true, bytes);
  }
}

void add_draft(const Case& question, std::span<const Device> devices, std::vector<PoolFit>& pools, Given given) {
  const Case own = draft_question(question);
  const LlamaCpp engine(own, given);
  // The model is loaded first: its draft finds what is left.
  std::vector<Device> left(devices.begin(), devices.end());
  for (Device& device : left) {
    const PoolFit& pool = pool_at(pools, device.pool);
    if (device.have) device.have = std::max(Bytes{1}, *device.have - pool.need.value);
  }
  const LayerCount layers{engine.layers(), engine.counted_layers() - engine.layers()};
  const Layout layout = lay_out(*own.runtime.gpu_layers, layers, left, own.runtime.tensor_split);
  for (const PoolFit& part : engine_lines(own, engine, layout, left)) {
    Figure<Bytes> sum = Bytes{0};
    for (const Line& line : part.lines) sum = sum + line.bytes;
    PoolBuilder(pool_at(pools, part.pool), question, false)
        .add(Term::draft, sum.named("draft", "llamacpp.draft"), part.need.low, part.need.high);
  }
}

}  // namespace

Case draft_question(const Case& question) {
  Case own = question;
  own.model = question.draft;
  own.draft = own.projector = nullptr;
  own.adapters.clear();
  own.workload.kv_type = {std::string("f16"), {Origin::Kind::derived, mark("llama-server's default for the draft")}};
  own.workload.kv_type_v = {};
  const Model& model = *question.draft;
  const auto layers = model.weights ? model.weights->layers.size() : 0;
  own.runtime.gpu_layers = static_cast<int>(layers) + static_cast<int>(model.architecture.mtp_layers) + 1;
  own.runtime.cpu_moe_layers = 0;
  own.runtime.logits_all = false;
  return own;
}

void add_extras(const Case& question, const LlamaCpp& engine, const Layout& layout, std::span<const Device> devices,
                std::vector<PoolFit>& pools, Given given) {
  for (const auto& adapter : question.adapters) {
    add_adapter(question, *adapter, engine, layout, devices, pools, given);
  }
  if (question.draft && question.draft->weights) add_draft(question, devices, pools, given);
  if (question.projector && question.projector->weight_bytes) add_projector(question, devices, pools, given);
}

}  // namespace edgefit

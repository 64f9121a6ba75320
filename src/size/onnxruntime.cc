#include "size/onnxruntime.h"

#include <algorithm>

#include "edgefit/size.h"
#include "edgefit/text.h"
#include "size/onnx_encoder.h"
#include "size/speed_model.h"

namespace edgefit {
namespace {

// Measured on ONNX Runtime 1.30.0, CPU provider, default options: 29 models, 129 runs (docs/accuracy.md). Weights of
// convolutions are reordered for the vector units and packed; other matrices are packed one at a time.
constexpr double kConvolution = 2.55, kOther = 1.49;
// The arena keeps the blocks of the first run, and the second run adds one block for the pattern it recorded (1.75 and
// 1.64 times what is alive, median). The smallest factor that leaves no measured run more than 15 % under the estimate.
constexpr double kArena = 3.9;
// The CPU provider computes in float32: half-precision weights are widened, and half-precision values are alive a
// second time, twice as wide, beside their casts.
constexpr double kHalfWeights = 2, kHalfValues = 3;
// Lines against measured peaks. Weights: all of them are held once; packing keeps 0.6 W more or less by chance.
constexpr double kWeightsHigh = 1.18;
constexpr double kActivationsLow = 0.3, kActivationsHigh = 1.25;
// The program around the session: Node.js 22 with the library loaded. Others differ; nothing to twice that.
constexpr double kProcess = 51.8 * 1024 * 1024;

// The CUDA provider with default options (blocks in powers of two, every kernel of a convolution tried), by reports in
// ONNX Runtime's tracker: 18,081 MB for 4,137 MB of weights (#14526), 2,400 for 600 (#12070), 653 for a ResNet-50 and
// 443 for a MobileNet (#5801), 345 for a ResNet-18 (#9138), each with its context. Less than the weights is impossible.
constexpr double kDeviceFactor = 2, kDeviceHigh = 4.4;
// Host memory of such a process beside its weights: 330 MB with 9 MB of weights (#5801); with 4 to 8 GB of weights more
// than the CPU provider takes (#15886). Nothing was measured here.
constexpr double kHostLow = 150.0 * 1024 * 1024, kHost = 350.0 * 1024 * 1024, kHostHigh = 1200.0 * 1024 * 1024;
constexpr double kHostCopies = 1, kHostCopiesHigh = 2.5;
constexpr const char* kReported = mark("reports of users, wide");

// One operator's dispatch, products of 8-bit numbers at twice the fp32 rate, and values that the caches hand on at
// twice the rate of memory. Fitted on the same points with one and two threads of one EPYC 7003, then rounded.
constexpr double kSecondsPerNode = 3e-6, kIntegerSpeed = 2, kCacheSpeed = 2;
constexpr double kFastest = 0.75, kSlowest = 3.0;  // measured / estimated, 80 % of the runs
constexpr double kAssumedRate = 1.5;               // a clock that nothing states is 2 to 4.5 GHz
constexpr double kReadShare = 0.7;                 // of peak bandwidth, where the read rate was not measured

const auto kSource = Origin::Kind::catalog;
constexpr const char* kMeasured = mark("ONNX Runtime 1.30.0, measured peaks");

std::vector<EncoderTower> towers_of(const Case& question) {
  return encoder_towers(*question.model, question.workload.context.value_or(0));
}

bool is_half(const Model& model) {
  const Precision* precision = find_precision(model.precision);
  return precision != nullptr && (precision->name == "f16" || precision->name == "bf16");
}

struct RunCost {
  Fact<double> nodes;
  Fact<Flops> flops, integer_flops;
  Fact<Bytes> moved;
};

double activations_of(const Fact<Bytes>& fact) {
  return fact ? fact->value : 0;
}

/// Values of one run that are alive at once in an encoder layer: the scores of all heads with the residual, the values
/// and the mask, or the feed-forward network before and after its activation with the residual. Meets the liveness of
/// six exported encoders (BERT, MiniLM, ViT, Whisper) to 1 %.
Figure<Bytes> encoder_activations(const Case& question, const std::vector<EncoderTower>& towers, Given given) {
  constexpr double kFloat = 4;
  if (towers.size() != 1 || is_network_family(question.model->architecture.family)) {
    return given(Bytes{encoder_live_bytes(*question.model, towers)}, "live_bytes", Origin::Kind::derived,
                 mark("the widest layer of the towers"));
  }
  const Architecture& a = question.model->architecture;
  const auto tokens = given(*question.workload.context, "context", question.workload.context.origin.kind,
                            question.workload.context.origin.text);
  const auto hidden = tokens * given(a.hidden_size, "hidden_size");
  const auto scores = tokens * tokens * given(a.heads, "heads");
  const auto wide = tokens * given(a.ffn_size, "ffn_size");
  const auto feed = wide * (a.gated_ffn ? 3.0 : 2.0) + hidden;
  return max(scores + 3.0 * hidden, feed) * Figure<Bytes>(Bytes{kFloat});
}

/// `half`: how often a 16-bit value is there, counted in its own bytes.
Figure<Bytes> live_bytes(const Case& question, double half, Given given) {
  const Model& model = *question.model;
  if (const auto towers = towers_of(question); !towers.empty()) {
    const auto live = encoder_activations(question, towers, given);
    return is_half(model) ? live * (half / 2) : live;  // they are counted in f32
  }
  auto live = given(model.activation_bytes, "activation_bytes");
  if (model.network.workspace_bytes && model.network.workspace_bytes->value > 0)
    live = live + given(model.network.workspace_bytes, "workspace_bytes");
  return is_half(model) && half != 1 ? live * half : live;
}

}  // namespace

bool runs_on_onnxruntime(const Case& question) {
  const RuntimeProfile* profile = question.runtime.profile;
  if (profile == nullptr || profile->rules != EngineRules::onnxruntime) return false;
  const Backend backend = backend_of(question);
  return (backend == Backend::cpu || backend == Backend::cuda) &&
         (!question.model->weights || !towers_of(question).empty());
}

bool has_onnxruntime_rules(const Case& question) {
  const Model& model = *question.model;
  if (!model.weight_bytes) return false;
  if (!towers_of(question).empty()) return true;
  return model.activation_bytes && !has_transformer_shape(model);
}

void add_onnxruntime_lines(PoolBuilder& pool, const Case& question, Given given) {
  const Model& model = *question.model;
  const double wider = is_half(model) ? kHalfWeights : 1;
  const auto stored = given(model.weight_bytes, "weight_bytes") * wider;
  // A descriptor that does not part its weights may have nothing but convolutions; an encoder has those of its patches.
  const Fact<Bytes>& part = model.network.convolution_weight_bytes;
  const bool encoder = !towers_of(question).empty();
  const auto convolutions = encoder ? given(encoder_convolution_bytes(model), "convolution_weight_bytes",
                                            Origin::Kind::derived, mark("patches or sound")) *
                                          wider
                            : part ? min(given(part, "convolution_weight_bytes") * wider, stored)
                                   : stored;
  const auto others = stored - convolutions;
  const double largest_bytes =
      encoder ? model.weights->input.largest_dense : activations_of(model.network.largest_weight_bytes);
  const auto largest =
      given(Bytes{largest_bytes}, "largest_weight_bytes", Origin::Kind::file, mark("largest tensor")) * wider;
  const auto packed = convolutions * given(kConvolution, "convolution_factor", kSource, kMeasured) +
                      max(others * given(kOther, "matrix_factor", kSource, kMeasured), others + min(largest, others));
  pool.add(Term::weights, packed.named("weights", "onnxruntime.weights"), stored.quantity(),
           packed.quantity() * kWeightsHigh);

  const auto runs = given(question.workload.sequences, "sequences");
  const auto arena =
      runs * live_bytes(question, kHalfValues, given) * given(kArena, "arena_factor", kSource, kMeasured);
  pool.add(Term::compute, arena.named("compute", "onnxruntime.activations"), arena.quantity() * kActivationsLow,
           arena.quantity() * kActivationsHigh);

  const BackendProfile& profile = *question.runtime.profile->find(Backend::cpu);
  const auto session = given(Bytes{profile.runtime_typical}, "session", kSource, mark("runtime profile"));
  const auto process = given(Bytes{kProcess}, "process", kSource, mark("Node.js 22 with the library loaded"));
  pool.add(Term::runtime, (session + process).named("runtime", "onnxruntime.session"), Bytes{profile.runtime_low},
           Bytes{profile.runtime_high + 2 * kProcess});
}

void add_onnxruntime_device_lines(PoolBuilder& device, PoolBuilder& host, const Case& question, Given given) {
  const auto factor = given(kDeviceFactor, "device_factor", Origin::Kind::assumed, kReported);
  const auto stored = given(question.model->weight_bytes, "weight_bytes");
  const auto weights = stored * factor;
  device.add(Term::weights, weights.named("weights", "onnxruntime.device"), stored.quantity(),
             stored.quantity() * kDeviceHigh);
  const auto live = given(question.workload.sequences, "sequences") * live_bytes(question, 1, given);
  const auto values = live * factor;
  device.add(Term::compute, values.named("compute", "onnxruntime.device"), live.quantity(),
             live.quantity() * kDeviceHigh);
  const auto process = given(Bytes{kHost}, "process", Origin::Kind::assumed, kReported) + stored * kHostCopies;
  host.add(Term::runtime, process.named("runtime", "onnxruntime.device"), Bytes{kHostLow},
           Bytes{kHostHigh} + stored.quantity() * kHostCopiesHigh);
}

namespace {

/// What a run asks: as the graph says, or as the shapes of an encoder tell.
std::optional<RunCost> cost_of(const Case& question) {
  const Model& model = *question.model;
  const NetworkCost& network = model.network;
  if (const auto towers = towers_of(question); !towers.empty()) {
    // How many tokens the decoder behind it will write is not known.
    if (model.architecture.family == "whisper" || encoder_nodes(towers) <= 0) return {};
    const Origin shapes{Origin::Kind::derived, mark("shapes of the layers")};
    return RunCost{{encoder_nodes(towers), shapes},
                   {encoder_flops(towers), shapes},
                   {Flops{0}, shapes},
                   {encoder_traffic(towers), shapes}};
  }
  if (!network.nodes || !model.flops_per_inference || !network.integer_flops || !network.moved_bytes) return {};
  return RunCost{{*network.nodes, network.nodes.origin},
                 {Flops{*model.flops_per_inference}, model.flops_per_inference.origin},
                 {Flops{*network.integer_flops}, network.integer_flops.origin},
                 {*network.moved_bytes, network.moved_bytes.origin}};
}

}  // namespace

Fact<Flops> network_operations(const Case& question) {
  const Model& model = *question.model;
  if (model.flops_per_inference) return {Flops{*model.flops_per_inference}, model.flops_per_inference.origin};
  const auto cost = cost_of(question);
  return cost ? cost->flops : Fact<Flops>();
}

std::optional<Estimate<Seconds>> onnxruntime_latency(const Case& question, Given given) {
  const Cpu& cpu = question.host->cpu;
  const Memory& memory = question.host->memory;
  const auto cost = cost_of(question);
  if (!cost || backend_of(question) != Backend::cpu) return {};
  if ((!cpu.fp32_peak && !cpu.cores) || (!memory.measured_bandwidth && !memory.peak_bandwidth)) return {};
  const auto peak = cpu_peak_of(cpu, given);
  const double doubt = cpu.fp32_peak ? 1 : kAssumedRate;
  const auto read = memory.measured_bandwidth ? given(memory.measured_bandwidth, "ram_read_bandwidth")
                                              : given(memory.peak_bandwidth, "ram_peak_bandwidth") *
                                                    given(kReadShare, "ram_share", Origin::Kind::assumed,
                                                          mark("share that a processor reads at"));
  const auto launches = given(cost->nodes, "nodes") * given(Seconds{kSecondsPerNode}, "node_time", kSource, kMeasured);
  const auto whole = given(cost->integer_flops, "integer_flops");
  const auto all = given(cost->flops, "flops_per_inference");
  const auto products = (all - whole + whole / kIntegerSpeed) / peak;
  const auto moving = given(cost->moved, "moved_bytes") / (read * kCacheSpeed);
  const auto latency = (launches + products + moving).named("latency", "onnxruntime.latency");
  return Estimate<Seconds>{latency, Seconds{latency.value * kFastest / doubt},
                           Seconds{latency.value * kSlowest * doubt}};
}

}  // namespace edgefit

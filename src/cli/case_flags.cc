#include "cli/case_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "cli/choices.h"
#include "cli/facts.h"
#include "cli/find_model.h"
#include "cli/input_sizes.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

Problem bad_value(std::string_view flag, std::string_view value, std::string hint) {
  return {fmt::format(fmt::runtime(tr("bad value '{}'")), value), std::string(flag), std::move(hint)};
}

Problem unknown_word(std::string_view flag, std::string_view word, const std::vector<std::string_view>& words) {
  std::string hint = did_you_mean(word, words);
  if (hint.empty()) {
    hint = tr("one of");
    for (const auto known : words) hint.append(" ").append(known);
  }
  return bad_value(flag, word, std::move(hint));
}

/// Collects values; the first bad one is kept, the rest are skipped.
class Parser {
 public:
  bool failed() const { return problem_.has_value(); }
  const Problem& problem() const { return *problem_; }
  void fail(Problem problem) {
    if (!problem_) problem_ = std::move(problem);
  }

  /// A whole number of at least `least`; nothing when the flag was not given.
  std::optional<double> whole(const char* flag, const std::string& value, int64_t least) {
    if (value.empty()) return std::nullopt;
    int64_t number = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    constexpr int64_t kMost = int64_t{1} << 40;
    if (error == std::errc{} && stop == value.data() + value.size() && number >= least && number <= kMost) {
      return static_cast<double>(number);
    }
    fail(bad_value(flag, value, fmt::format(fmt::runtime(tr("a whole number of at least {}")), least)));
    return std::nullopt;
  }
  void fact(Fact<double>& fact, const char* flag, const std::string& value, int64_t least) {
    if (const auto number = whole(flag, value, least)) fact = {*number, said(flag, value)};
  }
  std::optional<Bytes> bytes(const char* flag, const std::string& value) {
    Bytes size;
    if (value.empty()) return std::nullopt;
    if (parse_bytes(value, size) && size.value >= 1) return size;
    fail(bad_value(flag, value, tr("a size like 64GiB")));
    return std::nullopt;
  }
  /// The index of `value` among `words`; nothing when the flag was not given.
  template <size_t N>
  std::optional<size_t> word(const char* flag, const std::string& value, const std::array<std::string_view, N>& words) {
    if (value.empty()) return std::nullopt;
    const auto at = std::find_if(words.begin(), words.end(),
                                 [&value](std::string_view known) { return equals_ignoring_case(known, value); });
    if (at != words.end()) return static_cast<size_t>(at - words.begin());
    fail(unknown_word(flag, value, {words.begin(), words.end()}));
    return std::nullopt;
  }
  static Origin said(const char* flag, const std::string& value) {
    return {Origin::Kind::user, std::string(flag) + " " + value};
  }

 private:
  std::optional<Problem> problem_;
};

/// Types that llama.cpp accepts for its cache. Source: kv_cache_types in common/arg.cpp, llama.cpp v0.5.0.
/// vLLM adds the three of eight bits.
constexpr std::array<std::string_view, 12> kCacheTypes = {"f32",    "f16",  "bf16", "q8_0", "q4_0",     "q4_1",
                                                          "iq4_nl", "q5_0", "q5_1", "fp8",  "fp8_e4m3", "fp8_e5m2"};
constexpr std::array<std::string_view, 7> kBackends = {"cuda", "rocm", "vulkan", "metal", "sycl", "cpu", "npu"};
constexpr std::array<std::string_view, 3> kSwitch = {"auto", "on", "off"};
constexpr std::array<std::string_view, 2> kLayerWords = {"all", "auto"};
constexpr std::array<std::string_view, 2> kAdditions = {"gpu=", "ram="};
constexpr std::array<std::string_view, 4> kSplitModes = {"layer", "none", "row", "tensor"};  // as SplitMode

struct RankRow {
  std::string_view key;
  int Runtime::*member;
};
constexpr std::array kRanks = {RankRow{"tensor", &Runtime::tensor_parallel},
                               RankRow{"pipeline", &Runtime::pipeline_parallel},
                               RankRow{"expert", &Runtime::expert_parallel}};

/// "layer", or "tensor=2", "pipeline=2", "expert=2" and several: ranks of vLLM and its kin.
void parse_parallel(Parser& parser, const std::string& typed, Runtime& runtime) {
  constexpr double kMostRanks = 64;
  if (typed.empty()) return;
  const char* hint = tr("write layer, tensor=2, pipeline=2, expert=2 or several like tensor=2,pipeline=2");
  if (typed == "layer" && runtime.split_mode != SplitMode::layer)
    return parser.fail(bad_value("--parallel", typed, tr("--split-mode says otherwise: leave one out")));
  if (typed == "layer") return;
  for (size_t at = 0; at <= typed.size();) {
    const size_t comma = std::min(typed.find(',', at), typed.size());
    const std::string part = typed.substr(at, comma - at);
    const size_t equals = std::min(part.find('='), part.size());
    const std::string key = part.substr(0, equals);
    double ranks = 0;
    const bool good = equals < part.size() && parse_count(part.substr(equals + 1), ranks) && ranks >= 1 &&
                      ranks <= kMostRanks && ranks == std::floor(ranks);
    const auto* kind = std::find_if(kRanks.begin(), kRanks.end(), [&key](const RankRow& r) { return r.key == key; });
    if (!good || kind == kRanks.end()) return parser.fail(bad_value("--parallel", typed, hint));
    runtime.*kind->member = static_cast<int>(ranks);
    at = comma + 1;
  }
}

void parse_kv_type(Parser& parser, const std::string& value, Workload& load) {
  const size_t comma = value.find(',');
  const std::string k = value.substr(0, comma);
  const std::string v = comma == std::string::npos ? std::string() : value.substr(comma + 1);
  if (comma != std::string::npos && (k.empty() || v.empty())) {
    parser.fail(bad_value("--kv-type", value, tr("write K,V like q8_0,q4_0")));
    return;
  }
  const Origin origin = Parser::said("--kv-type", value);
  if (const auto at = parser.word("--kv-type", k, kCacheTypes))
    load.kv_type = {std::string(kCacheTypes.at(*at)), origin};
  if (const auto at = parser.word("--kv-type", v, kCacheTypes)) {
    load.kv_type_v = {std::string(kCacheTypes.at(*at)), origin};
  }
}

/// "3,1": how much each device takes; a share may be nothing, all of them may not.
void parse_tensor_split(Parser& parser, const std::string& typed, Runtime& runtime) {
  double sum = 0;
  if (!typed.empty()) runtime.tensor_split.clear();
  for (size_t at = 0; at <= typed.size() && !typed.empty();) {
    const size_t comma = std::min(typed.find(',', at), typed.size());
    double share = 0;
    if (!parse_count(typed.substr(at, comma - at), share) || share < 0) sum = std::nan("");
    runtime.tensor_split.push_back(share);
    sum += share;
    at = comma + 1;
  }
  if (!typed.empty() && !(sum > 0)) parser.fail(bad_value("--tensor-split", typed, tr("write shares like 3,1")));
}

/// Which parts of the model lie where.
void parse_places(Parser& parser, const CaseFlags& typed, Runtime& runtime) {
  if (const auto layers = parser.whole("--n-cpu-moe", typed.cpu_moe_layers, 0)) {
    runtime.cpu_moe_layers = static_cast<int>(std::min<double>(*layers, kAllLayers));
  }
  if (typed.cpu_moe) runtime.cpu_moe_layers = kAllLayers;
  parse_tensor_split(parser, typed.tensor_split, runtime);
  if (const auto at = parser.word("--split-mode", typed.split_mode, kSplitModes)) {
    runtime.split_mode = static_cast<SplitMode>(*at);
  }
  parse_parallel(parser, typed.parallel, runtime);
  runtime.kv_offload = runtime.kv_offload && !typed.no_kv_offload;
  runtime.swa_full = runtime.swa_full || typed.swa_full;
}

void parse_runtime(Parser& parser, const CaseFlags& typed, Runtime& runtime) {
  if (const auto at = parser.word("--backend", typed.backend, kBackends)) {
    runtime.backend = *find_backend(kBackends.at(*at));
    runtime.backend_chosen = true;
  }
  if (typed.gpu_layers == kLayerWords[0]) {
    runtime.gpu_layers = kAllLayers;
  } else if (typed.gpu_layers == kLayerWords[1]) {
    runtime.gpu_layers.reset();
  } else {
    if (const auto layers = parser.whole("--gpu-layers", typed.gpu_layers, 0)) {
      runtime.gpu_layers = static_cast<int>(std::min<double>(*layers, kAllLayers));
    }
  }
  if (const auto batch = parser.whole("--batch", typed.batch, 1)) runtime.batch = *batch;
  if (const auto ubatch = parser.whole("--ubatch", typed.ubatch, 1)) runtime.ubatch = *ubatch;
  // As in llama.cpp: a micro-batch is never larger than a batch.
  runtime.ubatch = std::min(runtime.ubatch, runtime.batch);
  if (const auto at = parser.word("--flash-attention", typed.flash_attention, kSwitch)) {
    runtime.flash_attention = *at == 0   ? FlashAttention::automatic
                              : *at == 1 ? FlashAttention::on
                                         : FlashAttention::off;
  }
  if (const auto requests = parser.whole("--max-requests", typed.max_requests, 1)) runtime.max_requests = *requests;
  if (!typed.memory_share.empty() &&
      !(parse_count(typed.memory_share, runtime.memory_share) && runtime.memory_share > 0 && runtime.memory_share <= 1))
    parser.fail(bad_value("--memory-share", typed.memory_share, tr("a share like 0.95")));
  runtime.eager = runtime.eager || typed.eager;
  runtime.mmap = runtime.mmap && !typed.no_mmap;
  runtime.kv_unified = runtime.kv_unified || typed.kv_unified;
  runtime.logits_all = runtime.logits_all || typed.logits_all;
  parse_places(parser, typed, runtime);
}

bool parse_positive(const std::string& text, double& out) {
  return parse_count(text, out) && out > 0;
}

/// One `--goal KEY=VALUE`: each row parses its value into its member.
struct GoalRow {
  std::string_view key;
  const char* example;
  bool (*parse)(const std::string& value, Goals& goals);
};
constexpr std::array kGoals = {
    GoalRow{"time_to_first_token", "--goal time_to_first_token=1s",
            [](const std::string& value, Goals& goals) {
              Seconds s;
              return parse_seconds(value, s) && s.value > 0 && (goals.time_to_first_token = s, true);
            }},
    GoalRow{"ttft", "--goal ttft=1s",
            [](const std::string& value, Goals& goals) {
              Seconds s;
              return parse_seconds(value, s) && s.value > 0 && (goals.time_to_first_token = s, true);
            }},
    GoalRow{"tokens_per_second", "--goal tokens_per_second=20",
            [](const std::string& value, Goals& goals) {
              TokensPerSecond rate;
              return parse_positive(value, rate.value) && (goals.tokens_per_second = rate, true);
            }},
    GoalRow{"latency", "--goal latency=50ms",
            [](const std::string& value, Goals& goals) {
              Seconds s;
              return parse_seconds(value, s) && s.value > 0 && (goals.latency = s, true);
            }},
    GoalRow{"inferences_per_second", "--goal inferences_per_second=30",
            [](const std::string& value, Goals& goals) {
              Hertz rate;
              return parse_positive(value, rate.value) && (goals.inferences_per_second = rate, true);
            }},
};

void parse_goal(Parser& parser, const std::string& typed, Goals& goals) {
  const size_t equals = typed.find('=');
  std::string key = lower(typed.substr(0, equals));
  std::replace(key.begin(), key.end(), '-', '_');
  const auto* row = std::find_if(kGoals.begin(), kGoals.end(), [&key](const GoalRow& goal) { return goal.key == key; });
  if (row == kGoals.end()) {
    std::vector<std::string_view> keys;
    for (const auto& goal : kGoals) keys.push_back(goal.key);
    parser.fail(unknown_word("--goal", key, keys));
  } else if (equals == std::string::npos || !row->parse(typed.substr(equals + 1), goals)) {
    parser.fail(bad_value("--goal", typed, fmt::format(fmt::runtime(tr("write it like {}")), row->example)));
  }
}

void parse_addition(Parser& parser, const std::string& typed, Additions& additions) {
  const size_t equals = typed.find('=');
  const std::string key = lower(typed.substr(0, equals));
  const std::string value = equals == std::string::npos ? std::string() : typed.substr(equals + 1);
  if (key == "gpu" && !value.empty()) {
    auto gpu = parse_gpu_flag(value);
    if (gpu) {
      additions.gpus.push_back(*gpu);
    } else {
      parser.fail(gpu.error());
    }
  } else if (key == "ram" && !value.empty()) {
    if (const auto size = parser.bytes("--add", value)) additions.ram += *size;
  } else {
    parser.fail(bad_value("--add", typed, tr("write --add gpu=KEY or --add ram=32GiB")));
  }
}

void parse_box(Parser& parser, const CaseFlags& typed, CaseSettings& settings) {
  settings.box.system = typed.system;
  settings.box.cpu = typed.cpu;
  settings.box.ram = parser.bytes("--ram", typed.ram);
  for (const auto& text : typed.gpus) {
    auto gpu = parse_gpu_flag(text);
    if (gpu) {
      settings.box.gpus.push_back(*gpu);
    } else {
      parser.fail(gpu.error());
    }
  }
  for (const auto& text : typed.additions) parse_addition(parser, text, settings.additions);
  if (!typed.host.empty() && settings.box.any()) {
    parser.fail({tr("two boxes at once: --host names one and --system, --cpu, --ram or --gpu describe another"), "",
                 tr("leave one out, or add to the recorded box with --add gpu=KEY")});
  }
}

void parse_users(Parser& parser, const CaseFlags& typed, CaseSettings& settings) {
  if (const auto count = parser.whole("--users", typed.users, 1)) settings.users = Users{*count};
  if (settings.users && !typed.sequences.empty()) {
    parser.fail(bad_value("--users", typed.users, tr("--sequences already says how many requests there are")));
  }
  if (typed.think.empty()) return;
  Seconds think;
  if (!parse_seconds(typed.think, think) || think.value < 0) {
    parser.fail(bad_value("--think", typed.think, tr("a time like 30s")));
  } else if (!settings.users) {
    parser.fail(bad_value("--think", typed.think, tr("say how many --users there are")));
  } else {
    settings.users->think = think;
  }
}

}  // namespace

void declare_case(Flags& flags, CaseFlags& typed) {
  flags.heading(tr("Which box (default: this one)"));
  flags.text("--host", typed.host, "FILE", tr("a recorded box: edgefit probe -o host.json"));
  flags.text("--system", typed.system, "KEY", tr("a box of the catalog"), names_of(systems(), &SystemRow::key));
  flags.text("--cpu", typed.cpu, "KEY", tr("its processor"), names_of(cpus(), &CpuRow::key));
  flags.text("--ram", typed.ram, "SIZE", tr("its memory, like 64GiB"));
  flags.list("--gpu", typed.gpus, "KEY[,VRAM[,BW]]", tr("its GPU, like rtx-4090 or '2x rtx-4090'; repeats"),
             names_of(accelerators(), &AcceleratorRow::key));
  flags.list("--add", typed.additions, "gpu=KEY|ram=SIZE", tr("add to this box; repeats"), names_of(kAdditions));
  flags.list("--fact", typed.facts, "KEY=VALUE", tr("state what no program can see; repeats"), fact_keys);
  flags.text("--calibration", typed.calibration, "FILE", tr("real runs on it: edgefit calibrate"));
  flags.toggle("--assume-idle", typed.assume_idle, tr("judge as if nothing else ran on it"));
  flags.heading(tr("Engine"));
  flags.text("--runtime", typed.runtime, "NAME[@RELEASE]", tr("llama.cpp vllm ... (default: by format and box)"),
             names_of(runtime_profiles(), &RuntimeProfile::name));
  flags.text("--backend", typed.backend, "NAME", tr("cuda rocm vulkan metal sycl cpu (default: best)"),
             names_of(kBackends));
  flags.text("--gpu-layers", typed.gpu_layers, "N|all|auto", tr("as llama.cpp's -ngl (default: auto)"),
             names_of(kLayerWords));
  flags.text("--batch", typed.batch, "N", tr("tokens a batch (default: 2048), or examples"));
  flags.text("--ubatch", typed.ubatch, "N", tr("tokens a micro-batch (default: 512)"));
  flags.text("--flash-attention", typed.flash_attention, "WHEN", tr("on, off or auto (default: auto)"),
             names_of(kSwitch));
  flags.text("--kv-type", typed.kv_type, "K[,V]", tr("type of the KV cache (default: f16)"), names_of(kCacheTypes));
  flags.toggle("--kv-unified", typed.kv_unified, tr("one cache shared by all requests"));
  flags.toggle("--no-mmap", typed.no_mmap, tr("read the weights instead of mapping them"));
  flags.toggle("--logits-all", typed.logits_all, tr("reserve logits for each row of a micro-batch"));
  flags.toggle("--swa-full", typed.swa_full, tr("sliding layers keep the whole context"));
  flags.toggle("--no-kv-offload", typed.no_kv_offload, tr("the KV cache stays in RAM"));
  flags.toggle("--cpu-moe", typed.cpu_moe, tr("all experts stay in RAM"));
  flags.text("--n-cpu-moe", typed.cpu_moe_layers, "N", tr("experts of the first N layers stay in RAM"));
  flags.text("--split-mode", typed.split_mode, "MODE", tr("layer, none, row or tensor (default: layer)"),
             names_of(kSplitModes));
  flags.text("--tensor-split", typed.tensor_split, "A,B...", tr("shares of the GPUs (default: by free memory)"));
  flags.text("--parallel", typed.parallel, "HOW", tr("like tensor=2: how GPUs share a model"),
             names_of(kRanks, [](const RankRow& row) { return std::string(row.key) + "="; }));
  flags.text("--memory-share", typed.memory_share, "SHARE", tr("of each card that a server fills, like 0.95"));
  flags.text("--max-requests", typed.max_requests, "N", tr("requests a server takes at a time"));
  flags.toggle("--eager", typed.eager, tr("a server without CUDA graphs"));
  flags.text("--quant", typed.quant, "Q", tr("the model in another precision, like q4_k_m"),
             names_of(precisions(), &Precision::name));
  flags.text("--mmproj", typed.projector, "FILE", tr("the projector that reads images or sound"));
  flags.list("--lora", typed.adapters, "FILE", tr("a LoRA adapter; repeats"));
  flags.text("--draft", typed.draft, "MODEL", tr("a small model that proposes tokens"), known_models());
  flags.heading(tr("Load and goals"));
  flags.list("--input", typed.inputs, "NAME=1x3x640x640", tr("sizes that an ONNX graph leaves open; repeats"));
  flags.text("--context", typed.context, "N", tr("tokens a request (default: at most 8192)"));
  flags.text("--sequences", typed.sequences, "N", tr("requests at once (default: 1)"));
  flags.text("--prompt", typed.prompt, "N", tr("prompt tokens (default: 1024)"));
  flags.text("--output", typed.output, "N", tr("answer tokens (default: 256)"));
  flags.text("--depth", typed.depth, "N", tr("tokens in the context when speed is asked"));
  flags.text("--users", typed.users, "N", tr("people who take turns, instead of --sequences"));
  flags.text("--think", typed.think, "TIME", tr("from an answer to the next question (default: 30s)"));
  flags.list("--goal", typed.goals, "KEY=VALUE", tr("like tokens_per_second=20; repeats"),
             names_of(kGoals, [](const GoalRow& row) { return std::string(row.key) + "="; }));
}

Result<CaseSettings> parse_case_flags(const CaseFlags& typed, const Runtime& base) {
  Parser parser;
  CaseSettings settings;
  settings.runtime = base;
  parse_box(parser, typed, settings);
  parse_runtime(parser, typed, settings.runtime);
  settings.runtime_name = typed.runtime;
  parse_kv_type(parser, typed.kv_type, settings.workload);
  parser.fact(settings.workload.context, "--context", typed.context, 1);
  parser.fact(settings.workload.sequences, "--sequences", typed.sequences, 1);
  parser.fact(settings.workload.prompt_tokens, "--prompt", typed.prompt, 1);
  parser.fact(settings.workload.output_tokens, "--output", typed.output, 1);
  parser.fact(settings.workload.depth, "--depth", typed.depth, 0);
  parse_users(parser, typed, settings);
  if (auto sizes = parse_input_sizes(typed.inputs, typed.batch)) {
    settings.sizes = std::move(*sizes);
  } else {
    parser.fail(sizes.error());
  }
  for (const auto& goal : typed.goals) parse_goal(parser, goal, settings.goals);
  if (!typed.quant.empty()) {
    settings.quant = find_precision(typed.quant);
    if (settings.quant == nullptr) {
      std::vector<std::string_view> names;
      for (const auto& precision : precisions()) names.push_back(precision.name);
      parser.fail(unknown_word("--quant", typed.quant, names));
    }
  }
  if (parser.failed()) return parser.problem();
  return settings;
}

}  // namespace edgefit

#include "accuracy/speed_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <regex>

#include "accuracy/speed_row_model.h"
#include "edgefit/precision.h"
#include "edgefit/read.h"
#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit::speed {
namespace {

constexpr std::array kFamilies = {
    Family{"llama.cpp CUDA", "llama.cpp", Backend::cuda, "cuda"},
    Family{"llama.cpp 2024 CUDA", "llama.cpp@2024", Backend::cuda, "cuda"},
    Family{"llama.cpp ROCm", "llama.cpp", Backend::rocm, "rocm"},
    Family{"llama.cpp Vulkan", "llama.cpp", Backend::vulkan, "vulkan"},
    Family{"llama.cpp Metal", "llama.cpp", Backend::metal, "metal"},
    Family{"llama.cpp SYCL", "llama.cpp", Backend::sycl, "vulkan"},
    Family{"llama.cpp CPU", "llama.cpp", Backend::cpu, "cpu"},
    Family{"ik_llama.cpp CUDA", "ik_llama.cpp", Backend::cuda, "cuda"},
    Family{"ik_llama.cpp CPU", "ik_llama.cpp", Backend::cpu, "cpu"},
    Family{"vLLM CUDA", "vllm", Backend::cuda, "cuda"},
    Family{"ExLlama CUDA", "exllamav2", Backend::cuda, "cuda"},
    Family{"MLC and TinyChat CUDA", "mlc", Backend::cuda, "cuda"},
    Family{"MLX", "mlx", Backend::metal, "metal"},
    Family{"llamafile CUDA", "llamafile", Backend::cuda, "cuda", true},
    Family{"llamafile ROCm", "llamafile", Backend::rocm, "rocm", true},
    Family{"llamafile Metal", "llamafile", Backend::metal, "metal", true},
    Family{"llamafile CPU", "llamafile", Backend::cpu, "cpu", true},
};

/// The words of the corpus for an engine; the first that begins a cell counts.
struct EngineWord {
  std::string_view begins, runtime;
};
constexpr std::array kEngines = {EngineWord{"llamafile", "llamafile"}, EngineWord{"ik_llama", "ik_llama.cpp"},
                                 EngineWord{"llama.cpp", "llama.cpp"}, EngineWord{"llamacpp", "llama.cpp"},
                                 EngineWord{"ollama", "llama.cpp"},    EngineWord{"lmstudio", "llama.cpp"},
                                 EngineWord{"vllm", "vllm"},           EngineWord{"sglang", "vllm"},
                                 EngineWord{"exllamav2", "exllamav2"}, EngineWord{"mlc", "mlc"},
                                 EngineWord{"tinychat", "mlc"},        EngineWord{"mlx", "mlx"}};

bool from_local_score(const Cells& row) {
  return cell(row, "source").starts_with("LocalScore");
}

const AcceleratorRow* accelerator_of(const Cells& row) {
  for (const auto& a : accelerators())
    if (a.key == cell(row, "hw_key")) return &a;
  return nullptr;
}

std::optional<Backend> backend_of_row(const Cells& row, const AcceleratorRow* accelerator) {
  const std::string word = lower(cell(row, "backend"));
  if (cell(row, "hw_class") == "cpu" || word == "cpu" || word == "zen4" || word == "arm_neon") return Backend::cpu;
  if (word.starts_with("vulkan")) return Backend::vulkan;
  if (word == "rocm") return Backend::rocm;
  if (accelerator == nullptr) return std::nullopt;
  if (accelerator->kind == "npu") return std::nullopt;
  if (accelerator->vendor == "Apple") return Backend::metal;
  if (accelerator->vendor == "AMD") return Backend::rocm;
  if (accelerator->vendor == "Intel") return Backend::sycl;
  return Backend::cuda;
}

std::optional<size_t> family_of(const Cells& row, const AcceleratorRow* accelerator) {
  const std::string word = lower(cell(row, "runtime"));
  const auto engine =
      std::find_if(kEngines.begin(), kEngines.end(), [&](const auto& e) { return word.starts_with(e.begins); });
  const auto backend = backend_of_row(row, accelerator);
  if (engine == kEngines.end() || !backend) return std::nullopt;
  std::string runtime(engine->runtime);
  // CUDA changed most: graphs and flash attention by default. The other backends have too few early rows to part.
  if (runtime == "llama.cpp" && *backend == Backend::cuda && cell(row, "date") < "2025") runtime += "@2024";
  for (size_t i = 0; i < kFamilies.size(); ++i)
    if (kFamilies[i].runtime == runtime && kFamilies[i].backend == *backend) return i;
  return std::nullopt;
}

/// Billions of parameters that a published name states: "Gemma 3 12b It".
std::vector<double> sizes_in(std::string name) {
  for (char& c : name)
    if (c == '_' || c == '-') c = ' ';
  static const std::regex kSize("(^|[^A-Za-z0-9.])([0-9]+(\\.[0-9]+)?) *([bBmM])(?![A-Za-z0-9])");
  std::vector<double> out;
  for (std::sregex_iterator it(name.begin(), name.end(), kSize), end; it != end; ++it) {
    const bool millions = (*it)[4] == "m" || (*it)[4] == "M";
    out.push_back(std::stod((*it)[2]) * (millions ? 1e-3 : 1));
  }
  return out;
}

/// A name that states another size than the row's parameters: the row tells of another model. LocalScore's table
/// gives every model but three the figures of Llama-3.2-1B.
bool names_another_model(const Cells& row) {
  const auto sizes = sizes_in(cell(row, "model_raw"));
  const double all = *number(row, "params_b"), active = number(row, "active_b").value_or(all);
  const auto near = [](double a, double b) { return a > 0.6 * b && a < 1.6 * b; };
  const bool named = std::any_of(sizes.begin(), sizes.end(), [&](double s) { return near(s, all) || near(s, active); });
  return sizes.empty() ? from_local_score(row) : !named;
}

/// Why a row says nothing about decoding or prompts of one request on a whole device; empty when it does.
std::string reason_to_skip(const Cells& row) {
  if (cell(row, "metric") != "single") return "several requests at a time";
  if (cell(row, "spec_decode") != "0") return "speculative decoding";
  if (cell(row, "offload") != "full") return "partial offload, how much is not known";
  if (!cell(row, "flags").empty()) return "beyond what the hardware can do";
  if (!number(row, "params_b") || !number(row, "weight_gib")) return "model not known";
  const double bits = *number(row, "weight_gib") * kGiB * 8 / (*number(row, "params_b") * 1e9);
  if (bits < 1.3 || bits > 36 || names_another_model(row)) return "name and size of the model contradict each other";
  return {};
}

/// The box as its owner would describe it; memory never decides here.
std::shared_ptr<const Host> host_of(const Cells& row, const AcceleratorRow* accelerator, Backend backend) {
  Host host;
  host.mode = Host::Mode::described;
  if (backend == Backend::cpu) {
    BoxFlags flags;
    flags.cpu = cell(row, "hw_key");
    flags.ram = gib(4096);
    if (!flags.cpu.empty())
      if (auto described = describe_host(flags)) host = std::move(*described);
    if (!host.memory.peak_bandwidth) {
      const auto stated = number(row, "hw_bw_gbs");
      if (!stated) return nullptr;
      host.memory.peak_bandwidth = {BytesPerSecond{*stated * 1e9}, {Origin::Kind::catalog, "corpus"}};
    }
  } else if (accelerator != nullptr) {
    Gpu gpu = describe_gpu(*accelerator);
    if (!gpu.peak_bandwidth) return nullptr;
    if (gpu.has_own_memory()) gpu.vram_total = {gib(4096), kPublished};
    add_gpus(host, gpu, static_cast<int>(number(row, "hw_count").value_or(1)));
  } else {
    return nullptr;
  }
  host.memory.os_total = host.memory.usable = {gib(4096), kPublished};
  return std::make_shared<const Host>(std::move(host));
}

/// llama.cpp's name of the cache type of a row.
std::string cache_type(const Cells& row) {
  const std::string name = lower(cell(row, "kv_type"));
  if (name.starts_with("q8") || name.starts_with("fp8") || name.starts_with("int8")) return "q8_0";
  return name.starts_with("q4") || name.starts_with("turbo") ? "q4_0" : "f16";
}

// LocalScore states no depth: the means of its nine tests, with 16 to 4096 tokens of prompt and 16 to 3072 of answer.
constexpr double kLocalScoreDepth = 1837;

Workload workload_of(const Cells& row, bool prefill) {
  Workload w;
  const double prompt = number(row, "pp_tokens").value_or(512), answer = number(row, "tg_tokens").value_or(0);
  double depth = number(row, "depth").value_or(256) + answer / 2;
  if (from_local_score(row)) depth = kLocalScoreDepth;
  if (prefill) {
    // llama-bench states what lies before the prompt, the others the prompt itself.
    const double before = number(row, "depth").value_or(0);
    depth = prompt + (before == prompt ? 0 : before);
  }
  w.prompt_tokens = {std::max(1.0, prompt), kPublished};
  w.depth = {depth, kPublished};
  w.kv_type = {cache_type(row), kPublished};
  return w;
}

std::string key_of(const Cells& row, size_t family, const std::string& hardware, bool prefill) {
  std::string key = std::to_string(family) + "|" + hardware + (prefill ? "|p" : "|d");
  for (const char* column : {"source", "hw_count", "model_key", "quant_norm", "depth"}) key += "|" + cell(row, column);
  return prefill ? key + "|" + cell(row, "pp_tokens") : key;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace

std::span<const Family> families() {
  return kFamilies;
}

BackendProfile& Coefficients::own(Backend backend) {
  return *std::find_if(backends.begin(), backends.end(), [&](const auto& b) { return b.backend == backend; });
}

std::vector<std::unique_ptr<Coefficients>> coefficients() {
  std::vector<std::unique_ptr<Coefficients>> out;
  for (const auto& family : kFamilies) {
    auto& one = *out.emplace_back(std::make_unique<Coefficients>());
    one.runtime = **find_runtime(family.runtime);
    one.backends.assign(one.runtime.backends.begin(), one.runtime.backends.end());
    one.runtime.backends = one.backends;
    one.runtime.rules = EngineRules::llama_cpp;
    for (auto& backend : one.backends) backend.shared_share = 0;
  }
  return out;
}

void finish(Row& row, Coefficients& owner) {
  Case& question = *row.question;
  const Family& family = kFamilies[row.family];
  Workload& w = question.workload;
  w.sequences = {1.0, kPublished};
  w.context = {std::max({*w.depth, *w.prompt_tokens, 512.0}) + 512, kPublished};
  w = resolve(w, *question.model);
  question.runtime.profile = &owner.runtime;
  question.runtime.backend = family.backend;
  question.runtime.backend_chosen = true;
  // Engines that put a part of every layer on each device, where llama.cpp puts whole layers.
  if (family.runtime == "vllm" || family.runtime == "exllamav2") question.runtime.split_mode = SplitMode::tensor;
  row.engine = std::make_unique<LlamaCpp>(question, Given(nullptr));
  row.places = devices_of(question);
  const LayerCount layers{row.engine->layers(), row.engine->counted_layers() - row.engine->layers()};
  row.layout = lay_out(row.places.empty() ? 0 : layers.all() + 1, layers, row.places, {});
}

namespace {

/// Rows with the same key, and the first of them for everything but the measurement.
struct Pile {
  const Cells* first = nullptr;
  size_t family = 0;
  std::string hardware;
  bool prefill = false;
  std::vector<double> values;
};

std::optional<Row> make_row(const Pile& pile, Coefficients& owner) {
  const Cells& cells = *pile.first;
  const Family& family = kFamilies[pile.family];
  const auto host = host_of(cells, accelerator_of(cells), family.backend);
  if (!host) return std::nullopt;
  Row row;
  row.family = pile.family;
  row.hardware = pile.hardware;
  row.source = cell(cells, "source");
  row.prefill = pile.prefill;
  row.measured = median(pile.values);
  row.repeats = static_cast<int>(pile.values.size());
  row.devices = number(cells, "hw_count").value_or(1);
  row.question = std::make_unique<Case>();
  row.question->host = host;
  row.question->model = model_of(cells);
  row.question->workload = workload_of(cells, pile.prefill);
  row.deciding = cell(cells, "model_key") + " " + cell(cells, "quant_norm") + " depth " + cell(cells, "depth") + " x" +
                 cell(cells, "hw_count");
  finish(row, owner);
  return row;
}

}  // namespace

Corpus read_corpus(const std::string& folder, std::vector<std::unique_ptr<Coefficients>>& owners) {
  Corpus out;
  std::map<std::string, int> skipped;
  std::map<std::string, Pile> piles;
  const auto table = test::csv_file(folder + "/speed/measured.csv");
  for (const Cells& cells : table) {
    const AcceleratorRow* accelerator = accelerator_of(cells);
    std::string reason = reason_to_skip(cells);
    const auto family = family_of(cells, accelerator);
    if (reason.empty() && !family) reason = "engine without a profile, or device not in the catalog";
    if (!reason.empty()) {
      ++skipped[reason];
      continue;
    }
    const std::string hardware = cell(cells, "hw_key").empty() ? cell(cells, "hw_raw") : cell(cells, "hw_key");
    for (const bool prefill : {false, true}) {
      const auto value = number(cells, prefill ? "pp_tps" : "tg_tps");
      if (!value || !(*value > 0)) continue;
      Pile& pile = piles[key_of(cells, *family, hardware, prefill)];
      if (pile.first == nullptr) pile = {&cells, *family, hardware, prefill, {}};
      pile.values.push_back(*value);
    }
  }
  for (const auto& [key, pile] : piles) {
    auto row = make_row(pile, *owners[pile.family]);
    if (row)
      out.rows.push_back(std::move(*row));
    else
      skipped["bandwidth not known"] += static_cast<int>(pile.values.size());
  }
  for (Row& row : read_box(folder, owners)) out.rows.push_back(std::move(row));
  for (const auto& [reason, rows] : skipped) out.skipped.push_back({reason, rows});
  return out;
}

}  // namespace edgefit::speed

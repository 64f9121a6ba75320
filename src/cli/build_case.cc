#include "cli/build_case.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/files.h"
#include "cli/default_runtime.h"
#include "cli/facts.h"
#include "cli/find_model.h"
#include "cli/probe_options.h"
#include "cli/side_models.h"
#include "cli/stored_case.h"
#include "edgefit/probe.h"
#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

std::shared_ptr<const Model> in_precision(std::shared_ptr<const Model> model, const Precision* quant) {
  return quant != nullptr ? std::make_shared<const Model>(requantize(*model, *quant)) : model;
}

Result<std::shared_ptr<const Model>> load_model(const std::string& path, const Catalog& catalog,
                                                const InputSizes& sizes) {
  auto model = find_model(path, catalog, sizes);
  if (!model) return model.error();
  if (!sizes.inputs.empty() && !model->network.nodes)
    return Problem{tr("only ONNX graphs have named inputs"), "--input", tr("leave it out")};
  prepare(*model);
  return std::make_shared<const Model>(std::move(*model));
}

Result<Done> add_ram(Host& host, Bytes ram) {
  if (ram.value <= 0) return Done{};
  if (add_memory(host, ram, "--add ram")) return Done{};
  return Problem{tr("memory cannot be added to a box whose memory is not known"), "--add ram", tr("say --ram SIZE")};
}

Result<Done> add_hardware(Host& host, const Additions& additions, const Catalog& catalog) {
  for (const auto& flag : additions.gpus) {
    const auto row = find_accelerator(flag.key, catalog);
    if (!row) return row.error();
    Gpu gpu = describe_gpu(**row);
    const Origin said{Origin::Kind::user, "--add gpu=" + flag.key};
    if (flag.vram) gpu.vram_total = {*flag.vram, said};
    if (flag.bandwidth) gpu.peak_bandwidth = {*flag.bandwidth, said};
    add_gpus(host, gpu, flag.count);
  }
  return add_ram(host, additions.ram);
}

/// The box that the flags name. `live` is a probe under way, when the live box is asked.
Result<Host> find_box(const CaseFlags& typed, const CaseSettings& settings, std::optional<Probe>& live,
                      const Catalog& catalog) {
  Result<Host> host = live                 ? Result<Host>(live->finish())
                      : typed.host.empty() ? describe_host(settings.box, catalog)
                                           : read_host(typed.host);
  if (host) fill_from_catalog(*host, catalog);
  return host;
}

/// What is stated of the box or added to it.
Result<Host> complete_host(Result<Host> host, const CaseFlags& typed, const CaseSettings& settings,
                           const Catalog& catalog) {
  if (!host) return host;
  for (const auto& fact : typed.facts) {
    if (auto stated = state_fact(*host, fact); !stated) return stated.error();
  }
  if (auto added = add_hardware(*host, settings.additions, catalog); !added) return added.error();
  return host;
}

/// The engine of `question`, which has its box and its model. A default that is not the usual one is told with the
/// model.
Result<Runtime> find_engine(const CaseSettings& settings, const CaseFlags& typed, Case& question,
                            const Catalog& catalog) {
  Runtime runtime = settings.runtime;
  if (!settings.runtime_name.empty()) {
    const auto profile = find_runtime(settings.runtime_name, catalog);
    if (!profile) return profile.error();
    runtime.profile = *profile;
  } else if (runtime.profile == nullptr) {
    Case asked = question;
    asked.runtime = runtime;
    asked.workload = settings.workload;
    auto usual = default_runtime(asked, typed, catalog);
    if (!usual) return usual.error();
    runtime.profile = usual->profile;
    if (usual->on_processor) {
      runtime.backend = Backend::cpu;
      runtime.backend_chosen = true;
    }
    if (!usual->warning.empty()) {
      auto told = std::make_shared<Model>(*question.model);
      told->warnings.push_back(std::move(usual->warning));
      question.model = std::move(told);
    }
  }
  const int ranks = runtime.tensor_parallel + runtime.pipeline_parallel + runtime.expert_parallel;
  if (ranks > 0 && !fills_cards(runtime.profile->rules)) {
    return Problem{fmt::format(fmt::runtime(tr("{} knows no ranks")), runtime.profile->name), "--parallel",
                   tr("choose --runtime vllm, sglang or tensorrt-llm, or --split-mode of llama.cpp")};
  }
  if (!runtime.backend_chosen || runtime.profile->find(runtime.backend) != nullptr) return runtime;
  std::string known;
  for (const auto& backend : runtime.profile->backends) known.append(" ").append(name_of(backend.backend));
  return Problem{fmt::format(fmt::runtime(tr("no rules for the backend {} of {} {}")), name_of(runtime.backend),
                             runtime.profile->name, runtime.profile->release),
                 "--backend", fmt::format(fmt::runtime(tr("there are rules for{}")), known)};
}

template <class T>
void prefer(std::optional<T>& goal, const std::optional<T>& stated) {
  if (!goal) goal = stated;
}

Goals merge(Goals said, const Goals& stated) {
  prefer(said.time_to_first_token, stated.time_to_first_token);
  prefer(said.tokens_per_second, stated.tokens_per_second);
  prefer(said.latency, stated.latency);
  prefer(said.inferences_per_second, stated.inferences_per_second);
  return said;
}

}  // namespace

std::string folder_of(const std::string& path) {
  const auto is_folder = [](const std::string& name) {
    struct stat status {};
    return ::stat(name.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  };
  if (is_folder(path)) return path;
  const size_t slash = path.rfind('/');
  const std::string folder = slash == 0 ? "/" : path.substr(0, slash == std::string::npos ? 0 : slash);
  return is_folder(folder) ? folder : ".";
}

Result<Host> read_host(const std::string& path) {
  const auto text = read_small_file(path);
  if (!text) return text.error();
  return read_host_json(*text, path);
}

Result<std::shared_ptr<const Calibration>> find_calibration(const CaseFlags& typed, const Host& host) {
  if (typed.calibration.empty()) return std::shared_ptr<const Calibration>();
  const auto text = read_small_file(typed.calibration);
  if (!text) return text.error();
  auto calibration = read_calibration(*text, printable(typed.calibration));
  if (!calibration) return calibration.error();
  if (calibration->box() != box_of(host) && typed.additions.empty()) {
    return Problem{fmt::format(fmt::runtime(tr("a calibration of another box: {}")), calibration->box()),
                   printable(typed.calibration), fmt::format(fmt::runtime(tr("this one is {}")), box_of(host))};
  }
  return std::make_shared<const Calibration>(std::move(*calibration));
}

Result<Case> build_case(const CaseFlags& typed, const std::string& model_path, const Catalog& catalog) {
  auto stored = find_stored_case(model_path);
  if (!stored) return stored.error();
  const bool from_file = stored->has_value();
  Case question = from_file ? **stored : Case{};
  const auto settings = parse_case_flags(typed, question.runtime);
  if (!settings) return settings.error();
  const bool new_box = !typed.host.empty() || settings->box.any();
  std::optional<Probe> live;
  if (!new_box && !from_file) live.emplace(probe_options({folder_of(model_path)}));

  auto model = from_file ? Result(question.model) : load_model(model_path, catalog, settings->sizes);
  if (!model) return model.error();
  question.model = in_precision(*model, settings->quant);
  auto host = complete_host(from_file && !new_box ? Result(*question.host) : find_box(typed, *settings, live, catalog),
                            typed, *settings, catalog);
  if (!host) return host.error();
  question.host = std::make_shared<const Host>(std::move(*host));
  auto engine = find_engine(*settings, typed, question, catalog);
  if (!engine) return engine.error();
  question.runtime = *engine;
  auto calibration = find_calibration(typed, *question.host);
  if (!calibration) return calibration.error();
  if (*calibration) question.calibration = *calibration;
  if (!typed.adapters.empty()) question.adapters.clear();
  if (auto added = add_side_models(typed, question); !added) return added.error();
  const Workload load = from_file ? load_over(settings->workload, question.workload) : settings->workload;
  question.workload = resolve(load, *question.model);
  question.goals = merge(settings->goals, from_file ? question.goals : question.model->goals);
  if (settings->users) resolve_users(*settings->users, question.workload, question.goals);
  question.assume_idle = question.assume_idle || typed.assume_idle;
  question.runtime.backend = backend_of(question);
  return question;
}

Result<std::vector<Case>> build_cases(const CaseFlags& typed, const std::vector<std::string>& models,
                                      const Catalog& catalog) {
  const auto settings = parse_case_flags(typed);
  if (!settings) return settings.error();
  std::optional<Probe> live;
  if (typed.host.empty() && !settings->box.any()) live.emplace(probe_options({"."}));
  std::vector<Case> out;
  for (const auto& word : models) {
    auto model = load_model(word, catalog, settings->sizes);
    if (!model) return model.error();
    Case& question = out.emplace_back();
    question.model = in_precision(*model, settings->quant);
  }
  auto found = complete_host(find_box(typed, *settings, live, catalog), typed, *settings, catalog);
  if (!found) return found.error();
  const auto host = std::make_shared<const Host>(std::move(*found));
  const auto calibration = find_calibration(typed, *host);
  if (!calibration) return calibration.error();
  for (Case& question : out) {
    question.host = host;
    auto engine = find_engine(*settings, typed, question, catalog);
    if (!engine) return engine.error();
    question.runtime = *engine;
    question.workload = resolve(settings->workload, *question.model);
    question.goals = merge(settings->goals, question.model->goals);
    if (settings->users) resolve_users(*settings->users, question.workload, question.goals);
    question.assume_idle = typed.assume_idle;
    question.calibration = *calibration;
    question.runtime.backend = backend_of(question);
  }
  return out;
}

}  // namespace edgefit

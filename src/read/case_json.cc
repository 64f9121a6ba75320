#include "read/case_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/parse.h"
#include "edgefit/calibration.h"
#include "edgefit/read.h"
#include "edgefit/text.h"
#include "read/case_model.h"
#include "read/json_scanner.h"
#include "read/limits.h"
#include "read/model_json.h"

namespace edgefit {

namespace {

constexpr std::string_view kFormat = "edgefit.case";
constexpr std::string_view kVersion = "1.0";
constexpr size_t kHead = 64 << 10;
constexpr double kMost = 1e12;  // as flags have it: of tokens and settings
constexpr size_t kMostAdapters = 1000;

constexpr std::array<std::string_view, 12> kCaseKeys = {"format", "format_version", "host_mode",   "host",
                                                        "model",  "side_models",    "runtime",     "workload",
                                                        "goals",  "assume_idle",    "calibration", "comment"};
constexpr std::array<std::string_view, 3> kSideKeys = {"projector", "adapters", "draft"};
constexpr std::array<std::string_view, 23> kRuntimeKeys = {"name",
                                                           "release",
                                                           "backend",
                                                           "backend_chosen",
                                                           "gpu_layers",
                                                           "batch",
                                                           "ubatch",
                                                           "mmap",
                                                           "kv_unified",
                                                           "logits_all",
                                                           "swa_full",
                                                           "op_offload",
                                                           "kv_offload",
                                                           "flash_attention",
                                                           "split_mode",
                                                           "cpu_moe_layers",
                                                           "tensor_split",
                                                           "tensor_parallel",
                                                           "pipeline_parallel",
                                                           "expert_parallel",
                                                           "memory_share",
                                                           "max_requests",
                                                           "eager"};
constexpr std::array<std::string_view, 3> kFlashWords = {"auto", "on", "off"};               // as FlashAttention
constexpr std::array<std::string_view, 4> kSplitWords = {"layer", "none", "row", "tensor"};  // as SplitMode
constexpr std::array<std::string_view, 5> kModeWords = {"live", "sysroot", "xml", "recorded", "described"};

struct FlagRow {
  const char* key;
  bool Runtime::*member;
};
constexpr std::array kFlags = {
    FlagRow{"backend_chosen", &Runtime::backend_chosen},
    FlagRow{"mmap", &Runtime::mmap},
    FlagRow{"kv_unified", &Runtime::kv_unified},
    FlagRow{"logits_all", &Runtime::logits_all},
    FlagRow{"swa_full", &Runtime::swa_full},
    FlagRow{"op_offload", &Runtime::op_offload},
    FlagRow{"kv_offload", &Runtime::kv_offload},
    FlagRow{"eager", &Runtime::eager},
};

struct LoadRow {
  const char* key;
  Fact<double> Workload::*member;
  double least;
};
constexpr std::array kLoad = {
    LoadRow{"context", &Workload::context, 1},
    LoadRow{"sequences", &Workload::sequences, 1},
    LoadRow{"prompt_tokens", &Workload::prompt_tokens, 0},
    LoadRow{"output_tokens", &Workload::output_tokens, 0},
    LoadRow{"depth", &Workload::depth, 0},
};
struct TypeRow {
  const char* key;
  Fact<std::string> Workload::*member;
};
constexpr std::array kTypes = {TypeRow{"kv_type", &Workload::kv_type}, TypeRow{"kv_type_v", &Workload::kv_type_v}};

Json runtime_json(const Runtime& r) {
  Json out = Json::object();
  out["name"] = std::string(r.profile->name);
  out["release"] = std::string(r.profile->release);
  out["backend"] = name_of(r.backend);
  for (const auto& row : kFlags) out[row.key] = r.*row.member;
  out["gpu_layers"] = r.gpu_layers ? Json(*r.gpu_layers) : Json(nullptr);
  out["batch"] = json_number(r.batch);
  out["ubatch"] = json_number(r.ubatch);
  out["flash_attention"] = std::string(kFlashWords.at(static_cast<size_t>(r.flash_attention)));
  out["split_mode"] = name_of(r.split_mode);
  out["cpu_moe_layers"] = r.cpu_moe_layers;
  out["tensor_parallel"] = r.tensor_parallel;
  out["pipeline_parallel"] = r.pipeline_parallel;
  out["expert_parallel"] = r.expert_parallel;
  out["memory_share"] = json_number(r.memory_share);
  out["max_requests"] = json_number(r.max_requests);
  Json shares = Json::array();
  for (const double share : r.tensor_split) shares.push_back(json_number(share));
  out["tensor_split"] = std::move(shares);
  return out;
}

Json workload_json(const Workload& load) {
  Json out = Json::object();
  for (const auto& row : kLoad) out[row.key] = fact_json(load.*row.member, json_number((load.*row.member).value_or(0)));
  for (const auto& row : kTypes) out[row.key] = fact_json(load.*row.member, Json((load.*row.member).value_or("")));
  return out;
}

Json goals_json(const Goals& goals) {
  const auto number = [](const auto& goal) { return goal ? json_number(goal->value) : Json(nullptr); };
  return {{"time_to_first_token", number(goals.time_to_first_token)},
          {"tokens_per_second", number(goals.tokens_per_second)},
          {"latency", number(goals.latency)},
          {"inferences_per_second", number(goals.inferences_per_second)}};
}

Json side_models_json(const Case& question) {
  const auto one = [](const auto& model) { return model ? case_model_json(*model) : Json(nullptr); };
  Json adapters = Json::array();
  for (const auto& adapter : question.adapters) adapters.push_back(case_model_json(*adapter));
  return {{"projector", one(question.projector)}, {"adapters", std::move(adapters)}, {"draft", one(question.draft)}};
}

/// The index of a word; nothing when the key is absent.
template <size_t N>
std::optional<size_t> word(const JsonFields& fields, const char* key, const std::array<std::string_view, N>& words) {
  const std::string text = fields.text(key);
  if (text.empty()) return std::nullopt;
  const auto at = std::find(words.begin(), words.end(), text);
  if (at != words.end()) return static_cast<size_t>(at - words.begin());
  fields.report().fail(say(tr("unknown word \"{}\""), text), fields.pointer(key),
                       fmt::format("{}", fmt::join(words, ", ")));
  return std::nullopt;
}

Runtime read_runtime(const JsonFields& fields) {
  Runtime out;
  for (const auto& row : kFlags) out.*row.member = fields.flag(row.key).value_or(out.*row.member);
  const auto backend = find_backend(fields.text("backend"));
  if (!backend)
    fields.report().fail(tr("unknown backend"), fields.pointer("backend"), "cuda, rocm, vulkan, metal, cpu");
  out.backend = backend.value_or(Backend::cpu);
  if (const auto layers = fields.number("gpu_layers", {0, kMaxLayers})) out.gpu_layers = static_cast<int>(*layers);
  out.batch = fields.number("batch", {1, kMost}).value_or(out.batch);
  out.ubatch = std::min(out.batch, fields.number("ubatch", {1, kMost}).value_or(out.ubatch));
  out.flash_attention = static_cast<FlashAttention>(word(fields, "flash_attention", kFlashWords).value_or(0));
  out.split_mode = static_cast<SplitMode>(word(fields, "split_mode", kSplitWords).value_or(0));
  out.cpu_moe_layers = static_cast<int>(fields.number("cpu_moe_layers", {0, kMaxLayers}).value_or(0));
  constexpr double kMostRanks = 64;
  out.tensor_parallel = static_cast<int>(fields.number("tensor_parallel", {0, kMostRanks}).value_or(0));
  out.pipeline_parallel = static_cast<int>(fields.number("pipeline_parallel", {0, kMostRanks}).value_or(0));
  out.expert_parallel = static_cast<int>(fields.number("expert_parallel", {0, kMostRanks}).value_or(0));
  out.memory_share = fields.number("memory_share", {0, 1, false}).value_or(0);
  out.max_requests = fields.number("max_requests", {0, kMost}).value_or(0);
  out.tensor_split = fields.numbers("tensor_split", {0, kMost, false});
  const auto positive = [](double share) { return share > 0; };
  if (!out.tensor_split.empty() && std::none_of(out.tensor_split.begin(), out.tensor_split.end(), positive)) {
    fields.report().fail(tr("no device has a share"), fields.pointer("tensor_split"), tr("write shares like [3, 1]"));
  }
  return out;
}

Workload read_workload(const JsonFields& fields) {
  Workload out;
  for (const auto& row : kLoad) {
    const JsonFields parts(fields.child(row.key), fields.pointer(row.key), kFactKeys, fields.report());
    (out.*row.member).value = parts.number("v", {row.least, kMost});
    if (parts.present()) read_origin(parts, out.*row.member);
  }
  for (const auto& row : kTypes) {
    const JsonFields parts(fields.child(row.key), fields.pointer(row.key), kFactKeys, fields.report());
    const std::string type = parts.text("v");
    if (type.empty()) continue;
    if (find_ggml_type(type) == nullptr && !type.starts_with("fp8")) {
      parts.report().fail(say(tr("unknown cache type \"{}\""), type), parts.pointer("v"), "f16, q8_0 ...");
    }
    (out.*row.member).value = type;
    read_origin(parts, out.*row.member);
  }
  return out;
}

Goals read_goals(const JsonFields& fields) {
  Goals out;
  const auto read = [&fields](auto& goal, const char* key) {
    using Goal = typename std::remove_reference_t<decltype(goal)>::value_type;
    if (const auto n = fields.number(key, {0, kMost, false})) goal = Goal{*n};
  };
  read(out.time_to_first_token, "time_to_first_token");
  read(out.tokens_per_second, "tokens_per_second");
  read(out.latency, "latency");
  read(out.inferences_per_second, "inferences_per_second");
  return out;
}

std::shared_ptr<const Model> read_one(const Json* value, const std::string& pointer, JsonReport& report) {
  if (value == nullptr || report.problem) return nullptr;
  return std::make_shared<const Model>(read_case_model(value, pointer, report));
}

void read_side_models(const JsonFields& fields, Case& question) {
  question.projector = read_one(fields.child("projector"), fields.pointer("projector"), fields.report());
  question.draft = read_one(fields.child("draft"), fields.pointer("draft"), fields.report());
  const Json* adapters = fields.child("adapters");
  if (adapters == nullptr) return;
  if (!adapters->is_array() || adapters->size() > kMostAdapters) {
    return fields.report().fail(tr("not a list of adapters"), fields.pointer("adapters"), {});
  }
  for (size_t i = 0; i < adapters->size(); ++i) {
    const std::string pointer = fmt::format("{}/{}", fields.pointer("adapters"), i);
    question.adapters.push_back(read_one(&(*adapters)[i], pointer, fields.report()));
  }
}

void check_header(const JsonFields& top) {
  const char* hint = tr("edgefit assess MODEL -o case.json writes a valid file");
  if (top.text("format") != kFormat) {
    top.report().fail(tr("this is no case: \"format\" is not \"edgefit.case\""), top.pointer("format"), hint);
  } else if (!top.text("format_version").starts_with("1.")) {
    top.report().fail(tr("this case needs another edgefit: \"format_version\" is not 1.x"),
                      top.pointer("format_version"), hint);
  }
  for (const char* key : {"host", "model", "runtime", "workload"}) {
    if (top.child(key) == nullptr)
      top.report().fail(fmt::format("{} {}", key, tr("is missing")), top.pointer(key), hint);
  }
}

/// The first string under the key "format" of the outermost object.
std::string format_in(std::string_view head) {
  JsonScanner scan(head);
  scan.enter_object();
  while (const auto key = scan.next_key()) {
    if (*key == "format" && scan.peek() == '"') return std::string(scan.string());
    scan.skip();
  }
  return {};
}

}  // namespace

std::string write_case_parts(const Case& question, std::string_view host) {
  Json out = Json::object();
  out["format"] = kFormat;
  out["format_version"] = kVersion;
  out["host_mode"] = std::string(kModeWords.at(static_cast<size_t>(question.host->mode)));
  out["host"] = *parse_json(host, {});
  out["model"] = case_model_json(*question.model);
  out["side_models"] = side_models_json(question);
  out["runtime"] = runtime_json(question.runtime);
  out["workload"] = workload_json(question.workload);
  out["goals"] = goals_json(question.goals);
  out["assume_idle"] = question.assume_idle;
  if (question.calibration) out["calibration"] = *parse_json(write_calibration(*question.calibration), {});
  return json_text(out);
}

Result<CaseParts> read_case_parts(std::string_view text, const std::string& where) {
  JsonReport report{where, {}, {}};
  auto json = parse_json(text, where);
  if (!json) return json.error();
  const JsonFields top(&*json, "", kCaseKeys, report);
  check_header(top);
  if (report.problem) return *report.problem;
  CaseParts out;
  out.host = top.child("host")->dump();
  Case& question = out.question;
  Model model = read_case_model(top.child("model"), top.pointer("model"), report);
  read_side_models(JsonFields(top.child("side_models"), top.pointer("side_models"), kSideKeys, report), question);
  const JsonFields runtime(top.child("runtime"), top.pointer("runtime"), kRuntimeKeys, report);
  question.runtime = read_runtime(runtime);
  out.runtime = runtime.text("name") + "@" + runtime.text("release");
  question.workload = read_workload(JsonFields(top.child("workload"), top.pointer("workload"), kWorkloadKeys, report));
  question.goals = read_goals(JsonFields(top.child("goals"), top.pointer("goals"), kGoalsKeys, report));
  question.assume_idle = top.flag("assume_idle").value_or(false);
  if (const Json* runs = top.child("calibration")) {
    auto calibration = read_calibration(runs->dump(), where + "#/calibration");
    if (!calibration) return calibration.error();
    question.calibration = std::make_shared<const Calibration>(std::move(*calibration));
  }
  if (const auto mode = word(top, "host_mode", kModeWords)) out.host_mode = static_cast<Host::Mode>(*mode);
  if (report.problem) return *report.problem;
  model.warnings.insert(model.warnings.end(), report.warnings.begin(), report.warnings.end());
  question.model = std::make_shared<const Model>(std::move(model));
  return out;
}

Result<Model> read_model_of_case(std::string_view text, const std::string& source) {
  JsonReport report{source, {}, {}};
  const auto json = parse_json(text, source);
  if (!json) return json.error();
  const JsonFields top(&*json, "", kCaseKeys, report);
  check_header(top);
  const JsonFields model(top.child("model"), top.pointer("model"), kCaseModelKeys, report);
  const Json* descriptor = model.child("descriptor");
  if (descriptor == nullptr) report.fail(tr("the model is missing"), model.pointer("descriptor"), {});
  if (report.problem) return *report.problem;
  return read_model_json(descriptor->dump(), source);
}

std::string stated_format(const std::string& path) {
  const auto file = File::open(path);
  if (!file) return {};
  const auto head = file->read_at(0, kHead);
  return head && looks_like_json(*head) ? format_in(*head) : std::string();
}

}  // namespace edgefit

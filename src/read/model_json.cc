#include "read/model_json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/families.h"
#include "read/limits.h"
#include "read/model_json_tensors.h"
#include "read/tensors.h"

namespace edgefit {

namespace {

constexpr Range kTokens{1, kMaxTokens};

std::string base_name(const std::string& path) {
  return printable(path.substr(path.find_last_of('/') + 1));
}

void check_format(const JsonFields& top) {
  const std::string format = top.text("format");
  if (!format.empty() && format != kModelFormat) {
    top.report().fail(say(tr("this is no model descriptor but {}"), format), top.pointer("format"),
                      say(tr("expected \"{}\""), kModelFormat));
  }
  const std::string version = top.text("format_version");
  if (version.empty() || version == kModelFormatVersion) return;
  if (version.starts_with("1.")) {
    top.report().warnings.push_back(
        fmt::format("{}: {} {}", top.report().name, tr("written for a newer format"), version));
  } else {
    top.report().fail(say(tr("unknown format version {}"), version), top.pointer("format_version"),
                      tr("versions 1.x are read; look for a newer edgefit"));
  }
}

void read_task(const JsonFields& top, Model& model) {
  const std::string name = top.text("task");
  if (name.empty()) return;
  if (const auto task = find_task(name)) {
    model.task = *task;
    return;
  }
  std::string all;
  for (int i = 0; i <= static_cast<int>(Task::other); ++i)
    all += fmt::format("{}{}", i > 0 ? ", " : "", name_of(static_cast<Task>(i)));
  top.report().fail(say(tr("unknown task \"{}\""), name), top.pointer("task"), all);
}

void read_precision(const JsonFields& top, Model& model) {
  model.precision = top.text("precision");
  if (model.precision.empty() || find_precision(model.precision) != nullptr) return;
  std::vector<std::string_view> names;
  for (const auto& row : precisions()) names.push_back(row.name);
  std::string text = fmt::format("{}#{}: {} \"{}\"", top.report().name, top.pointer("precision"),
                                 tr("unknown precision"), model.precision);
  const auto near = nearest(model.precision, names, 1);
  if (!near.empty()) text += fmt::format("; {} \"{}\"?", tr("did you mean"), near.front());
  top.report().warnings.push_back(std::move(text));
}

void read_size(const JsonFields& top, Model& model) {
  const auto fill = [&top](Fact<double>& fact, std::string_view key, double low) {
    if (const auto n = top.count(key, {low, kMaxParameters})) fact = {*n, top.origin(key)};
  };
  fill(model.parameters, "parameters", 1);
  fill(model.active_parameters, "active_parameters", 1);
  fill(model.input_embedding_parameters, "input_embedding_parameters", 0);
  const JsonFields counts(top.child("parameter_counts"), top.pointer("parameter_counts"), kCountKeys, top.report());
  counts.fill(model.counts.stored, "stored", {1, kMaxParameters});
  counts.fill(model.counts.with_scales, "with_scales", {1, kMaxParameters});
  counts.fill(model.counts.elements, "elements", {1, kMaxParameters});
  counts.fill(model.counts.backbone, "backbone", {1, kMaxParameters});
  top.fill_bytes(model.weight_bytes, "weight_bytes");
  top.fill_bytes(model.file_bytes, "file_bytes");
  if (model.weight_bytes && model.weight_bytes->value == 0)
    top.report().fail(tr("a model without weights"), top.pointer("weight_bytes"), tr("leave the key out when unknown"));
}

void read_requires(const JsonFields& top, Model& model) {
  const JsonFields fields(top.child("requires"), top.pointer("requires"), kRequiresKeys, top.report());
  Requirements& r = model.requires_;
  if (const std::string gpu = fields.text("gpu"); !gpu.empty()) {
    if (gpu == "required") {
      r.gpu = Requirements::Gpu::required;
    } else if (gpu == "not_needed") {
      r.gpu = Requirements::Gpu::not_needed;
    } else if (gpu != "optional") {
      top.report().fail(say(tr("unknown value \"{}\""), gpu), fields.pointer("gpu"), "required, optional, not_needed");
    }
  }
  r.gpu_features = fields.texts("gpu_features");
  r.apis = fields.texts("apis");
  r.cpu_features = fields.texts("cpu_features");
  r.os = fields.texts("os");
  r.min_vram = fields.bytes("min_vram");
  r.min_ram = fields.bytes("min_ram");
  r.min_disk = fields.bytes("min_disk");
  // Both are often written as texts: "8.0", "550".
  constexpr Range kCapability{1, 100, false};
  const Json* capability = fields.child("min_compute_capability");
  if (capability != nullptr && capability->is_string()) {
    double n = 0;
    if (parse_count(capability->get_ref<const std::string&>(), n) && n >= kCapability.low && n <= kCapability.high) {
      r.min_compute_capability = n;
    } else {
      top.report().fail(tr("not a compute capability"), fields.pointer("min_compute_capability"),
                        tr("for example \"8.0\""));
    }
  } else {
    r.min_compute_capability = fields.number("min_compute_capability", kCapability);
  }
  const Json* driver = fields.child("min_driver");
  if (driver != nullptr && driver->is_number()) {
    r.min_driver = driver->dump();
  } else {
    r.min_driver = fields.text("min_driver");
  }
}

void read_kv_type(const JsonFields& fields, Fact<std::string>& fact, std::string_view key) {
  const std::string name = lower(fields.text(key));
  if (name.empty()) return;
  if (find_ggml_type(name) == nullptr) {
    fields.report().fail(say(tr("unknown cache type \"{}\""), name), fields.pointer(key),
                         "f32, f16, bf16, q8_0, q5_1, q5_0, q4_1, q4_0, iq4_nl");
    return;
  }
  fact = {name, fields.origin(key)};
}

void read_workload(const JsonFields& top, Model& model) {
  const JsonFields fields(top.child("workload"), top.pointer("workload"), kWorkloadKeys, top.report());
  Workload& w = model.workload;
  fields.fill(w.context, "context", kTokens);
  fields.fill(w.sequences, "sequences", {1, 1e6});
  fields.fill(w.prompt_tokens, "prompt_tokens", {0, kMaxTokens});
  fields.fill(w.output_tokens, "output_tokens", {0, kMaxTokens});
  fields.fill(w.depth, "depth", {0, kMaxTokens});
  read_kv_type(fields, w.kv_type, "kv_type");
  read_kv_type(fields, w.kv_type_v, "kv_type_v");
}

void read_goals(const JsonFields& top, Model& model) {
  const JsonFields fields(top.child("goals"), top.pointer("goals"), kGoalsKeys, top.report());
  constexpr Range kRate{0, 1e12, false};
  model.goals.time_to_first_token = fields.seconds("time_to_first_token");
  model.goals.latency = fields.seconds("latency");
  if (const auto n = fields.number("tokens_per_second", kRate)) model.goals.tokens_per_second = TokensPerSecond{*n};
  if (const auto n = fields.number("inferences_per_second", kRate)) model.goals.inferences_per_second = Hertz{*n};
}

void read_rest(const JsonFields& top, Model& model) {
  const JsonFields compute(top.child("compute"), top.pointer("compute"), kComputeKeys, top.report());
  compute.fill(model.flops_per_inference, "flops_per_inference", {0, 1e24, false});
  compute.fill_bytes(model.activation_bytes, "activation_bytes");
  NetworkCost& network = model.network;
  compute.fill(network.nodes, "nodes", {0, kMaxParameters});
  compute.fill(network.integer_flops, "integer_flops", {0, 1e24});
  compute.fill_bytes(network.moved_bytes, "moved_bytes");
  compute.fill_bytes(network.convolution_weight_bytes, "convolution_weight_bytes");
  compute.fill_bytes(network.largest_weight_bytes, "largest_weight_bytes");
  compute.fill_bytes(network.workspace_bytes, "workspace_bytes");
  model.files = top.texts("files");
  model.producer = top.text("producer");
  const JsonFields life(top.child("lifecycle"), top.pointer("lifecycle"), kLifecycleKeys, top.report());
  Lifecycle& l = model.lifecycle;
  l.source_url = life.text("source_url");
  l.revision = life.text("revision");
  l.license = life.text("license");
  l.sha256 = life.text("sha256");
  l.released = life.text("released");
  l.owner = life.text("owner");
  l.next_review = life.text("next_review");
}

void check_enough(const JsonFields& top, const Model& model) {
  if (model.name.empty())
    top.report().fail(tr("this JSON has no name, so it is no model descriptor"), top.pointer("name"),
                      tr("add \"name\", and \"parameters\", \"architecture\" or \"files\""));
  if (!model.parameters && !top.child("architecture") && model.files.empty())
    top.report().fail(tr("too little is said about the model"), "/",
                      tr("state one of \"parameters\", \"architecture\" and \"files\""));
}

constexpr double kRounding = 0.02;  // "8.03B" of 8,029,995,008 is no contradiction

/// Of a total that was counted no more than all can be active.
void check_active(Model& model, const JsonFields& top) {
  if (!model.parameters || model.active_parameters.value_or(0) <= *model.parameters) return;
  if (*model.active_parameters > (1 + kRounding) * *model.parameters)
    top.report().fail(tr("more active parameters than parameters"), top.pointer("active_parameters"), {});
  model.active_parameters.value = *model.parameters;
}

/// A stated count stays, but says so when its own tensors contradict it.
void check_tensors(Model& model, const Origin& origin) {
  Model counted;
  counted.architecture = model.architecture;
  counted.tensors = model.tensors;
  count_parameters(counted, origin);
  if (model.parameters && counted.parameters &&
      std::abs(*counted.parameters - *model.parameters) > kRounding * *model.parameters) {
    model.warnings.push_back(fmt::format(fmt::runtime(tr("the tensors have {} parameters, the descriptor says {}")),
                                         show_parameters(*counted.parameters), show_parameters(*model.parameters)));
  }
  count_parameters(model, origin);
}

}  // namespace

bool looks_like_json(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  const size_t first = head.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && head[first] == '{';
}

Result<Model> read_model_json(std::string_view text, const std::string& source) {
  JsonReport report{base_name(source), {}, {}};
  auto json = parse_json(text, report.name);
  if (!json) return json.error();
  Model model;
  model.source = source;
  model.format = "model.json";
  const JsonFields top(&*json, "", kModelKeys, report);
  check_format(top);
  model.name = top.text("name");
  read_task(top, model);
  read_precision(top, model);
  read_size(top, model);
  read_requires(top, model);
  read_workload(top, model);
  read_goals(top, model);
  read_rest(top, model);
  check_enough(top, model);
  const Json* architecture = top.child("architecture");
  read_json_architecture(architecture, report, model.architecture);
  if (!report.problem) read_json_weights(top.child("weights"), report, model);
  if (!report.problem) read_json_tensors(top.child("tensors"), report, model);
  if (report.problem) return *report.problem;
  const bool speaks = architecture != nullptr || model.goals.tokens_per_second || model.goals.time_to_first_token;
  // The operations of a whole answer are a network's, not those of a token.
  if (model.flops_per_inference && !speaks && top.text("task").empty()) model.task = Task::other;
  if (model.tensors.empty()) {
    add_family_tensors(model, architecture != nullptr && architecture->contains("tied_embeddings"));
  } else {
    check_tensors(model, top.origin("tensors"));
  }
  check_active(model, top);
  if (report.problem) return *report.problem;
  model.warnings.insert(model.warnings.begin(), report.warnings.begin(), report.warnings.end());
  return model;
}

void add_family_tensors(Model& model, bool tied_stated) {
  Architecture& a = model.architecture;
  auto tensors = tensors_of(a);
  if (!tensors) return;
  model.tensors = std::move(*tensors);
  Model counted;
  counted.architecture = a;
  counted.tensors = model.tensors;
  count_parameters(counted, {});
  const double all = *counted.parameters, embedding = *a.vocab_size * *a.hidden_size;
  if (model.parameters && !tied_stated &&
      std::abs(*model.parameters - (all - embedding)) < std::abs(*model.parameters - all)) {
    a.tied_embeddings = true;  // the stated count leaves no room for an output matrix of its own
    return add_family_tensors(model, true);
  }
  // A stated count wins; shapes that do not add up to it are not this model's.
  if (model.parameters && std::abs(all - *model.parameters) > kRounding * *model.parameters) {
    model.tensors.clear();
    model.warnings.push_back(fmt::format(
        fmt::runtime(tr("the architecture has {} parameters, the descriptor says {}; the descriptor is used")),
        show_parameters(all), show_parameters(*model.parameters)));
    return;
  }
  count_parameters(model, {Origin::Kind::derived, say(tr("tensor shapes of family {}"), a.family)});
}

}  // namespace edgefit

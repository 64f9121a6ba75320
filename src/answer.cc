// assess + limits + options, and the words for each check.
#include "edgefit/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Words of one check. `fail` also serves warnings that are not failures; `fix` is what helps then, `find_out` what
/// helps when the check could not be made.
struct CheckWords {
  const char* title;
  const char* pass;
  const char* fail;
  const char* unknown;
  const char* fix;
  const char* find_out;
};
// In the order of FitCheck. {0} = required, {1} = detected.
constexpr std::array<CheckWords, kFitCheckCount> kCheckWords = {{
    {mark("Host memory"), mark("{0} needed, {1} there"), mark("{0} needed, only {1} there"),
     mark("free host memory could not be read"), mark("close other programs, add RAM, or lower --context"),
     mark("state it: --fact memory.available=SIZE")},
    {mark("GPU memory"), mark("{0} needed, {1} there"), mark("{0} needed, only {1} there"),
     mark("free GPU memory could not be read"), mark("use a lower precision, a shorter context, or more GPU memory"),
     mark("install the driver, or describe it: --gpu KEY")},
    {mark("Disk space"), mark("{0} needed, {1} free"), mark("{0} needed, only {1} free"),
     mark("free disk space could not be read"), mark("free some space or use another disk"),
     mark("state it: --fact disk.free=SIZE")},
    {mark("GPU"), mark("{1} is usable"), mark("a {0} device is required and none is usable ({1})"),
     mark("no GPU could be looked at"), mark("install the driver or a supported GPU"),
     mark("install the driver, or describe it: --gpu KEY")},
    {mark("Compute capability"), mark("{0} required, {1} there"), mark("{0} required, only {1} there"),
     mark("{0} required, the device does not tell its own"), mark("use a newer GPU"),
     mark("describe the GPU: --gpu KEY")},
    {mark("GPU driver"), mark("{0} required, {1} installed"), mark("{0} required, {1} installed"),
     mark("{0} required, version not readable"), mark("update the driver"), mark("install the driver")},
    {mark("GPU number formats"), mark("{0} is there"), mark("{0} is required and not there"),
     mark("it is not known whether the GPU has {0}"), mark("use another precision or a newer GPU"),
     mark("describe the GPU: --gpu KEY")},
    {mark("GPU interface"), mark("{1} serves"), mark("{0} is required, this box offers {1}"),
     mark("no interface could be found"),
     mark("install the runtime for this device or choose another build of the model"), mark("name it: --backend NAME")},
    {mark("CPU features"), mark("{0} is there"), mark("{0} is required and not there"),
     mark("the CPU's features could not be read"), mark("use another build of the engine or another CPU"),
     mark("state them: --fact cpu.isa=avx2,fma")},
    {mark("Operating system"), mark("{1} is supported"), mark("{0} is required, this is {1}"),
     mark("the operating system could not be read"), mark("run it on a supported system"),
     mark("ask on the box itself")},
    {mark("Context length"), mark("{0} of {1} tokens"), mark("{0} tokens asked, the model was trained for {1}"),
     mark("no context length stated"), mark("lower --context"), mark("state max_context in the descriptor")},
    {mark("Installed RAM"), mark("{0} required, {1} there"), mark("{0} required, only {1} there"),
     mark("installed RAM could not be read"), mark("add RAM"), mark("state it: --fact memory.os_total=SIZE")},
    {mark("GPU memory installed"), mark("{0} required, {1} there"), mark("{0} required, only {1} there"),
     mark("the size of GPU memory could not be read"), mark("use a GPU with more memory"),
     mark("describe it: --gpu KEY,SIZE")},
    {mark("Goal: time to first token"), mark("{1} expected, at most {0} wanted"),
     mark("{1} expected, at most {0} wanted"), mark("no estimate of the first token"),
     mark("shorten the prompt or use a faster device"), mark("the section Speed says what is missing")},
    {mark("Goal: tokens per second"), mark("{1} expected, {0} wanted"), mark("{1} expected, {0} wanted"),
     mark("no estimate of speed"), mark("use a lower precision or a device with more memory bandwidth"),
     mark("the section Speed says what is missing")},
    {mark("Goal: latency"), mark("{1} expected, at most {0} wanted"), mark("{1} expected, at most {0} wanted"),
     mark("no estimate of latency"), mark("use a faster device"), mark("the section Speed says what is missing")},
    {mark("Goal: inferences per second"), mark("{1} expected, {0} wanted"), mark("{1} expected, {0} wanted"),
     mark("no estimate of inferences per second"), mark("use a faster device"),
     mark("the section Speed says what is missing")},
    {mark("Model understood"), mark("the sizes of the model are known"),
     mark("no rule for family {1}: sized as a generic transformer"),
     mark("the model does not say enough to be sized ({1})"), mark("state parameters and precision, or weight_bytes"),
     mark(
         "state parameters and precision, or weight_bytes; of a network --input NAME=1x3x640x640 or activation_bytes")},
    {mark("Device not usable"), "", "{0}: {1}", "", mark("cure it or ignore the device"), ""},
    {mark("Engine"), mark("the engine's memory rules are known"), mark("{0} is required, it is {1}"),
     mark("no memory rules for {1} here"),
     mark("turn flash attention on, ask for fewer sequences, ranks that divide the heads, a smaller share, or an "
          "engine of "
          "this device"),
     mark("choose --runtime llama.cpp and --split-mode layer, for networks --backend cpu")},
}};

std::string in_unit(double value, std::string_view unit) {
  if (unit == "B") return show_gib(Bytes{value});
  if (unit == "s") return show(Seconds{value});
  if (unit == "tok/s") return show(TokensPerSecond{value});
  if (unit == "tok") return show_count(value);
  if (unit == "1") return fmt::format("{:.1f}", value);  // compute capability
  return fmt::format("{:.4g}", value);
}

std::string value_text(std::optional<double> number, std::string_view word, std::string_view unit) {
  return number ? in_unit(*number, unit) : printable(word.empty() ? "" : tr(std::string(word).c_str()));
}

CheckText text_of(const Finding& f) {
  const auto index = static_cast<size_t>(f.check);
  const CheckWords& words = kCheckWords[index];
  CheckText out;
  out.finding = f;
  out.id = fmt::format("EF-FIT-{:03}", index + 1);
  out.title = tr(words.title);
  out.required = value_text(f.required, f.required_word, f.unit);
  out.detected = value_text(f.detected, f.detected_word, f.unit);
  if (f.status == CheckStatus::not_applicable) return out;
  const char* message = f.status == CheckStatus::pass      ? words.pass
                        : f.status == CheckStatus::unknown ? words.unknown
                                                           : words.fail;
  if (f.check == FitCheck::host_memory || f.check == FitCheck::gpu_memory) {
    // A pool that fits by the estimate but not at its upper end has enough on paper.
    if (f.status == CheckStatus::warn) message = mark("{0} needed, {1} there: too close to call");
    if (f.detected_word == kSureMemory)
      message = mark("{0} needed, only {1} there for sure: the system tells two sizes of its memory");
  }
  out.message = fmt::format(fmt::runtime(tr(message)), out.required, out.detected);
  const char* fix =
      f.detected_word == kSureMemory ? mark("state the true one: --fact memory.os_total=SIZE") : words.fix;
  if (f.status != CheckStatus::pass) out.fix = tr(f.status == CheckStatus::unknown ? words.find_out : fix);
  return out;
}

/// In single quotes unless every character is harmless in a shell.
std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789._-/+=:,@%") == std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// The file that the engine opens: the model itself, the first named file, or a name to be filled in.
std::string weights_file(const Model& model) {
  if (model.format == "gguf" && model.tensors_stored) return model.source;  // else another precision was asked
  if (!model.files.empty()) return model.files.front();
  std::string name = lower(model.name);
  for (char& c : name) c = c == '/' || c == ' ' ? '-' : c;
  return name + "-" + lower(model.precision) + ".gguf";
}

/// A release whose flags are those of llama.cpp v0.5.0 (common/arg.cpp), which renamed some.
bool is_current(const RuntimeProfile& profile) {
  return profile.name == "llama.cpp" && profile.date >= "2026";
}

/// Flags for where parts of the model lie, in llama-server's words.
std::string places_of(const Case& question) {
  const auto& r = question.runtime;
  std::string out;
  if (r.split_mode != SplitMode::layer) out += fmt::format(" -sm {}", name_of(r.split_mode));
  if (!r.tensor_split.empty()) out += fmt::format(" -ts {:g}", fmt::join(r.tensor_split, ","));
  const auto layers = static_cast<int>(question.model->weights->layers.size());
  if (question.model->architecture.moe && r.cpu_moe_layers > 0) {
    out += r.cpu_moe_layers >= layers ? " --cpu-moe" : fmt::format(" --n-cpu-moe {}", r.cpu_moe_layers);
  }
  if (!r.kv_offload) out += " --no-kv-offload";
  if (r.swa_full) out += " --swa-full";
  return out;
}

/// The models beside the model.
std::string side_models_of(const Case& question) {
  const auto file = [](const Model& model) { return shell_word(printable(weights_file(model))); };
  std::string out;
  if (question.projector) out += " --mmproj " + file(*question.projector);
  for (const auto& adapter : question.adapters) out += " --lora " + file(*adapter);
  // There a draft model is only used by the kind of speculation that is asked for.
  if (question.draft) out += " -md " + file(*question.draft);
  if (question.draft && is_current(*question.runtime.profile)) out += " --spec-type draft-simple";
  return out;
}

/// What a server calls the model: the folder or the name at the hub.
std::string served_name(const Model& model) {
  std::string name = !model.files.empty() ? model.files.front() : model.source;
  constexpr std::string_view kHub = "huggingface.co/", kConfig = "/config.json";
  if (name.starts_with(kHub)) name = name.substr(kHub.size(), name.find_first_of(", ") - kHub.size());
  if (name.ends_with(kConfig)) name.resize(name.size() - kConfig.size());
  return shell_word(printable(name.empty() ? model.name : name));
}

/// The flags of a server; empty = it has none, or needs none.
struct ServerFlags {
  EngineRules rules;
  const char *model, *context, *tensor, *pipeline, *expert, *requests, *tokens, *share, *cache, *eager;
};
constexpr std::array kServerFlags = {
    ServerFlags{EngineRules::vllm, "", "--max-model-len", "--tensor-parallel-size", "--pipeline-parallel-size",
                "--enable-expert-parallel", "--max-num-seqs", "", "--gpu-memory-utilization", "--kv-cache-dtype",
                "--enforce-eager"},
    ServerFlags{EngineRules::sglang, "--model-path ", "--context-length", "--tp-size", "--pp-size", "--ep-size",
                "--max-running-requests", "", "--mem-fraction-static", "--kv-cache-dtype", "--disable-cuda-graph"},
    // Its defaults differ between its documents: requests and tokens are always stated.
    ServerFlags{EngineRules::tensorrt_llm, "", "--max_seq_len", "--tp_size", "--pp_size", "--ep_size",
                "--max_batch_size", "--max_num_tokens", "--kv_cache_free_gpu_memory_fraction", "", ""},
};

/// The line that starts a server with what the assessment found.
std::string server_command_of(const Case& question, const ServerSettings& s) {
  const RuntimeProfile& profile = *question.runtime.profile;
  const auto* f = std::find_if(kServerFlags.begin(), kServerFlags.end(),
                               [&](const ServerFlags& row) { return row.rules == profile.rules; });
  // Eager there is a setting of a file, and a cache of another type has no rule.
  if (s.eager && *f->eager == 0) return {};
  std::string out = fmt::format("{} {}{} {} {:.0f}", profile.command, f->model, served_name(*question.model),
                                f->context, *question.workload.context);
  const auto add = [&out](const char* flag, const std::string& value) {
    if (*flag == 0) return;
    out.append(" ").append(flag);
    if (!value.empty()) out.append(" ").append(value);
  };
  if (s.tensor > 1) add(f->tensor, std::to_string(s.tensor));
  if (s.pipeline > 1) add(f->pipeline, std::to_string(s.pipeline));
  if (s.expert > 1) add(f->expert, profile.rules == EngineRules::vllm ? "" : std::to_string(s.expert));
  if (!s.defaults || *f->tokens != 0) add(f->requests, fmt::format("{:.0f}", s.max_requests));
  add(f->tokens, fmt::format("{:.0f}", s.batched_tokens));
  if (s.memory_share != s.usual_share) add(f->share, fmt::format("{:g}", s.memory_share));
  if (question.workload.kv_type->starts_with("fp8")) {
    // SGLang wants the kind of the eight bits named.
    const bool named = *question.workload.kv_type != "fp8" || profile.rules == EngineRules::vllm;
    add(f->cache, named ? *question.workload.kv_type : std::string("fp8_e4m3"));
  }
  if (s.eager) add(f->eager, "");
  return out;
}

std::string command_of(const Case& question, const Assessment& a) {
  if (a.placement.server) return server_command_of(question, *a.placement.server);
  const RuntimeProfile& profile = *question.runtime.profile;
  const auto& family = question.model->architecture;
  // A family that the engine may not know at all is sized, but only its own file proves that the engine loads it.
  const bool loads = family.family.empty() || family.family_known || question.model->format == "gguf";
  if (profile.rules != EngineRules::llama_cpp || !question.model->weights || !loads) return {};
  const auto& w = question.workload;
  const auto& r = question.runtime;
  std::string out =
      fmt::format("{} -m {} -c {:.0f} -np {:.0f}", profile.command,
                  shell_word(printable(weights_file(*question.model))), *w.context * *w.sequences, *w.sequences);
  if (!a.placement.split.empty()) out += fmt::format(" -ngl {}", a.placement.gpu_layers);
  const std::string v_type = w.kv_type_v ? *w.kv_type_v : *w.kv_type;
  if (*w.kv_type != "f16") out += fmt::format(" -ctk {}", *w.kv_type);
  if (v_type != "f16") out += fmt::format(" -ctv {}", v_type);
  if (r.batch != 2048) out += fmt::format(" -b {:.0f}", r.batch);
  if (r.ubatch != 512) out += fmt::format(" -ub {:.0f}", r.ubatch);
  if (r.flash_attention != FlashAttention::automatic)
    out += r.flash_attention == FlashAttention::on ? " -fa on" : " -fa off";
  if (r.kv_unified) out += " --kv-unified";
  if (!r.mmap) out += is_current(profile) ? " --load-mode none" : " --no-mmap";
  if (!question.model->architecture.causal) out += " --embedding";
  return out + places_of(question) + side_models_of(question);
}

/// GiB as Python prints round(x, 2).
std::string python_gib(Bytes bytes) {
  std::string out = fmt::format("{:.2f}", bytes.value / kGiB);
  if (out.back() == '0') out.pop_back();
  return out;
}

/// SGLang starts with what there is and refuses longer requests; TensorRT-LLM the same. Ours, not theirs.
std::string short_cache_text(const StartRefusal& r, const RuntimeProfile& profile, double context) {
  if (r.longest <= 0) {
    return profile.rules == EngineRules::sglang
               ? std::string("Not enough memory. Please try to increase --mem-fraction-static.")
               : fmt::format(fmt::runtime(tr("{} finds no room for a KV cache")), profile.name);
  }
  return fmt::format(fmt::runtime(tr("{}: its KV cache holds {:.0f} tokens of one request, not {:.0f}")), profile.name,
                     r.longest, context);
}

/// The words of vLLM's check_enough_kv_cache_memory.
std::string refusal_text(const StartRefusal& r, const RuntimeProfile& profile, double context) {
  if (profile.rules != EngineRules::vllm) return short_cache_text(r, profile, context);
  if (r.available.value <= 0) {
    return "No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the "
           "engine.";
  }
  std::string out = fmt::format(
      "To serve at least one request with the model's max seq len ({:.0f}), ({} GiB KV cache is needed, which is "
      "larger "
      "than the available KV cache memory ({} GiB).",
      context, python_gib(r.needed), python_gib(r.available));
  if (r.longest > 0) {
    out += fmt::format(" Based on the available memory, the estimated maximum model length is {:.0f}.", r.longest);
  }
  return out + " Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.";
}

int exit_code(Verdict verdict, AnswerOptions::FailOn fail_on) {
  if (fail_on == AnswerOptions::FailOn::never) return 0;
  if (fail_on == AnswerOptions::FailOn::tight && verdict == Verdict::tight) return 1;
  return exit_code_of(verdict);
}

}  // namespace

Answer answer(const Case& question, const AnswerOptions& options) {
  Answer out;
  out.question = question;
  out.as_of = options.as_of;
  out.trace = std::make_shared<Trace>();
  out.assessment = assess(out.question, out.trace.get());
  const Verdict verdict = out.assessment.verdict;
  out.exit_code = exit_code(verdict, options.fail_on);
  out.limits = limits_of(out.question);
  for (const Finding& f : out.assessment.findings) out.checks.push_back(text_of(f));
  const bool plans = verdict == Verdict::not_ready || (options.plan_unknown && verdict == Verdict::unknown);
  if (options.with_options && plans) out.options = plan(out.question, options.terms);
  out.catalog_date = std::string(options.terms.catalog->date);
  out.warnings = out.question.model->warnings;
  if (out.assessment.refusal)
    out.refusal = refusal_text(*out.assessment.refusal, *question.runtime.profile, *question.workload.context);
  if (verdict == Verdict::ready || verdict == Verdict::tight) out.command = command_of(out.question, out.assessment);
  return out;
}

}  // namespace edgefit

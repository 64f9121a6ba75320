// Which precision the weights of a Hugging Face checkpoint have: quantization_config in its dialects, else the dtype.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "edgefit/precision.h"
#include "edgefit/text.h"
#include "read/hf_config.h"
#include "read/names.h"
#include "read/tensors.h"

namespace edgefit {

namespace {

constexpr Range kBits{1, 64}, kGroup{-1, 1e6};

/// A method or algorithm whose name says it all. Source: quantizers of transformers; modelopt's QUANT_ALGO names.
struct MethodRow {
  std::string_view name, precision;
};
constexpr MethodRow kMethods[] = {
    {"fp8", "fp8"},
    {"fbgemm_fp8", "fp8"},
    {"mxfp4", "mxfp4"},
    {"nvfp4", "nvfp4"},
    {"w4a16_awq", "int4"},
    {"w4a8_awq", "int4"},
    {"w8a8", "int8"},
    {"w8a16", "int8"},
    {"int8_sq", "int8"},
    {"fp8_pc_pt", "fp8"},
    {"fp8_pb_wo", "fp8"},
    {"eetq", "int8"},
    {"w4a8_mxfp4_fp8", "mxfp4"},
    {"nvfp4_awq", "nvfp4"},
    {"w4a8_nvfp4_fp8", "nvfp4"},
};

std::string by_bits(double bits, bool floating, double group) {
  if (!floating) return fmt::format("int{:.0f}", bits);
  if (bits == 4) return group == 32 ? "mxfp4" : "nvfp4";
  return fmt::format("fp{:.0f}", bits);
}

std::string by_method(std::string_view name) {
  const std::string small = lower(name);
  for (const auto& row : kMethods)
    if (row.name == small) return std::string(row.precision);
  return {};
}

/// One number format: {"num_bits": 4, "type": "float", "group_size": 16}, or GPTQ's and MLX's {"bits": 4}.
std::string by_format(const HfFields& fields) {
  const auto group = fields.number("group_size", kGroup);
  if (group && *group == 0) fields.fail(tr("group_size 0"), "group_size", tr("a group has at least one weight"));
  auto bits = fields.number("num_bits", kBits);
  if (!bits) bits = fields.number("bits", kBits);
  if (!bits) bits = fields.number("w_bit", kBits);
  return bits ? by_bits(*bits, fields.text("type") == "float", group.value_or(0)) : std::string();
}

double width_of(const std::string& precision) {
  const Precision* row = find_precision(precision);
  return row != nullptr ? row->bytes_per_weight : bytes_from_name(precision).value_or(0);
}

/// compressed-tensors: several groups of layers, each with its format. The widest is named, so that sizes err upwards.
std::string by_groups(const HfFields& quant) {
  const Json* groups = quant.find("config_groups");
  if (groups == nullptr || !groups->is_object()) return {};
  std::string widest;
  for (const auto& item : groups->items()) {
    const HfFields weights = quant.child(fmt::format("config_groups.{}.weights", item.key()));
    if (!weights.present()) continue;
    const std::string one = by_format(weights);
    if (widest.empty() || width_of(one) > width_of(widest)) widest = one;
  }
  return widest;
}

std::string by_quantization(const HfFields& quant) {
  if (!quant.present()) return {};
  if (const std::string found = by_groups(quant); !found.empty()) return found;
  for (const std::string_view key : {"quant_algo", "quant_method"})
    if (const std::string found = by_method(quant.text(key)); !found.empty()) return found;
  if (quant.flag("load_in_4bit") || quant.flag("_load_in_4bit")) return "int4";
  if (quant.flag("load_in_8bit") || quant.flag("_load_in_8bit")) return "int8";
  return by_format(quant);
}

/// Modules that a list of exceptions may name, and the GGUF names of their tensors.
struct ModuleRow {
  std::string_view pattern, tensor;
};
constexpr ModuleRow kModules[] = {
    {"attn", "attn_"},       {"attention", "attn_"},      {"linear_attn", "ssm_"}, {"mamba", "ssm_"},
    {"mixer", "ssm_"},       {"shared_expert", "_shexp"}, {"vision", "v."},        {"visual", "v."},
    {"mm_projector", "mm."}, {"embed_vision", "mm."},     {"mtp", "nextn."},
};

/// Bytes a weight of a quantised matrix: the format's bits, and the scales of its groups.
double quantised_width(const std::string& precision, double group) {
  if (precision.starts_with("fp8")) return 1 + 4.0 / (128 * 128);
  if (precision == "nvfp4") return 0.5 + 1.0 / 16;
  if (precision == "mxfp4") return 0.5 + 1.0 / 32;
  const double width = bytes_from_name(precision).value_or(2);
  return width + (group > 0 ? 2.5 / group : 0);  // a scale of 16 bits and a zero point of 4
}

class Exceptions {
 public:
  explicit Exceptions(const HfFields& quant)
      : ends_too_(quant.find("bits") != nullptr && quant.text("quant_method").empty()) {
    for (const char* key : {"modules_to_not_convert", "ignore", "ignored_layers", "exclude_modules"})
      for (const auto& name : quant.texts(key)) {
        const std::string small = lower(name);
        for (const auto& row : kModules)
          if (small.find(row.pattern) != small.npos) parts_.push_back(row.tensor);
      }
    std::sort(parts_.begin(), parts_.end());
    parts_.erase(std::unique(parts_.begin(), parts_.end()), parts_.end());
  }
  /// One name in the list excepts its whole kind, so that sizes err upwards.
  bool cover(const Tensor& tensor) const {
    const std::string_view name = tensor.name;
    if (name.ends_with(".bias") || name.find("gate_inp") != name.npos || name.find("conv") != name.npos) return true;
    if (tensor.layer < 0 && (!ends_too_ || name.starts_with("v.") || name.starts_with("mm."))) return true;
    return std::any_of(parts_.begin(), parts_.end(), [&](auto part) { return name.find(part) != name.npos; });
  }

 private:
  bool ends_too_;  ///< MLX, which names no method, quantises embedding and head as well
  std::vector<std::string_view> parts_;
};

}  // namespace

std::optional<double> hf_quantised_bytes(const HfFields& top, const HfFields& text, const std::string& precision,
                                         const std::vector<Tensor>& tensors) {
  for (const HfFields* fields : {&top, &text})
    for (const char* key : {"quantization_config", "compression_config", "quantization"}) {
      const HfFields quant = fields->child(key);
      if (!quant.present() || tensors.empty()) continue;
      const Exceptions exceptions(quant);
      const double width = quantised_width(precision, quant.number("group_size", kGroup).value_or(0));
      double bytes = 0;
      for (const auto& tensor : tensors) {
        const auto wide = std::count_if(tensor.shape.begin(), tensor.shape.end(), [](uint64_t n) { return n > 1; });
        const bool plain = wide < 2 || exceptions.cover(tensor);
        bytes += elements_of(tensor) * (plain ? 2 : width);
      }
      return std::round(bytes);
    }
  return {};
}

std::string hf_precision(const HfFields& top, const HfFields& text) {
  for (const HfFields* fields : {&top, &text})
    for (const char* key : {"quantization_config", "compression_config", "quantization"})
      if (const std::string found = by_quantization(fields->child(key)); !found.empty()) return found;
  for (const HfFields* fields : {&top, &text})
    for (const char* key : {"torch_dtype", "dtype"}) {
      std::string name = fields->text(key);
      if (name.starts_with("torch.")) name.erase(0, 6);
      if (const Precision* row = find_precision(name)) return std::string(row->name);
    }
  return {};
}

Result<Done> apply_hf_quant_config(std::string_view text, const std::string& source, Model& model) {
  JsonReport report{printable(last_part(source)), {}, {}};
  const auto json = parse_json(text, report.name);
  if (!json) return json.error();
  if (!json->is_object()) return Done{};
  const HfFields top(&*json, "", {}, report);
  const std::string precision = by_quantization(top.child("quantization"));
  if (report.problem) return *report.problem;
  if (precision.empty()) return Done{};
  model.precision = precision;
  if (const auto bytes = hf_quantised_bytes(top, top, precision, model.tensors)) {
    model.weight_bytes = {Bytes{*bytes},
                          {Origin::Kind::derived, mark("quantised matrices of the layers, the rest in 16 bits")}};
  }
  if (report.problem) return *report.problem;
  return Done{};
}

}  // namespace edgefit

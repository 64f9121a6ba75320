#include "edgefit/precision.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "edgefit/text.h"

namespace edgefit {
namespace {

// Block sizes: ggml-common.h of llama.cpp (2026); ids 4, 5, 31-33 and 36-38 are retired upstream.
constexpr std::array kGgmlTypes = {
    GgmlType{0, "f32", 1, 4},         GgmlType{1, "f16", 1, 2},         GgmlType{2, "q4_0", 32, 18},
    GgmlType{3, "q4_1", 32, 20},      GgmlType{6, "q5_0", 32, 22},      GgmlType{7, "q5_1", 32, 24},
    GgmlType{8, "q8_0", 32, 34},      GgmlType{9, "q8_1", 32, 36},      GgmlType{10, "q2_k", 256, 84},
    GgmlType{11, "q3_k", 256, 110},   GgmlType{12, "q4_k", 256, 144},   GgmlType{13, "q5_k", 256, 176},
    GgmlType{14, "q6_k", 256, 210},   GgmlType{15, "q8_k", 256, 292},   GgmlType{16, "iq2_xxs", 256, 66},
    GgmlType{17, "iq2_xs", 256, 74},  GgmlType{18, "iq3_xxs", 256, 98}, GgmlType{19, "iq1_s", 256, 50},
    GgmlType{20, "iq4_nl", 32, 18},   GgmlType{21, "iq3_s", 256, 110},  GgmlType{22, "iq2_s", 256, 82},
    GgmlType{23, "iq4_xs", 256, 136}, GgmlType{24, "i8", 1, 1},         GgmlType{25, "i16", 1, 2},
    GgmlType{26, "i32", 1, 4},        GgmlType{27, "i64", 1, 8},        GgmlType{28, "f64", 1, 8},
    GgmlType{29, "iq1_m", 256, 56},   GgmlType{30, "bf16", 1, 2},       GgmlType{34, "tq1_0", 256, 54},
    GgmlType{35, "tq2_0", 256, 66},   GgmlType{39, "mxfp4", 32, 17},    GgmlType{40, "nvfp4", 64, 36},
    GgmlType{41, "q1_0", 128, 18},    GgmlType{42, "q2_0", 64, 18},
};

constexpr std::string_view kQuantizeReadme = "bits per weight of Llama-3.1-8B in llama.cpp tools/quantize/README.md";
constexpr std::string_view kQuantizeHelp = "size of Llama-3-8B in the help of llama-quantize";
constexpr std::string_view kDefinition = "definition of the format";

// Perplexity: LLaMA 3 8B scoreboard of llama.cpp's perplexity README (2024-05, wikitext-2), without importance matrix
// where both were measured. Mean bits over a whole 8B model: larger models need slightly less, their embeddings weigh
// less.
constexpr std::array kPrecisions = {
    Precision{"f32", 4.0, "f32", 100, kDefinition},
    Precision{"bf16", 2.0, "bf16", 95, kDefinition},
    Precision{"f16", 2.0, "f16", 95, kDefinition},
    Precision{"q8_0", 8.5008 / 8, "q8_0", 90, kQuantizeReadme, 0.04},
    Precision{"int8", 1.0625, "q8_0", 85, "8 bits and a 16-bit scale for 32 weights"},
    Precision{"fp8", 1.03125, "", 85, "8 bits; scales and norms at most 3 %"},
    Precision{"q6_k", 6.5633 / 8, "q6_k", 80, kQuantizeReadme, 0.35},
    Precision{"q5_k_m", 5.7036 / 8, "q5_k", 72, kQuantizeReadme, 0.91},
    Precision{"q5_k_s", 5.5704 / 8, "q5_k", 70, kQuantizeReadme, 1.7},
    Precision{"q5_1", 6.045 / 8, "q5_1", 70, kQuantizeHelp, 1.7},
    Precision{"q5_0", 5.574 / 8, "q5_0", 68, kQuantizeHelp, 2.1},
    Precision{"q4_k_m", 4.8944 / 8, "q4_k", 60, kQuantizeReadme, 2.8},
    Precision{"q4_k_s", 4.6672 / 8, "q4_k", 57, kQuantizeReadme, 4.3},
    Precision{"iq4_nl", 4.6818 / 8, "iq4_nl", 57, kQuantizeReadme, 3.6},
    Precision{"iq4_xs", 4.4597 / 8, "iq4_xs", 56, kQuantizeReadme, 3.7},
    Precision{"q4_1", 5.114 / 8, "q4_1", 53, kQuantizeHelp, 7.2},
    Precision{"q4_0", 4.643 / 8, "q4_0", 50, kQuantizeHelp, 7.5},
    Precision{"int4", 4.643 / 8, "q4_0", 50, "as q4_0; AWQ and GPTQ keep embeddings in 16 bits"},
    Precision{"mxfp4", 4.25 / 8, "mxfp4", 50, "OCP MX: 4 bits and an 8-bit scale for 32 weights"},
    Precision{"nvfp4", 4.5 / 8, "nvfp4", 50, "4 bits and an 8-bit scale for 16 weights"},
    Precision{"q3_k_l", 4.2979 / 8, "q3_k", 45, kQuantizeReadme, 8.9},
    Precision{"q3_k_m", 3.9960 / 8, "q3_k", 42, kQuantizeReadme, 10.5},
    Precision{"iq3_m", 3.7628 / 8, "iq3_s", 41, kQuantizeReadme, 10.7},
    Precision{"iq3_s", 3.6606 / 8, "iq3_s", 40, kQuantizeReadme, 11.8},
    Precision{"q3_k_s", 3.6429 / 8, "q3_k", 36, kQuantizeReadme, 26.2},
    Precision{"iq3_xs", 3.4977 / 8, "iq3_xxs", 38, kQuantizeReadme, 14.9},
    Precision{"iq3_xxs", 3.2548 / 8, "iq3_xxs", 35, kQuantizeReadme, 19.7},
    Precision{"int3", 3.6429 / 8, "q3_k", 34, "as q3_k_s"},
    Precision{"q2_k", 3.1593 / 8, "q2_k", 28, kQuantizeReadme, 56.5},
    Precision{"q2_k_s", 2.9697 / 8, "q2_k", 25, kQuantizeReadme, 49.6},
    Precision{"iq2_m", 2.9294 / 8, "iq2_s", 26, kQuantizeReadme, 38.0},
    Precision{"iq2_s", 2.7403 / 8, "iq2_xs", 24, kQuantizeReadme, 54.9},
    Precision{"iq2_xs", 2.5882 / 8, "iq2_xs", 22, kQuantizeReadme, 72.7},
    Precision{"iq2_xxs", 2.3824 / 8, "iq2_xxs", 20, kQuantizeReadme, 126.1},
    Precision{"int2", 3.1593 / 8, "q2_k", 20, "as q2_k"},
    Precision{"tq2_0", 2.0625 / 8, "tq2_0", 18, kDefinition},
    Precision{"iq1_m", 2.1460 / 8, "iq1_m", 14, kQuantizeReadme, 309.0},
    Precision{"iq1_s", 2.0042 / 8, "iq1_s", 10, kQuantizeReadme, 873.8},
    Precision{"tq1_0", 1.6875 / 8, "tq1_0", 10, kDefinition},
};

struct Alias {
  std::string_view other, name;
};
constexpr std::array kAliases = {
    Alias{"fp32", "f32"},        Alias{"float32", "f32"},  Alias{"float", "f32"},     Alias{"fp16", "f16"},
    Alias{"float16", "f16"},     Alias{"half", "f16"},     Alias{"bfloat16", "bf16"}, Alias{"q8", "q8_0"},
    Alias{"w8a8", "int8"},       Alias{"w8a16", "int8"},   Alias{"8bit", "int8"},     Alias{"8-bit", "int8"},
    Alias{"fp8_e4m3", "fp8"},    Alias{"fp8_e5m2", "fp8"}, Alias{"f8_e4m3", "fp8"},   Alias{"f8_e5m2", "fp8"},
    Alias{"float8", "fp8"},      Alias{"q6", "q6_k"},      Alias{"q5_k", "q5_k_m"},   Alias{"q4_k", "q4_k_m"},
    Alias{"q3_k", "q3_k_m"},     Alias{"awq", "int4"},     Alias{"gptq", "int4"},     Alias{"w4a16", "int4"},
    Alias{"4bit", "int4"},       Alias{"4-bit", "int4"},   Alias{"nf4", "int4"},      Alias{"fp4", "nvfp4"},
    Alias{"mxfp4_moe", "mxfp4"}, Alias{"q4", "q4_k_m"},
};

}  // namespace

std::span<const GgmlType> ggml_types() {
  return kGgmlTypes;
}

const GgmlType* find_ggml_type(uint32_t id) {
  const auto* found = std::find_if(kGgmlTypes.begin(), kGgmlTypes.end(), [id](const auto& t) { return t.id == id; });
  return found == kGgmlTypes.end() ? nullptr : found;
}

const GgmlType* find_ggml_type(std::string_view name) {
  const auto* found = std::find_if(kGgmlTypes.begin(), kGgmlTypes.end(),
                                   [name](const auto& t) { return equals_ignoring_case(t.name, name); });
  return found == kGgmlTypes.end() ? nullptr : found;
}

std::span<const Precision> precisions() {
  return kPrecisions;
}

const Precision* find_precision(std::string_view name) {
  for (const auto& alias : kAliases) {
    if (equals_ignoring_case(alias.other, name)) name = alias.name;
  }
  const auto* found = std::find_if(kPrecisions.begin(), kPrecisions.end(),
                                   [name](const auto& p) { return equals_ignoring_case(p.name, name); });
  return found == kPrecisions.end() ? nullptr : found;
}

std::optional<double> bytes_from_name(std::string_view name) {
  const std::string text = lower(name);
  const auto digits_at = [&](size_t at) -> std::optional<double> {
    if (at >= text.size() || std::isdigit(static_cast<unsigned char>(text[at])) == 0) return std::nullopt;
    const double bits = std::stod(text.substr(at, 2));
    if (bits < 1 || bits > 64) return std::nullopt;
    return bits / 8;
  };
  const size_t bit = text.find("bit");
  if (bit != std::string::npos && bit > 0) {
    size_t start = bit;
    while (start > 0 && (std::isdigit(static_cast<unsigned char>(text[start - 1])) != 0 || text[start - 1] == '-'))
      --start;
    if (start < bit && text[start] == '-') ++start;
    if (const auto bytes = digits_at(start)) return bytes;
  }
  for (const std::string_view prefix : {"w", "int", "fp", "q", "iq", "uint", "nf"}) {
    size_t at = 0;
    while ((at = text.find(prefix, at)) != std::string::npos) {
      const bool starts = at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
      if (starts) {
        if (const auto bytes = digits_at(at + prefix.size())) return bytes;
      }
      ++at;
    }
  }
  return std::nullopt;
}

}  // namespace edgefit

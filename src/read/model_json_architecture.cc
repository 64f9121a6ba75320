// The "architecture" object of model.json.
#include <fmt/format.h>

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/families.h"
#include "read/limits.h"
#include "read/model_json.h"

namespace edgefit {

namespace {

constexpr std::string_view kPointer = "/architecture";

/// A number, or a list of one a layer; the fact is then the largest.
void fill_by_layer(const JsonFields& fields, std::string_view key, Range range, const Fact<double>& layers,
                   Fact<double>& fact, std::vector<double>& list) {
  const Json* value = fields.child(key);
  if (value == nullptr || !value->is_array()) return fields.fill(fact, key, range);
  list = fields.numbers(key, {0, range.high});
  if (fields.report().problem) return;
  if (list.empty() || !layers || static_cast<double>(list.size()) != *layers) {
    fields.report().fail(tr("a list must have one entry a layer"), fields.pointer(key),
                         layers ? fmt::format("{} / {:.0f}", list.size(), *layers) : tr("state \"layers\""));
    return;
  }
  fact = {*std::max_element(list.begin(), list.end()), fields.origin(key)};
}

std::string attention_names() {
  std::string all;
  for (int i = 0; i <= static_cast<int>(Attention::none); ++i)
    all += fmt::format("{}{}", i > 0 ? ", " : "", name_of(static_cast<Attention>(i)));
  return all;
}

/// One name for all layers, one a layer, or a pattern that repeats. True when the key is there.
bool read_attention(const JsonFields& fields, Architecture& a) {
  const Json* value = fields.child("attention");
  if (value == nullptr) return false;
  std::vector<std::string> names;
  if (value->is_string()) {
    names = {fields.text("attention")};
  } else {
    names = fields.texts("attention");
  }
  std::vector<Attention> pattern;
  for (const auto& name : names) {
    const auto attention = find_attention(name);
    if (!attention) {
      fields.report().fail(say(tr("unknown attention \"{}\""), name),
                           fmt::format("{}/{}", fields.pointer("attention"), pattern.size()), attention_names());
      return true;
    }
    pattern.push_back(*attention);
  }
  const bool plain = std::all_of(pattern.begin(), pattern.end(), [](Attention x) { return x == Attention::full; });
  if (plain && !pattern.empty()) return true;
  if (pattern.empty() || !a.layers || static_cast<double>(pattern.size()) > *a.layers) {
    fields.report().fail(tr("the pattern does not fit the layers"), fields.pointer("attention"),
                         a.layers ? fmt::format("{} / {:.0f}", pattern.size(), *a.layers) : tr("state \"layers\""));
    return true;
  }
  for (size_t i = 0; i < static_cast<size_t>(*a.layers); ++i) a.attention.push_back(pattern[i % pattern.size()]);
  return true;
}

void read_mla(const JsonFields& fields, Architecture& a) {
  const JsonFields mla(fields.child("mla"), fields.pointer("mla"), kMlaKeys, fields.report());
  if (!mla.present()) return;
  Mla out;
  out.kv_lora_rank = mla.number("kv_lora_rank", {1, kMaxHidden}).value_or(0);
  out.rope_head_dim = mla.number("rope_head_dim", {0, kMaxHeadDim}).value_or(0);
  out.nope_head_dim = mla.number("nope_head_dim", {0, kMaxHeadDim}).value_or(0);
  out.q_lora_rank = mla.number("q_lora_rank", {0, kMaxHidden}).value_or(0);
  if (out.kv_lora_rank == 0)
    fields.report().fail(tr("kv_lora_rank is missing"), mla.pointer("kv_lora_rank"), tr("for DeepSeek it is 512"));
  a.mla = out;
}

void read_moe(const JsonFields& fields, Architecture& a) {
  const JsonFields moe(fields.child("moe"), fields.pointer("moe"), kMoeKeys, fields.report());
  if (!moe.present()) return;
  Moe out;
  out.experts = moe.number("experts", {1, kMaxExperts}).value_or(0);
  out.experts_used = moe.number("experts_used", {1, kMaxExperts}).value_or(0);
  out.expert_ffn_size = moe.number("expert_ffn_size", {1, kMaxFfn}).value_or(a.ffn_size.value_or(0));
  out.shared_ffn_size = moe.number("shared_ffn_size", {0, kMaxFfn}).value_or(0);
  out.dense_layers = moe.number("dense_layers", {0, kMaxLayers}).value_or(0);
  if (out.experts == 0 || out.experts_used == 0)
    fields.report().fail(tr("experts and experts_used are both needed"), fields.pointer("moe"), {});
  if (out.experts_used > out.experts)
    fields.report().fail(tr("more experts used than there are"), moe.pointer("experts_used"), {});
  a.moe = out;
}

void read_ssm(const JsonFields& fields, Architecture& a) {
  const JsonFields ssm(fields.child("ssm"), fields.pointer("ssm"), kSsmKeys, fields.report());
  if (!ssm.present()) return;
  if (const std::string kind = ssm.text("kind"); !kind.empty()) {
    const auto found = find_state_kind(kind);
    if (!found)
      fields.report().fail(say(tr("unknown kind of state \"{}\""), kind), ssm.pointer("kind"),
                           "mamba1, mamba2, delta_net, short_conv, rwkv");
    a.state = found.value_or(StateKind::none);
  } else if (a.state == StateKind::none) {
    a.state = StateKind::mamba2;
  }
  Ssm out;
  out.inner = ssm.number("inner", {1, kMaxFfn}).value_or(0);
  out.state = ssm.number("state", {0, kMaxFfn}).value_or(0);
  out.conv = ssm.number("conv", {0, kMaxFfn}).value_or(0);
  out.heads = ssm.number("heads", {0, kMaxFfn}).value_or(0);
  // Mamba 1 and short convolutions have no groups.
  out.groups = ssm.number("groups", {0, kMaxFfn})
                   .value_or(a.state == StateKind::mamba1 || a.state == StateKind::short_conv ? 0 : 1);
  if (out.inner == 0) fields.report().fail(tr("inner is missing"), ssm.pointer("inner"), {});
  a.ssm = out;
}

void warn_of_family(JsonReport& report, const Architecture& a) {
  if (a.family.empty() || find_architecture(a.family) != nullptr) return;
  std::vector<std::string_view> names;
  for (const auto& row : architecture_rows()) names.push_back(row.name);
  std::string text = fmt::format("{}#{}/family: {} \"{}\"", report.name, kPointer, tr("no rules for family"), a.family);
  const auto near = nearest(a.family, names, 1);
  if (!near.empty()) text += fmt::format("; {} \"{}\"?", tr("did you mean"), near.front());
  report.warnings.push_back(std::move(text));
}

void check_attention(JsonReport& report, const Architecture& a) {
  const auto has = [&a](Attention kind) {
    return std::find(a.attention.begin(), a.attention.end(), kind) != a.attention.end();
  };
  const std::string pointer = fmt::format("{}/attention", kPointer);
  if (has(Attention::mla) && !a.mla)
    report.fail(tr("mla layers without their sizes"), pointer,
                tr("state \"mla\": {\"kv_lora_rank\", \"rope_head_dim\"}"));
  if (has(Attention::sliding) && a.window.value_or(0) <= 0)
    report.fail(tr("sliding layers without a window"), pointer, tr("state \"window\", in tokens"));
  if ((has(Attention::recurrent) || has(Attention::full_recurrent)) && !a.ssm)
    report.warnings.push_back(fmt::format("{}#{}/ssm: {}", report.name, kPointer,
                                          tr("recurrent layers without their sizes: their state is not counted")));
}

}  // namespace

void read_json_architecture(const Json* value, JsonReport& report, Architecture& a) {
  const JsonFields fields(value, std::string(kPointer), kArchitectureKeys, report);
  if (!fields.present()) return;
  a.family = fields.text("family");
  fields.fill(a.layers, "layers", {1, kMaxLayers});
  fields.fill(a.hidden_size, "hidden_size", {1, kMaxHidden});
  fields.fill(a.heads, "heads", {1, kMaxHeads});
  fields.fill(a.head_dim, "head_dim", {1, kMaxHeadDim});
  fields.fill(a.value_head_dim, "value_head_dim", {1, kMaxHeadDim});
  fields.fill(a.vocab_size, "vocab_size", {1, kMaxVocab});
  fields.fill(a.max_context, "max_context", {1, kMaxTokens});
  fields.fill(a.window, "window", {0, kMaxTokens});
  fields.fill(a.kv_layers, "kv_layers", {0, kMaxLayers});
  fill_by_layer(fields, "kv_heads", {1, kMaxHeads}, a.layers, a.kv_heads, a.kv_heads_by_layer);
  fill_by_layer(fields, "ffn_size", {0, kMaxFfn}, a.layers, a.ffn_size, a.ffn_size_by_layer);
  a.mtp_layers = fields.number("mtp_layers", {0, kMaxLayers}).value_or(0);
  read_mla(fields, a);
  const bool attention_stated = read_attention(fields, a);
  apply_family(a, !attention_stated && !a.kv_layers);
  read_moe(fields, a);
  read_ssm(fields, a);
  a.tied_embeddings = fields.flag("tied_embeddings").value_or(a.tied_embeddings);
  a.gated_ffn = fields.flag("gated_ffn").value_or(a.gated_ffn);
  a.fused_qkv = fields.flag("fused_qkv").value_or(a.fused_qkv);
  a.causal = fields.flag("causal").value_or(a.causal);
  warn_of_family(report, a);
  if (attention_stated) check_attention(report, a);
  if (a.heads && a.kv_heads && *a.kv_heads > *a.heads)
    report.fail(tr("more KV heads than heads"), fields.pointer("kv_heads"), {});
}

}  // namespace edgefit

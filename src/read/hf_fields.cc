#include "read/hf_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

namespace {

struct NameRow {
  std::string_view key, other;
};
// The same meaning under other names, as the configuration classes of transformers and the code beside the weights of
// gpt2, opt, bloom, mpt, falcon, dbrx, chatglm, openelm, lfm2, whisper and gpt-oss call it. A dot goes into an object.
constexpr NameRow kOtherNames[] = {
    {"num_hidden_layers", "n_layer"},
    {"num_hidden_layers", "n_layers"},
    {"num_hidden_layers", "num_layers"},
    {"num_hidden_layers", "num_transformer_layers"},
    {"num_hidden_layers", "decoder_layers"},
    {"hidden_size", "n_embd"},
    {"hidden_size", "d_model"},
    {"hidden_size", "model_dim"},
    {"num_attention_heads", "n_head"},
    {"num_attention_heads", "n_heads"},
    {"num_attention_heads", "num_query_heads"},
    {"num_attention_heads", "decoder_attention_heads"},
    {"num_key_value_heads", "n_head_kv"},
    {"num_key_value_heads", "num_kv_heads"},
    {"num_key_value_heads", "multi_query_group_num"},
    {"num_key_value_heads", "num_multi_query_heads"},
    {"num_key_value_heads", "attn_config.kv_n_heads"},
    {"head_dim", "kv_channels"},
    {"head_dim", "attention_head_dim"},
    {"head_dim", "d_kv"},
    {"intermediate_size", "n_inner"},
    {"intermediate_size", "ffn_hidden_size"},
    {"intermediate_size", "ffn_dim"},
    {"intermediate_size", "d_ff"},
    {"intermediate_size", "decoder_ffn_dim"},
    {"intermediate_size", "ffn_config.ffn_hidden_size"},
    {"vocab_size", "padded_vocab_size"},
    {"max_position_embeddings", "n_positions"},
    {"max_position_embeddings", "max_seq_len"},
    {"max_position_embeddings", "seq_length"},
    {"max_position_embeddings", "max_sequence_length"},
    {"max_position_embeddings", "max_context_length"},
    {"max_position_embeddings", "max_target_positions"},
    {"tie_word_embeddings", "tie_embedding"},
    {"tie_word_embeddings", "share_input_output_layers"},
    {"num_experts", "num_local_experts"},
    {"num_experts", "n_routed_experts"},
    {"num_experts", "ffn_config.moe_num_experts"},
    {"num_experts_per_tok", "experts_per_token"},
    {"num_experts_per_tok", "top_k_experts"},
    {"num_experts_per_tok", "moe_top_k"},
    {"num_experts_per_tok", "ffn_config.moe_top_k"},
    {"moe_intermediate_size", "expert_intermediate_size"},
    {"shared_expert_intermediate_size", "moe_shared_expert_intermediate_size"},
    {"shared_expert_intermediate_size", "shared_intermediate_size"},
    {"shared_expert_intermediate_size", "share_expert_dim"},
    {"sliding_window", "sliding_window_size"},
    {"sliding_window", "attention_chunk_size"},
    {"sliding_window_pattern", "_sliding_window_pattern"},
    {"layer_types", "layers_block_type"},
    {"num_nextn_predict_layers", "mtp_num_hidden_layers"},
    {"mamba_n_heads", "mamba_num_heads"},
    {"mamba_n_heads", "n_mamba_heads"},
    {"mamba_n_heads", "num_heads"},
    {"mamba_d_head", "mamba_head_dim"},
    {"mamba_d_head", "mamba_headdim"},
    {"mamba_d_head", "head_dim"},
    {"mamba_d_state", "ssm_state_size"},
    {"mamba_d_state", "state_size"},
    {"mamba_d_conv", "conv_kernel"},
    {"mamba_d_conv", "conv_dimension"},
    {"mamba_n_groups", "n_groups"},
    {"mamba_n_groups", "mamba_ngroups"},
    {"num_channels", "in_channels"},
    {"num_channels", "in_chans"},
};

const Json* at(const Json* object, std::string_view key) {
  const size_t dot = key.find('.');
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(std::string(key.substr(0, dot)));
  if (found == object->end() || found->is_null()) return nullptr;
  return dot == key.npos ? &*found : at(&*found, key.substr(dot + 1));
}

std::string slashes(std::string_view key) {
  std::string out(key.substr(0, 80));
  std::replace(out.begin(), out.end(), '.', '/');
  return out;
}

}  // namespace

const Json* HfFields::find(std::string_view key, std::string* found) const {
  const Json* value = at(object_, key);
  if (found != nullptr) *found = key;
  if (value != nullptr) return value;
  for (const auto& row : kOtherNames)
    if (row.key == key && (value = at(object_, row.other)) != nullptr) {
      if (found != nullptr) *found = row.other;
      return value;
    }
  return nullptr;
}

bool HfFields::says_none(std::string_view key) const {
  if (object_ == nullptr) return false;
  const auto value = object_->find(std::string(key));
  return value != object_->end() && value->is_null();
}

std::string HfFields::pointer(std::string_view key) const {
  return fmt::format("{}/{}", pointer_, slashes(key));
}

Origin HfFields::origin(std::string_view key) const {
  return {Origin::Kind::file, fmt::format("{}: {}", report_->name, pointer(key).substr(1))};
}

void HfFields::fail(std::string what, std::string_view key, std::string hint) const {
  report_->fail(std::move(what), pointer(key), std::move(hint));
}

std::optional<double> HfFields::check(const Json& value, const std::string& key, Range range) const {
  const std::string expected = say(tr("expected a whole number, {:.0f} - {:.0f}"), range.low, range.high);
  if (!value.is_number()) {
    fail(say(tr("expected a number, found {}"), value.type_name()), key, expected);
    return {};
  }
  const double n = value.get<double>();
  if (std::isfinite(n) && n >= range.low && n <= range.high && (!range.whole || n == std::floor(n))) return n;
  fail(say(tr("number out of range ({})"), n), key, expected);
  return {};
}

std::optional<double> HfFields::otherwise(std::string_view key) const {
  for (const auto& row : defaults_)
    if (row.key == key) return row.value;
  return {};
}

std::optional<double> HfFields::number(std::string_view key, Range range) const {
  std::string found;
  const Json* value = find(key, &found);
  return value == nullptr ? otherwise(key) : check(*value, found, range);
}

double HfFields::need(std::string_view key, Range range) const {
  const auto n = number(key, range);
  if (!n && !report_->problem)
    fail(fmt::format("{} {}", key, tr("is missing")), key, tr("this is not the config.json of a model of this kind"));
  return n.value_or(0);
}

bool HfFields::flag(std::string_view key, bool otherwise_value) const {
  std::string found;
  const Json* value = find(key, &found);
  if (value == nullptr) return otherwise(key).value_or(otherwise_value ? 1 : 0) != 0;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_number()) return value->get<double>() != 0;
  fail(say(tr("expected true or false, found {}"), value->type_name()), found);
  return otherwise_value;
}

std::string HfFields::text(std::string_view key) const {
  const Json* value = find(key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::vector<std::string> HfFields::texts(std::string_view key) const {
  std::vector<std::string> out;
  std::string found;
  const Json* value = find(key, &found);
  if (value == nullptr || !value->is_array()) return out;
  for (const auto& item : *value) {
    if (!item.is_string()) {
      fail(say(tr("expected a text, found {}"), item.type_name()), found);
      return {};
    }
    out.push_back(item.get<std::string>());
  }
  return out;
}

bool HfFields::is_list(std::string_view key) const {
  const Json* value = find(key);
  return value != nullptr && value->is_array();
}

std::vector<double> HfFields::numbers(std::string_view key, Range range) const {
  std::vector<double> out;
  std::string found;
  const Json* value = find(key, &found);
  if (value == nullptr || !value->is_array()) return out;
  for (const auto& item : *value) {
    const auto n = item.is_boolean() ? std::optional(item.get<bool>() ? 1.0 : 0.0) : check(item, found, range);
    if (!n) return {};
    out.push_back(*n);
  }
  return out;
}

void HfFields::fill(Fact<double>& fact, std::string_view key, Range range) const {
  std::string found;
  const bool stated = find(key, &found) != nullptr;
  const auto n = number(key, range);
  if (!n) return;
  fact = {*n, stated ? origin(found) : Origin{Origin::Kind::derived, mark("default of transformers")}};
}

HfFields HfFields::child(std::string_view key, std::span<const HfDefault> defaults) const {
  const Json* value = at(object_, key);
  return {value != nullptr && value->is_object() ? value : nullptr, pointer(key), defaults, *report_};
}

}  // namespace edgefit

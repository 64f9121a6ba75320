// Writes down every tensor of a family from its hyper-parameters: one function a part of a layer.
#include <fmt/format.h>

#include "edgefit/text.h"
#include "read/families.h"
#include "read/tensor_list.h"

namespace edgefit {

namespace {

/// The sizes that all parts need, and the list that they write to.
class Parts {
 public:
  Parts(const Architecture& a, const ArchitectureRow& row) : a_(a), row_(row), out_(row.embedding_norm_is_last) {}

  std::vector<Tensor> list() && { return std::move(out_.list); }

  void add_ends() {
    out_.add("token_embd.weight", {*a_.hidden_size, *a_.vocab_size});
    out_.add("output_norm.weight", {*a_.hidden_size});
    if (!a_.tied_embeddings) out_.add("output.weight", {*a_.hidden_size, *a_.vocab_size});
  }

  void add_layer(size_t i) {
    const std::string p = fmt::format("blk.{}.", i);
    for (const auto& norm : row_.shape->norms) out_.add(fmt::format("{}{}.weight", p, norm), {*a_.hidden_size});
    add_attention(p, i);
    if (a_.moe && static_cast<double>(i) >= a_.moe->dense_layers) {
      add_experts(p);
    } else {
      add_ffn(p, a_.ffn_size_by_layer.empty() ? *a_.ffn_size : a_.ffn_size_by_layer[i]);
    }
  }

 private:
  void add_attention(const std::string& p, size_t i) {
    const LayerShape& s = *row_.shape;
    const double hidden = *a_.hidden_size;
    const double kv_heads = a_.kv_heads_by_layer.empty() ? *a_.kv_heads : a_.kv_heads_by_layer[i];
    const double q = *a_.heads * *a_.head_dim, k = kv_heads * *a_.head_dim, v = kv_heads * *a_.value_head_dim;
    if (row_.fused_qkv) {
      out_.add(p + "attn_qkv.weight", {hidden, q + k + v});
      if (s.qkv_bias) out_.add(p + "attn_qkv.bias", {q + k + v});
    } else {
      out_.add(p + "attn_q.weight", {hidden, q});
      out_.add(p + "attn_k.weight", {hidden, k});
      out_.add(p + "attn_v.weight", {hidden, v});
      if (s.qkv_bias) {
        out_.add(p + "attn_q.bias", {q});
        out_.add(p + "attn_k.bias", {k});
        out_.add(p + "attn_v.bias", {v});
      }
    }
    out_.add(p + "attn_output.weight", {*a_.heads * *a_.value_head_dim, hidden});
    if (s.output_bias) out_.add(p + "attn_output.bias", {hidden});
    if (s.qk_norm != QkNorm::none) {
      const bool head = s.qk_norm == QkNorm::head;
      out_.add(p + "attn_q_norm.weight", {head ? *a_.head_dim : q});
      out_.add(p + "attn_k_norm.weight", {head ? *a_.head_dim : k});
    }
    if (s.sinks) out_.add(p + "attn_sinks.weight", {*a_.heads});
  }

  void add_ffn(const std::string& p, double ffn) {
    const bool fused = row_.shape->fused_gate_up;
    if (a_.gated_ffn && !fused) out_.add(p + "ffn_gate.weight", {*a_.hidden_size, ffn});
    out_.add(p + "ffn_up.weight", {*a_.hidden_size, fused ? 2 * ffn : ffn});
    out_.add(p + "ffn_down.weight", {ffn, *a_.hidden_size});
  }

  void add_experts(const std::string& p) {
    const double hidden = *a_.hidden_size, count = a_.moe->experts;
    const double ffn = a_.moe->expert_ffn_size > 0 ? a_.moe->expert_ffn_size : *a_.ffn_size;
    out_.add(p + "ffn_gate_inp.weight", {hidden, count}, true);
    out_.add(p + "ffn_gate_exps.weight", {hidden, ffn, count});
    out_.add(p + "ffn_up_exps.weight", {hidden, ffn, count});
    out_.add(p + "ffn_down_exps.weight", {ffn, hidden, count});
    if (row_.shape->expert_bias) {
      out_.add(p + "ffn_gate_inp.bias", {count});
      out_.add(p + "ffn_gate_exps.bias", {ffn, count}, true);
      out_.add(p + "ffn_up_exps.bias", {ffn, count}, true);
      out_.add(p + "ffn_down_exps.bias", {hidden, count}, true);
    }
    if (const double shared = a_.moe->shared_ffn_size; shared > 0) {
      out_.add(p + "ffn_gate_shexp.weight", {hidden, shared});
      out_.add(p + "ffn_up_shexp.weight", {hidden, shared});
      out_.add(p + "ffn_down_shexp.weight", {shared, hidden});
    }
  }

  const Architecture& a_;
  const ArchitectureRow& row_;
  TensorList out_;
};

/// Name of the first size without which no tensor can be written down; empty when all are there.
std::string_view missing_size(const Architecture& a) {
  struct Need {
    std::string_view name;
    bool there;
  };
  const bool all_experts = a.moe && a.moe->dense_layers == 0 && a.moe->expert_ffn_size > 0;
  const Need needs[] = {{"layers", a.layers.value.has_value()},
                        {"hidden_size", a.hidden_size.value.has_value()},
                        {"heads", a.heads.value.has_value()},
                        {"kv_heads", a.kv_heads || !a.kv_heads_by_layer.empty()},
                        {"head_dim", a.head_dim.value.has_value()},
                        {"value_head_dim", a.value_head_dim.value.has_value()},
                        {"ffn_size", a.ffn_size || !a.ffn_size_by_layer.empty() || all_experts},
                        {"vocab_size", a.vocab_size.value.has_value()}};
  for (const auto& need : needs)
    if (!need.there) return need.name;
  return {};
}

}  // namespace

Result<std::vector<Tensor>> tensors_of(const Architecture& a) {
  const ArchitectureRow* row = find_architecture(a.family);
  if (row == nullptr || row->shape == nullptr) {
    return Problem{tr("the tensor shapes of this family are not known"), printable(a.family), {}};
  }
  if (const auto missing = missing_size(a); !missing.empty()) {
    return Problem{fmt::format("{} {}", missing, tr("is not stated")), "architecture", {}};
  }
  Parts parts(a, *row);
  parts.add_ends();
  for (size_t i = 0; i < static_cast<size_t>(*a.layers); ++i) parts.add_layer(i);
  return std::move(parts).list();
}

}  // namespace edgefit

#include "read/merge.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "edgefit/text.h"

namespace edgefit {

namespace {

struct FactRow {
  const char* name;
  Fact<double> Architecture::*fact;
};
constexpr FactRow kFacts[] = {{"layers", &Architecture::layers},
                              {"hidden_size", &Architecture::hidden_size},
                              {"heads", &Architecture::heads},
                              {"kv_heads", &Architecture::kv_heads},
                              {"head_dim", &Architecture::head_dim},
                              {"value_head_dim", &Architecture::value_head_dim},
                              {"ffn_size", &Architecture::ffn_size},
                              {"vocab_size", &Architecture::vocab_size},
                              {"max_context", &Architecture::max_context},
                              {"window", &Architecture::window},
                              {"kv_layers", &Architecture::kv_layers}};

bool stated(const Origin& origin) {
  return origin.kind == Origin::Kind::file;
}

void warn(Model& model, const char* name, double ours, double theirs) {
  model.warnings.push_back(fmt::format(
      fmt::runtime(tr("{}: the descriptor says {:.0f}, the file {:.0f}; the descriptor is used")), name, ours, theirs));
}

/// The file's value also replaces what was only derived from the family.
void merge_fact(Model& model, const char* name, Fact<double>& ours, const Fact<double>& theirs) {
  if (!theirs) return;
  if (ours && stated(ours.origin)) {
    if (*ours != *theirs) warn(model, name, *ours, *theirs);
    return;
  }
  ours = theirs;
}

void merge_bytes(Model& model, const char* name, Fact<Bytes>& ours, const Fact<Bytes>& theirs) {
  if (!theirs) return;
  if (!ours) {
    ours = theirs;
  } else if (ours->value != theirs->value) {
    warn(model, name, ours->value, theirs->value);
  }
}

void merge_architecture(Model& model, const Architecture& theirs) {
  Architecture& a = model.architecture;
  const bool bare = a.family.empty() && !a.layers;
  if (bare) {
    // Nothing about the layers is stated: the file tells it all, the stated sizes are put back over it.
    Architecture ours = std::exchange(a, theirs);
    for (const auto& row : kFacts)
      if (ours.*row.fact && stated((ours.*row.fact).origin)) {
        if (a.*row.fact && *(a.*row.fact) != *(ours.*row.fact))
          warn(model, row.name, *(ours.*row.fact), *(a.*row.fact));
        a.*row.fact = ours.*row.fact;
      }
    return;
  }
  if (!a.family.empty() && !theirs.family.empty() && a.family != theirs.family)
    model.warnings.push_back(
        fmt::format(fmt::runtime(tr("family: the descriptor says {}, the file {}; the descriptor is used")), a.family,
                    theirs.family));
  for (const auto& row : kFacts) merge_fact(model, row.name, a.*row.fact, theirs.*row.fact);
  const bool same_layers = a.layers && theirs.layers && *a.layers == *theirs.layers;
  if (!same_layers) return;
  if (a.attention.empty() && !a.kv_layers) a.attention = theirs.attention;
  if (a.kv_heads_by_layer.empty() && !stated(a.kv_heads.origin)) a.kv_heads_by_layer = theirs.kv_heads_by_layer;
  if (a.ffn_size_by_layer.empty() && !stated(a.ffn_size.origin)) a.ffn_size_by_layer = theirs.ffn_size_by_layer;
  if (!a.mla) a.mla = theirs.mla;
  if (!a.moe) a.moe = theirs.moe;
  if (!a.ssm) {
    a.ssm = theirs.ssm;
    a.state = theirs.state;
  }
  if (a.mtp_layers == 0) a.mtp_layers = theirs.mtp_layers;
}

}  // namespace

void merge_file(Model& model, Model&& file) {
  merge_fact(model, "parameters", model.parameters, file.parameters);
  merge_fact(model, "active_parameters", model.active_parameters, file.active_parameters);
  merge_fact(model, "input_embedding_parameters", model.input_embedding_parameters, file.input_embedding_parameters);
  merge_bytes(model, "weight_bytes", model.weight_bytes, file.weight_bytes);
  merge_bytes(model, "file_bytes", model.file_bytes, file.file_bytes);
  merge_fact(model, "flops_per_inference", model.flops_per_inference, file.flops_per_inference);
  merge_bytes(model, "activation_bytes", model.activation_bytes, file.activation_bytes);
  if (file.network.nodes) model.network = file.network;
  if (model.precision.empty()) {
    model.precision = file.precision;
  } else if (!file.precision.empty() && find_precision(model.precision) != find_precision(file.precision)) {
    model.warnings.push_back(
        fmt::format(fmt::runtime(tr("precision: the descriptor says {}, the file {}; the bytes are the file's")),
                    model.precision, file.precision));
  }
  merge_architecture(model, file.architecture);
  model.architecture.tied_embeddings = file.architecture.tied_embeddings;
  if (!file.tensors.empty()) {
    model.tensors = std::move(file.tensors);
    model.tensors_stored = file.tensors_stored;
  }
  model.warnings.insert(model.warnings.end(), std::make_move_iterator(file.warnings.begin()),
                        std::make_move_iterator(file.warnings.end()));
  model.unknown.insert(model.unknown.end(), std::make_move_iterator(file.unknown.begin()),
                       std::make_move_iterator(file.unknown.end()));
}

}  // namespace edgefit

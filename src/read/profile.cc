// A model of the catalog: the descriptor that was compiled in, read when it is asked for.
#include <fmt/format.h>

#include "edgefit/catalog.h"
#include "edgefit/read.h"
#include "edgefit/text.h"
#include "read/model_json.h"

namespace edgefit {

namespace {

/// What a descriptor states came with edgefit here, not from a file of the user.
void restate(Model& model) {
  Architecture& a = model.architecture;
  for (Fact<double>* fact :
       {&model.parameters, &model.active_parameters, &model.input_embedding_parameters, &model.counts.stored,
        &model.counts.with_scales, &model.counts.elements, &model.counts.backbone, &model.flops_per_inference,
        &a.layers, &a.hidden_size, &a.heads, &a.kv_heads, &a.head_dim, &a.value_head_dim, &a.ffn_size, &a.vocab_size,
        &a.max_context, &a.window, &a.kv_layers}) {
    if (fact->origin.kind == Origin::Kind::file) fact->origin.kind = Origin::Kind::catalog;
  }
  for (Fact<Bytes>* fact : {&model.weight_bytes, &model.file_bytes, &model.activation_bytes}) {
    if (fact->origin.kind == Origin::Kind::file) fact->origin.kind = Origin::Kind::catalog;
  }
}

}  // namespace

Result<Model> read_model_profile(const ModelProfile& profile) {
  auto model = read_model_json(profile.text, std::string(profile.key));
  if (!model) return model;
  model->format = "profile";
  model->source = fmt::format("huggingface.co/{}, {} {} ({})", profile.hub, tr("as of"), profile.as_of, profile.source);
  restate(*model);
  return model;
}

}  // namespace edgefit

#include <algorithm>

#include "edgefit/size.h"

namespace edgefit {

Workload resolve(const Workload& asked, const Model& model) {
  Workload out = asked;
  const auto fill = [](auto& fact, const auto& stated, auto value, const char* why) {
    if (!fact) fact = stated;
    if (!fact) fact = {std::move(value), {Origin::Kind::assumed, why}};
  };
  const Workload& stated = model.workload;
  const auto& most = model.architecture.max_context;
  const bool causal = model.architecture.causal;
  fill(out.context, stated.context, std::min(causal ? 8192.0 : 512.0, most.value_or(8192)), "default: at most 8192");
  fill(out.sequences, stated.sequences, 1.0, "default: one request at a time");
  fill(out.prompt_tokens, stated.prompt_tokens, std::min(1024.0, *out.context), "default: 1024");
  fill(out.output_tokens, stated.output_tokens, 256.0, "default: 256");
  fill(out.depth, stated.depth, *out.prompt_tokens, "default: the prompt");
  fill(out.kv_type, stated.kv_type, std::string("f16"), "default: f16");
  if (!out.kv_type_v) out.kv_type_v = stated.kv_type_v;
  return out;
}

}  // namespace edgefit

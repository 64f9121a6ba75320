#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "edgefit/size.h"
#include "edgefit/text.h"

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
  fill(out.context, stated.context, std::min(causal ? 8192.0 : 512.0, most.value_or(8192)),
       mark("default: at most 8192"));
  fill(out.sequences, stated.sequences, 1.0, mark("default: one request at a time"));
  fill(out.prompt_tokens, stated.prompt_tokens, std::min(1024.0, *out.context), mark("default: 1024"));
  fill(out.output_tokens, stated.output_tokens, 256.0, mark("default: 256"));
  fill(out.depth, stated.depth, *out.prompt_tokens, mark("default: the prompt"));
  fill(out.kv_type, stated.kv_type, std::string("f16"), mark("default: f16"));
  if (!out.kv_type_v) out.kv_type_v = stated.kv_type_v;
  return out;
}

// N users who ask, wait T and think Z have N x T / (T + Z) requests under way on average (Little 1961). Peaks lie above
// the average; llama-server lets them wait for a free slot.
void resolve_users(const Users& users, Workload& load, Goals& goals) {
  if (!goals.time_to_first_token) goals.time_to_first_token = kUsersFirstToken;
  if (!goals.tokens_per_second) goals.tokens_per_second = kReadingSpeed;
  const double answer = goals.time_to_first_token->value + *load.output_tokens / goals.tokens_per_second->value;
  const double at_once = std::ceil(users.count * answer / (answer + users.think.value));
  load.sequences = {std::max(1.0, at_once),
                    {Origin::Kind::user, fmt::format("--users {:.0f}: answers of {:.1f} s, {:.0f} s between them",
                                                     users.count, answer, users.think.value)}};
}

}  // namespace edgefit

// How the model is used and what must be reached.
#pragma once

#include <optional>
#include <string>

#include "edgefit/fact.h"
#include "edgefit/units.h"

namespace edgefit {

/// Load on the model. An unknown member takes its default when the Case is resolved, marked assumed.
struct Workload {
  Fact<double> context;    ///< tokens a sequence that memory must hold
  Fact<double> sequences;  ///< concurrent requests
  Fact<double> prompt_tokens;
  Fact<double> output_tokens;
  Fact<double> depth;           ///< tokens already in the context when decode speed is asked
  Fact<std::string> kv_type;    ///< ggml type of the K cache
  Fact<std::string> kv_type_v;  ///< of the V cache; unknown = as K
};

/// Limits to reach; unset = not asked.
struct Goals {
  std::optional<Seconds> time_to_first_token;
  std::optional<TokensPerSecond> tokens_per_second;  ///< a request
  std::optional<Seconds> latency;                    ///< one inference
  std::optional<Hertz> inferences_per_second;
};

}  // namespace edgefit

// The flags of `edgefit verify` that say where the server is and what is sent to it, checked before anything is opened.
// Apart from the command itself, so that tests can ask for what a line of flags means.
#pragma once

#include <string>

#include "cli/flags.h"
#include "edgefit/verify.h"

namespace edgefit {

struct VerifyFlags {
  std::string url, model, key_env, key_file, ca_file, timeout;
  bool allow_remote = false, keep_texts = false;
  std::string shape, users, think, rate, burstiness, requests, duration, warmups, prompt, output, slo, in_time, seed;
};
void declare_endpoint_flags(Flags& flags, VerifyFlags& typed);
void declare_load_flags(Flags& flags, VerifyFlags& typed);

/// Reads the key from where the flags say; a Problem never repeats it.
Result<EndpointOptions> endpoint_options(const VerifyFlags& typed);
/// `fresh_seed` is taken when none is given: another one each run, so that no prompt is in the server's cache already.
Result<LoadPlan> load_plan(const VerifyFlags& typed, uint64_t fresh_seed);

}  // namespace edgefit

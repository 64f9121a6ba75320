#include "cli/verify_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/files.h"
#include "base/parse.h"
#include "cli/choices.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kShapes = {LoadShape::single, LoadShape::users, LoadShape::open, LoadShape::soak,
                                LoadShape::long_context};
constexpr double kMostSeconds = 7 * 24 * 3600;

Problem bad_value(const std::string& value, const char* flag, const std::string& hint) {
  return {say(tr("bad value '{}'"), printable(value)), flag, hint};
}

Result<Done> read_seconds(const std::string& text, const char* flag, double least, double& out) {
  Seconds seconds{};
  if (text.empty()) return Done{};
  if (!parse_seconds(text, seconds) || seconds.value < least || seconds.value > kMostSeconds)
    return bad_value(text, flag, tr("a time like 500ms, 30s or 5min"));
  out = seconds.value;
  return Done{};
}

Result<Done> read_whole(const std::string& text, const char* flag, double least, double most, int& out) {
  if (text.empty()) return Done{};
  const auto number = to_number(text);
  if (!number || *number < least || *number > most || std::floor(*number) != *number)
    return bad_value(text, flag, say(tr("a whole number from {:.0f} to {:.0f}"), least, most));
  out = static_cast<int>(*number);
  return Done{};
}

Result<Done> read_positive(const std::string& text, const char* flag, double& out) {
  if (text.empty()) return Done{};
  const auto number = to_number(text);
  if (!number || !(*number > 0) || *number > 1e4) return bad_value(text, flag, tr("a number above 0"));
  out = *number;
  return Done{};
}

/// "95%", "95 %", "0.95".
Result<Done> read_share(const std::string& text, const char* flag, double& out) {
  if (text.empty()) return Done{};
  std::string_view digits = trim(text);
  const bool percent = digits.ends_with('%');
  if (percent) digits.remove_suffix(1);
  const auto number = to_number(digits);
  const double share = number.value_or(-1) / (percent ? 100 : 1);
  if (share < 0 || share > 1) return bad_value(text, flag, tr("a share like 95% or 0.95"));
  out = share;
  return Done{};
}

/// What goes into a header must not end it.
Result<std::string> checked_key(std::string_view key, const std::string& where) {
  key = trim(key);
  const bool good = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!good) return Problem{tr("no key there"), where, tr("one line of letters, digits and signs")};
  return std::string(key);
}

Result<std::string> read_key(const VerifyFlags& typed) {
  if (!typed.key_env.empty() && !typed.key_file.empty())
    return Problem{tr("two keys"), "--api-key-env, --api-key-file", tr("say one of them")};
  if (!typed.key_env.empty()) {
    const char* const key = std::getenv(typed.key_env.c_str());
    return checked_key(key == nullptr ? "" : key, "--api-key-env " + printable(typed.key_env));
  }
  if (typed.key_file.empty()) return std::string();
  const auto text = read_small_file(typed.key_file, 64 << 10);
  if (!text) return text.error();
  return checked_key(*text, "--api-key-file " + printable(typed.key_file));
}

/// --users and --rate name their shapes.
Result<LoadShape> shape_of(const VerifyFlags& typed) {
  const bool users = !typed.users.empty() || !typed.think.empty(),
             open = !typed.rate.empty() || !typed.burstiness.empty();
  const LoadShape meant = open ? LoadShape::open : users ? LoadShape::users : LoadShape::single;
  const auto shape = typed.shape.empty() ? std::optional(meant) : find_load_shape(typed.shape);
  if (!shape) return bad_value(typed.shape, "--shape", tr("say single, users, open, soak or long"));
  if (users && *shape != LoadShape::users)
    return Problem{tr("--users and --think belong to --shape users"), "--shape", tr("leave one of them out")};
  if (open && *shape != LoadShape::open)
    return Problem{tr("--rate and --burstiness belong to --shape open"), "--shape", tr("leave one of them out")};
  if (*shape == LoadShape::users && typed.users.empty())
    return Problem{tr("how many users?"), "--shape users", tr("say --users N")};
  if (*shape == LoadShape::open && typed.rate.empty())
    return Problem{tr("how many requests a second?"), "--shape open", tr("say --rate N")};
  if (*shape == LoadShape::long_context && typed.prompt.empty())
    return Problem{tr("how long a prompt?"), "--shape long", tr("say --prompt-tokens N, the length that is planned")};
  return *shape;
}

}  // namespace

void declare_endpoint_flags(Flags& flags, VerifyFlags& typed) {
  flags.heading(tr("Which server"));
  flags.text("--url", typed.url, "URL", tr("like http://localhost:8080"));
  flags.text("--model", typed.model, "NAME", tr("as the server names it (default: its first)"));
  flags.text("--api-key-env", typed.key_env, "NAME", tr("the variable that holds the key"));
  flags.text("--api-key-file", typed.key_file, "FILE", tr("the file that holds the key"));
  flags.text("--ca-file", typed.ca_file, "FILE", tr("certificates to trust instead of the system's"));
  flags.toggle("--allow-remote", typed.allow_remote, tr("plain HTTP to other machines, unencrypted"));
  flags.text("--timeout", typed.timeout, "TIME", tr("longest request (default: 120s)"));
}

void declare_load_flags(Flags& flags, VerifyFlags& typed) {
  flags.heading(tr("What to send"));
  flags.text("--shape", typed.shape, "SHAPE", tr("single (default), users, open, soak or long"),
             names_of(kShapes, [](LoadShape shape) { return name_of(shape); }));
  flags.text("--users", typed.users, "N", tr("people who take turns"));
  flags.text("--think", typed.think, "TIME", tr("from an answer to the next question (default: 0s)"));
  flags.text("--rate", typed.rate, "N", tr("requests a second, whatever the server does"));
  flags.text("--burstiness", typed.burstiness, "N", tr("1 is Poisson (default), below 1 in bursts"));
  flags.text("--requests", typed.requests, "N", tr("at most; docs/verify.md tells each shape's"));
  flags.text("--duration", typed.duration, "TIME", tr("after it nothing more is sent"));
  flags.text("--warmups", typed.warmups, "N", tr("requests before it that do not count (default: 3)"));
  flags.text("--prompt-tokens", typed.prompt, "N", tr("length of prompts (default: 1024)"));
  flags.text("--output-tokens", typed.output, "N", tr("length of answers at most (default: 256)"));
  flags.text("--slo", typed.slo, "LIMITS", tr("default: ttft=2s,tpot=100ms; also latency=TIME"));
  flags.text("--in-time", typed.in_time, "SHARE", tr("of answers that must keep them (default: 95%)"));
  flags.text("--seed", typed.seed, "N", tr("the same prompts and moments again"));
  flags.toggle("--keep-texts", typed.keep_texts, tr("prompts and answers in the JSON report"));
}

Result<EndpointOptions> endpoint_options(const VerifyFlags& typed) {
  EndpointOptions options;
  if (typed.url.empty()) return Problem{tr("which server?"), "", tr("say --url http://localhost:8080")};
  auto key = read_key(typed);
  if (!key) return key.error();
  if (!typed.ca_file.empty())
    if (const auto file = File::open(typed.ca_file); !file) return file.error();
  if (const auto good = read_seconds(typed.timeout, "--timeout", 0.001, options.timeout); !good) return good.error();
  options.url = typed.url;
  options.model = typed.model;
  options.key = std::move(*key);
  options.ca_file = typed.ca_file;
  options.allow_remote = typed.allow_remote;
  options.keep_texts = typed.keep_texts;
  return options;
}

Result<LoadPlan> load_plan(const VerifyFlags& typed, uint64_t fresh_seed) {
  const auto shape = shape_of(typed);
  if (!shape) return shape.error();
  LoadPlan plan = load_plan(*shape);
  int seed = static_cast<int>(fresh_seed % 1'000'000'000);
  for (const auto& good :
       {read_whole(typed.users, "--users", 1, 1000, plan.users), read_seconds(typed.think, "--think", 0, plan.think),
        read_positive(typed.rate, "--rate", plan.rate),
        read_positive(typed.burstiness, "--burstiness", plan.burstiness),
        read_whole(typed.requests, "--requests", 1, 1'000'000, plan.requests),
        read_seconds(typed.duration, "--duration", 0.001, plan.duration),
        read_whole(typed.warmups, "--warmups", 0, 1000, plan.warmups),
        read_whole(typed.prompt, "--prompt-tokens", 1, 10'000'000, plan.prompt_tokens),
        read_whole(typed.output, "--output-tokens", 1, 1'000'000, plan.output_tokens),
        read_share(typed.in_time, "--in-time", plan.in_time), read_whole(typed.seed, "--seed", 0, 1'000'000'000, seed)})
    if (!good) return good.error();
  plan.seed = static_cast<uint64_t>(seed);
  if (!typed.slo.empty()) {
    const auto slo = parse_slo(typed.slo);
    if (!slo) return slo.error();
    plan.slo = *slo;
  }
  return plan;
}

}  // namespace edgefit

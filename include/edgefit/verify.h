// The deployed model measured from outside: questions to an OpenAI-compatible server, and when its answers came.
// The only part of edgefit that opens a connection; what it measures is judged by rows and shown by reporters.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/assessment.h"
#include "edgefit/diagnosis.h"
#include "edgefit/golden.h"
#include "edgefit/result.h"

namespace edgefit {

/// Where the server is and how it may be reached.
struct EndpointOptions {
  std::string url;            ///< http://localhost:8080; /v1 and /v1/chat/completions at its end are understood
  std::string model;          ///< as the server names it; empty = the first that it lists
  std::string key;            ///< sent as a bearer token; never in any output
  std::string ca_file;        ///< certificates to trust instead of the system's; empty = the system's
  bool allow_remote = false;  ///< plain HTTP beyond loopback
  double timeout = 120;       ///< seconds that one request may take
  bool keep_texts = false;    ///< load runs keep prompts and answers; without it only their sizes and times
  const std::atomic<bool>* stop = nullptr;  ///< set from outside, by Ctrl-C: what is open is given up
};

enum class ServerKind : uint8_t { llama_cpp, ollama, vllm, other };
const char* name_of(ServerKind kind);

/// What the server says about itself. Empty text or no value: it does not say.
struct ServerFacts {
  std::string url;  ///< without what was understood at its end
  ServerKind kind = ServerKind::other;
  std::string version, model;
  std::vector<std::string> models;                ///< all that it lists
  std::string model_path;                         ///< llama.cpp
  std::string template_sha256;                    ///< of the chat template's text: llama.cpp, Ollama
  std::string digest;                             ///< of the model: Ollama
  std::string quantization;                       ///< Ollama
  std::optional<double> context;                  ///< tokens a request may hold
  std::optional<double> slots;                    ///< requests at once: llama.cpp
  std::optional<double> model_bytes, vram_bytes;  ///< of the loaded model: Ollama; llama.cpp tells the first only
};

/// One prompt and how it is to be answered.
struct Question {
  std::string prompt;
  std::string system;  ///< a message of the role system before it; empty = none
  int max_tokens = 256;
  double temperature = 0;
  uint64_t seed = 1;
  bool to_the_end = false;    ///< of max_tokens, where the server can be told so (llama.cpp, vLLM)
  bool reuse_prefix = false;  ///< the server may take the prompt from its cache (llama.cpp can be told not to)
};

/// Why there is no whole answer.
enum class ReplyFault : uint8_t {
  none,
  connect,      ///< no connection
  certificate,  ///< TLS: of an authority that is not trusted, or for another host
  status,       ///< an HTTP status of 400 and above
  not_stream,   ///< 200, but no event stream
  error_event,  ///< the server reported an error inside its stream
  malformed,    ///< an event that is no JSON
  reset,        ///< the connection broke
  cut,          ///< the stream ended before the answer did
  timeout,
  too_large,  ///< more bytes than an answer can need
  not_sent,   ///< too many requests were open
  stopped,    ///< given up by EndpointOptions::stop
};
const char* name_of(ReplyFault fault);

/// One answer. Times are seconds of one monotonic clock; all of a run share it.
struct Reply {
  ReplyFault fault = ReplyFault::none;
  std::string message;  ///< what went wrong, in words
  int http_status = 0;  ///< 0 = none came
  double scheduled = 0, sent = 0, end = 0;
  std::optional<double> first_token;    ///< arrival of the first chunk with text, reasoning included
  std::optional<double> first_visible;  ///< the first that is no reasoning
  std::optional<double> last_token;
  int chunks = 0;  ///< with text; not tokens: a chunk may hold several
  std::optional<double> prompt_tokens, output_tokens, reasoning_tokens, cached_tokens;  ///< as the server counts
  std::optional<double> server_prompt_seconds, server_decode_seconds;                   ///< its own clock
  std::string text, reasoning, finish_reason;

  bool good() const { return fault == ReplyFault::none; }
  /// From `scheduled`, so that a client that had to wait counts its waiting.
  std::optional<double> ttft() const;
  std::optional<double> ttfo() const;
  double latency() const { return end - scheduled; }
  /// (latency - ttft) / (output tokens - 1); nothing when fewer than two tokens are known of.
  std::optional<double> tpot() const;
};

enum class LoadShape : uint8_t { single, users, open, soak, long_context };
const char* name_of(LoadShape shape);
std::optional<LoadShape> find_load_shape(std::string_view name);

/// Limits in seconds that an answer must keep all of; 0 = none.
struct Slo {
  double ttft = 2, tpot = 0.1, latency = 0;
};
/// "ttft=2s,tpot=100ms,latency=30s"; what is not named has no limit.
Result<Slo> parse_slo(std::string_view text);

/// What to send. `load_plan` fills in what a shape usually takes.
struct LoadPlan {
  LoadShape shape = LoadShape::single;
  int users = 1;
  double think = 0;       ///< seconds from an answer to the user's next question, mean of an exponential distribution
  double rate = 1;        ///< requests a second: open
  double burstiness = 1;  ///< shape of the gamma distribution of gaps: 1 = Poisson, below 1 in bursts
  int warmups = 3;
  int requests = 20;
  double duration = 120;  ///< seconds after which nothing more is sent
  int prompt_tokens = 1024, output_tokens = 256;
  uint64_t seed = 1;
  Slo slo;
  double in_time = 0.95;  ///< share of answers that must keep the limits
};
LoadPlan load_plan(LoadShape shape);

/// Values by nearest rank. A percentile is there only when so many values bound it with 95 % confidence:
/// 29 for p90, 59 for p95, 299 for p99.
struct Distribution {
  size_t n = 0;
  double min = 0, mean = 0, median = 0, max = 0;
  std::optional<double> p90, p95, p99;
};
Distribution distribution_of(std::vector<double> values);

/// The server's own clock beside ours.
struct ServerTruth {
  std::string source;  ///< "timings", "/metrics", "/api/chat"; empty = the server tells nothing
  std::string gap;     ///< why there is no comparison
  std::optional<double> client_tpot, server_tpot;  ///< seconds a token
  std::optional<double> client_ttft, server_ttft;  ///< seconds
  /// The other's requests in the server's counters: they were loaded by somebody else too.
  double other_requests = 0;
};

/// What a load run gave.
struct LoadResult {
  LoadPlan plan;
  std::vector<Reply> replies;        ///< measured ones, in the order of their schedule; warm-ups are not among them
  std::vector<std::string> prompts;  ///< beside replies, when texts are kept
  double begin = 0, wall = 0;        ///< seconds from the first scheduled request to the last byte
  size_t attempted = 0, failed = 0, stopped = 0;
  Distribution ttft, ttfo, tpot, latency;              ///< of whole answers
  std::optional<double> output_tokens, prompt_tokens;  ///< sums; nothing when an answer came without a count
  size_t in_time = 0, undecided = 0;  ///< answers that kept all limits; that have no token count to say so
  std::optional<double> warm_ttft;    ///< the same prompt a second time, from the server's cache if it has one
  std::optional<double> first_third_tpot, last_third_tpot;  ///< medians, in a soak
  std::optional<double> late;  ///< seconds by which the client itself sent a request too late, at worst
  ServerTruth truth;
  bool interrupted = false;

  double requests_per_second() const { return wall > 0 ? static_cast<double>(attempted - failed - stopped) / wall : 0; }
  std::optional<double> tokens_per_second() const;  ///< of all requests together
  double goodput() const { return wall > 0 ? static_cast<double>(in_time) / wall : 0; }
  std::optional<double> share_in_time() const;  ///< of those attempted and not given up
};

/// `done` requests of `total` are answered, or that share of the time has passed, whichever is further.
using LoadProgress = std::function<void(double share)>;

/// One server. Keeps connections open between requests.
class Endpoint {
 public:
  /// Finds libcurl, asks the server who it is. A Problem when the URL cannot be used or nobody answers.
  static Result<Endpoint> open(EndpointOptions options);
  ~Endpoint();
  Endpoint(Endpoint&&) noexcept;
  Endpoint& operator=(Endpoint&&) noexcept;

  const ServerFacts& server() const;
  /// One question, nothing beside it; the text is always in the reply. Never a Problem: what goes wrong is a fault.
  Reply ask(const Question& question);
  /// Warm-ups, then the load of the plan. Ends early, with what there is, when stopped.
  LoadResult run(const LoadPlan& plan, const LoadProgress& progress = {});
  /// Somebody asked to stop.
  bool stopped() const;

  struct State;  ///< known in src/verify only

 private:
  explicit Endpoint(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// One judgement. `decides`: an unknown here leaves the whole undecided.
struct VerifyFinding {
  const char* id;  ///< "EF-VER-001"; never reused
  const char* title;
  CheckStatus status = CheckStatus::unknown;
  std::string message, fix;
  bool decides = false;
};
/// What the run says about the deployment, by id.
std::vector<VerifyFinding> judge_load(const LoadResult& load, const ServerFacts& server);

/// Golden cases: what was asked, and what it proves.
struct GoldenReport {
  std::string file;  ///< as typed
  GoldenRun run;
  GoldenGate gate;
};
std::vector<VerifyFinding> judge_golden(const GoldenReport& golden);

/// The measured figures of a load that a prediction speaks of: one request at a time.
std::vector<MeasuredFigure> measured_figures(const LoadResult& load, const Speed& predicted);
/// Why a prediction cannot be compared with this load; empty when it can.
std::string incomparable(const LoadPlan& plan, const Speed& predicted);
struct PredictionReport {
  std::string file;  ///< the case, as typed
  std::string gap;   ///< why nothing was compared; empty = it was
  Diagnosis diagnosis;
};
std::vector<VerifyFinding> judge_prediction(const PredictionReport& prediction);

/// All that one `edgefit verify` found; sections that were not asked for are empty.
struct Verification {
  std::string as_of;
  ServerFacts server;
  std::optional<LoadResult> load;
  std::optional<GoldenReport> golden;
  std::optional<PredictionReport> prediction;
  std::vector<VerifyFinding> findings;
  bool interrupted = false;
  bool keep_texts = false;
};
/// 1: a finding fails; 3: interrupted, or an unknown decides, or nothing was decided; else 0.
int exit_code_of(const Verification& verification);

}  // namespace edgefit

// Load on a server: an agenda of moments at which requests are due, and what came of each.
// All shapes are agendas. In a closed loop an answer puts the user's next question on it; in the open shape all moments
// are there from the start, so that a server that stalls cannot hold back the questions that show it.
#include <algorithm>
#include <queue>
#include <utility>

#include "edgefit/text.h"
#include "verify/clock.h"
#include "verify/endpoint_state.h"
#include "verify/measures.h"
#include "verify/prompts.h"
#include "verify/random.h"
#include "verify/requests.h"
#include "verify/server_facts.h"

namespace edgefit {
namespace {

constexpr size_t kMostOpen = 1000;  // requests at once; beyond the limit of open files lies only our own failure
constexpr int kWarmupTokens = 32;   // enough for clocks and graphs to settle
constexpr double kProgressStep = 0.2;

class LoadRun {
 public:
  LoadRun(Endpoint& endpoint, Endpoint::State& state, const LoadPlan& plan, const LoadProgress& progress)
      : endpoint_(endpoint),
        state_(state),
        progress_(progress),
        prompts_(plan.prompt_tokens, plan.seed),
        random_(plan.seed) {
    load_.plan = plan;
  }

  LoadResult run() {
    warm_up();
    refresh_facts();
    const auto before = metrics();
    measure();
    summarize(load_);
    load_.interrupted = state_.stopped();
    compare_clocks(before);
    ask_again();
    return std::move(load_);
  }

 private:
  bool alone() const { return load_.plan.shape != LoadShape::users && load_.plan.shape != LoadShape::open; }

  Question question(std::string prompt) const {
    Question out;
    out.prompt = std::move(prompt);
    out.max_tokens = load_.plan.output_tokens;
    out.seed = load_.plan.seed;
    out.to_the_end = true;
    return out;
  }

  void warm_up() {
    for (int i = 0; i < load_.plan.warmups && !state_.stopped(); ++i) {
      Question one = question(prompts_.make(next_prompt_++));
      one.max_tokens = std::min(one.max_tokens, kWarmupTokens);
      const Reply reply = endpoint_.ask(one);
      if (!reply.good()) return;
      prompts_.learn(reply.prompt_tokens);
    }
  }

  /// Ollama tells how a model lies in memory only once it is loaded.
  void refresh_facts() {
    if (state_.facts.kind == ServerKind::ollama) read_ollama_ps(state_.fetch("/api/ps").body, state_.facts);
  }

  ServerMetrics metrics() {
    if (state_.facts.kind != ServerKind::vllm) return {};
    return read_metrics(state_.fetch("/metrics").body, state_.facts.model);
  }

  void fill_agenda() {
    const LoadPlan& plan = load_.plan;
    if (plan.shape == LoadShape::open) {
      double at = load_.begin;
      for (int i = 0; i < plan.requests && at < load_.begin + plan.duration; ++i) {
        agenda_.push(at);
        at += random_.gamma(plan.burstiness) / (plan.burstiness * plan.rate);
      }
      return;
    }
    const int users = plan.shape == LoadShape::users ? plan.users : 1;
    // People do not all begin in the same moment, but one of them begins the run.
    for (int i = 0; i < std::min(users, plan.requests); ++i)
      agenda_.push(load_.begin + (i == 0 ? 0 : plan.think * random_.uniform()));
  }

  void measure() {
    load_.begin = monotonic_seconds();
    fill_agenda();
    const double last_start = load_.begin + load_.plan.duration;
    while (!state_.stopped()) {
      const double now = monotonic_seconds();
      if (now >= last_start) agenda_ = {};
      while (!agenda_.empty() && agenda_.top() <= now) start_next();
      if (agenda_.empty() && in_flight_ == 0) break;
      show_progress(now);
      const double due = agenda_.empty() ? now + kProgressStep : std::min(agenda_.top(), last_start);
      state_.run_until(std::min(due, now + kProgressStep));
    }
    state_.transport->drop_all();
  }

  void start_next() {
    const double scheduled = agenda_.top();
    agenda_.pop();
    const size_t slot = load_.replies.size();
    load_.replies.emplace_back();
    Question one = question(prompts_.make(next_prompt_++));
    last_prompt_ = one.prompt;
    if (state_.options.keep_texts) load_.prompts.push_back(one.prompt);
    if (in_flight_ >= kMostOpen) {
      Reply& reply = load_.replies.back();
      reply.fault = ReplyFault::not_sent;
      reply.message = tr("too many requests were open already");
      reply.scheduled = scheduled;
      reply.sent = reply.end = monotonic_seconds();
      return;
    }
    ++in_flight_;
    state_.start(one, scheduled, state_.options.keep_texts, [this, slot](Reply reply) { end(slot, std::move(reply)); });
  }

  void end(size_t slot, Reply reply) {
    --in_flight_;
    ++done_;
    const LoadPlan& plan = load_.plan;
    const size_t planned = load_.replies.size() + agenda_.size();
    if (plan.shape != LoadShape::open && !state_.stopped() && planned < static_cast<size_t>(plan.requests))
      agenda_.push(reply.end + (plan.think > 0 ? plan.think * random_.exponential() : 0));
    load_.replies[slot] = std::move(reply);
  }

  void show_progress(double now) const {
    if (!progress_) return;
    const double by_count = static_cast<double>(done_) / load_.plan.requests;
    progress_(std::max(by_count, (now - load_.begin) / load_.plan.duration));
  }

  void compare_clocks(const ServerMetrics& before) {
    if (state_.facts.kind == ServerKind::llama_cpp) load_.truth = truth_of_timings(load_, alone());
    if (state_.facts.kind == ServerKind::vllm) load_.truth = truth_of_metrics(load_, before, metrics());
    if (state_.facts.kind == ServerKind::ollama) load_.truth = truth_of_ollama();
    if (state_.facts.kind == ServerKind::other) load_.truth.gap = tr("this server does not tell its own times");
  }

  /// One more question by Ollama's own interface, which alone tells times; comparable when ours came one by one too.
  ServerTruth truth_of_ollama() {
    ServerTruth truth{"/api/chat", "", {}, {}, {}, {}, 0};
    if (!alone() || load_.tpot.n == 0 || state_.stopped()) {
      truth.gap = tr("comparable only when questions come one by one");
      return truth;
    }
    const auto body = ollama_body(question(prompts_.make(next_prompt_++)), state_.facts);
    truth.server_tpot = read_ollama_tpot(state_.fetch("/api/chat", body, state_.options.timeout).body);
    if (truth.server_tpot)
      truth.client_tpot = load_.tpot.median;
    else
      truth.gap = tr("the server did not tell its own times");
    return truth;
  }

  /// The last prompt once more: what a prefix cache would save.
  void ask_again() {
    if (!alone() || load_.plan.shape == LoadShape::soak || load_.ttft.n == 0 || state_.stopped()) return;
    Question again = question(last_prompt_);
    again.reuse_prefix = true;
    again.max_tokens = 2;
    const Reply reply = endpoint_.ask(again);
    if (reply.good()) load_.warm_ttft = reply.ttft();
  }

  Endpoint& endpoint_;
  Endpoint::State& state_;
  const LoadProgress& progress_;
  Prompts prompts_;
  Random random_;
  LoadResult load_;
  std::priority_queue<double, std::vector<double>, std::greater<>> agenda_;  ///< moments at which a request is due
  uint64_t next_prompt_ = 0;
  size_t in_flight_ = 0, done_ = 0;
  std::string last_prompt_;
};

}  // namespace

LoadResult Endpoint::run(const LoadPlan& plan, const LoadProgress& progress) {
  return LoadRun(*this, *state_, plan, progress).run();
}

}  // namespace edgefit

// Single exchanges with a server: who it is, one question, one page.
#include <utility>

#include "base/parse.h"
#include "edgefit/text.h"
#include "verify/answer_reader.h"
#include "verify/clock.h"
#include "verify/endpoint_state.h"
#include "verify/requests.h"
#include "verify/server_facts.h"

namespace edgefit {
namespace {

constexpr size_t kMostPage = size_t{4} << 20;

class PageListener : public HttpListener {
 public:
  void head(int status, std::string_view) override { page.status = status; }
  bool take(std::string_view bytes, double) override {
    page.body.append(bytes);
    return page.body.size() <= kMostPage;
  }
  void end(double, ReplyFault fault, const std::string& message) override {
    page.fault = fault;
    page.message = message;
    ended = true;
  }
  Endpoint::State::Page page;
  bool ended = false;
};

class ReplyListener : public HttpListener {
 public:
  ReplyListener(bool keep_text, const std::string& secret, double scheduled, std::function<void(Reply)> on_reply)
      : reader_(keep_text, secret), scheduled_(scheduled), sent_(monotonic_seconds()), on_reply_(std::move(on_reply)) {}
  void head(int status, std::string_view content_type) override { reader_.head(status, content_type); }
  bool take(std::string_view bytes, double at) override { return reader_.take(bytes, at); }
  void end(double at, ReplyFault fault, const std::string& message) override {
    Reply reply = reader_.finish(at, fault, message);
    reply.scheduled = scheduled_;
    reply.sent = sent_;
    on_reply_(std::move(reply));
  }

 private:
  AnswerReader reader_;
  double scheduled_, sent_;
  std::function<void(Reply)> on_reply_;
};

/// What only this kind of server can be asked.
void read_more_facts(Endpoint::State& state) {
  ServerFacts& facts = state.facts;
  if (facts.kind == ServerKind::llama_cpp) {
    read_llama_props(state.fetch("/props").body, facts);
  } else if (facts.kind == ServerKind::vllm) {
    facts.version = read_version(state.fetch("/version").body).value_or("");
  } else if (const auto page = state.fetch("/api/version"); page.good()) {
    if (const auto version = read_version(page.body)) {
      facts.kind = ServerKind::ollama;
      facts.version = *version;
      read_ollama_ps(state.fetch("/api/ps").body, facts);
    }
  }
}

Problem unreachable(const Endpoint::State& state, const Endpoint::State::Page& page) {
  const std::string where = printable(state.url.base) + "/v1/models";
  if (page.status == 401 || page.status == 403)
    return {say(tr("the server wants a key (HTTP status {})"), page.status), where,
            tr("--api-key-env NAME or --api-key-file FILE")};
  if (page.fault == ReplyFault::certificate)
    return {
        printable(page.message), where,
        tr("--ca-file FILE trusts the authorities in it; the host in --url must be one that the certificate names")};
  if (page.fault != ReplyFault::none) {
    const bool plain_remote = !state.url.tls && !state.options.allow_remote && !state.url.loopback_by_name;
    return {printable(page.message), where,
            plain_remote ? tr("plain HTTP is for this machine; --allow-remote lets it out, https:// is safer")
                         : tr("is the server running, and is the port right?")};
  }
  return {say(tr("no list of models (HTTP status {})"), page.status), where,
          tr("an OpenAI-compatible server, such as llama-server, Ollama or vLLM, answers there")};
}

}  // namespace

Endpoint::State::Page Endpoint::State::fetch(const std::string& path, const std::string& body, double timeout) {
  const auto listener = std::make_shared<PageListener>();
  transport->start({url.base + path, body, timeout}, listener);
  while (!listener->ended) run_until(monotonic_seconds() + timeout);
  return std::move(listener->page);
}

void Endpoint::State::start(const Question& question, double scheduled, bool keep_text,
                            std::function<void(Reply)> on_reply) {
  const auto listener = std::make_shared<ReplyListener>(keep_text, options.key, scheduled, std::move(on_reply));
  transport->start({url.base + "/v1/chat/completions", chat_body(question, facts), options.timeout}, listener);
}

void Endpoint::State::run_until(double until) {
  constexpr double kLook = 0.1;  // seconds between looks whether to stop
  while (!stopped()) {
    const bool ended = transport->run_until(std::min(until, monotonic_seconds() + kLook));
    if (ended || monotonic_seconds() >= until) return;
  }
  transport->drop_all();
}

Endpoint::Endpoint(std::unique_ptr<State> state) : state_(std::move(state)) {}
Endpoint::~Endpoint() = default;
Endpoint::Endpoint(Endpoint&&) noexcept = default;
Endpoint& Endpoint::operator=(Endpoint&&) noexcept = default;

Result<Endpoint> Endpoint::open(EndpointOptions options) {
  auto url = parse_server_url(options.url);
  if (!url) return url.error();
  auto state = std::make_unique<State>();
  auto transport = Transport::open({options.key, options.ca_file, options.allow_remote, url->loopback_by_name});
  if (!transport) return transport.error();
  state->transport = std::move(*transport);
  state->url = std::move(*url);
  state->facts.url = state->url.base;
  state->facts.model = options.model;
  state->options = std::move(options);
  const auto page = state->fetch("/v1/models");
  if (!page.good() || !read_model_list(page.body, state->facts)) return unreachable(*state, page);
  if (state->facts.model.empty())
    return Problem{tr("the server lists no model"), printable(state->url.base) + "/v1/models",
                   tr("load one, or name it with --model")};
  read_more_facts(*state);
  return Endpoint(std::move(state));
}

const ServerFacts& Endpoint::server() const {
  return state_->facts;
}

bool Endpoint::stopped() const {
  return state_->stopped();
}

Reply Endpoint::ask(const Question& question) {
  Reply out;
  bool ended = false;
  state_->start(question, monotonic_seconds(), true, [&](Reply reply) {
    out = std::move(reply);
    ended = true;
  });
  while (!ended) state_->run_until(monotonic_seconds() + state_->options.timeout);
  return out;
}

}  // namespace edgefit

// Single exchanges with a server: who it is, one question, one page.
#include <algorithm>
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
  void head(const HttpHead& head) override {
    page.status = head.status;
    page.location = head.location;
    page.html = lower(head.type).starts_with("text/html");
  }
  bool take(std::string_view bytes, double) override {
    page.body.append(bytes);
    return page.body.size() <= kMostPage;
  }
  void end(double, ReplyFault fault, const std::string& message) override {
    const bool large = page.body.size() > kMostPage;
    page.fault = large ? ReplyFault::too_large : fault;
    page.message = large ? say(tr("more than {} of an answer"), show(Bytes{kMostPage})) : message;
    ended = true;
  }
  Endpoint::State::Page page;
  bool ended = false;
};

class ReplyListener : public HttpListener {
 public:
  ReplyListener(bool keep_text, const std::string& secret, double scheduled, std::function<void(Reply)> on_reply)
      : reader_(keep_text, secret), scheduled_(scheduled), sent_(monotonic_seconds()), on_reply_(std::move(on_reply)) {}
  void head(const HttpHead& head) override { reader_.head(head.status, head.type); }
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
      // A model that nobody has asked yet is not loaded: only its file is known of.
      read_ollama_tags(state.fetch("/api/tags").body, facts);
      read_ollama_show(state.fetch("/api/show", model_body(facts)).body, facts);
      read_ollama_ps(state.fetch("/api/ps").body, facts);
    }
  }
}

/// Nothing that could be read came from `where`.
Problem no_exchange(const Endpoint::State& state, const Endpoint::State::Page& page, const std::string& where) {
  const std::string what = printable(page.message);
  if (page.fault == ReplyFault::certificate)
    return {
        what, where,
        tr("--ca-file FILE trusts the authorities in it; the host in --url must be one that the certificate names")};
  if (page.fault == ReplyFault::timeout)
    return {what, where, tr("something listens there: a server that is busy or starting, or another service's port")};
  if (page.fault != ReplyFault::connect) return {what, where, tr("is this the port of the model's server?")};
  const bool plain_remote = !state.url.tls && !state.options.allow_remote && !state.url.loopback_by_name;
  return {what, where,
          plain_remote ? tr("plain HTTP is for this machine; --allow-remote lets it out, https:// is safer")
                       : tr("is the server running, and is the port right?")};
}

/// An answer that is no list of models.
Problem no_list(const Endpoint::State& state, const Endpoint::State::Page& page, const std::string& where) {
  const char* const who = tr("an OpenAI-compatible server, such as llama-server, Ollama or vLLM, answers there");
  if (page.status == 401 || page.status == 403)
    return {say(state.options.key.empty() ? tr("the server wants a key (HTTP status {})")
                                          : tr("the server does not accept this key (HTTP status {})"),
                page.status),
            where, tr("--api-key-env NAME or --api-key-file FILE")};
  if (!page.location.empty())
    return {say(tr("the server sends elsewhere, to {} (HTTP status {})"), printable(page.location), page.status), where,
            tr("no redirect is followed; if that is the right server, say its address with --url")};
  if (page.status == 503)
    return {say(tr("the server is not ready (HTTP status {}): {}"), page.status, error_message(page.body)), where,
            tr("wait until it has loaded its model")};
  if (page.status != 200)
    return {say(tr("no list of models (HTTP status {})"), page.status), where,
            page.status == 404 ? std::string(who) + tr("; a path before /v1 belongs into --url") : who};
  return {page.html ? tr("a web page instead of a list of models") : tr("an answer that is no list of models"), where,
          who};
}

}  // namespace

Endpoint::State::Page Endpoint::State::fetch(const std::string& path, const std::string& body, double timeout) {
  const auto listener = std::make_shared<PageListener>();
  timeout = std::min(timeout, options.timeout);
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
  const std::string where = printable(state->url.base) + "/v1/models";
  if (page.fault != ReplyFault::none) return no_exchange(*state, page, where);
  if (!page.good() || !read_model_list(page.body, state->facts)) return no_list(*state, page, where);
  if (state->facts.model.empty())
    return Problem{tr("the server lists no model"), where, tr("load one, or name it with --model")};
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

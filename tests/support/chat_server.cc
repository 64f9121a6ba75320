#include "support/chat_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace edgefit::test {
namespace {

using Json = nlohmann::ordered_json;

std::string chunk(std::string_view text) {
  std::array<char, 32> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", text.size());
  return size.data() + std::string(text) + "\r\n";
}

std::string delta(const char* key, std::string_view text) {
  return Json{{"choices", {{{"index", 0}, {"delta", {{key, text}}}}}}}.dump();
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

/// One request with its body, taken from `buffer`; empty when the client has gone or the test is over.
std::string read_request(int socket, std::string& buffer, const std::atomic<bool>& stop) {
  while (true) {
    if (const size_t end = buffer.find("\r\n\r\n"); end != std::string::npos) {
      const size_t at = buffer.find("Content-Length: ");
      const size_t length = at < end ? std::strtoul(buffer.c_str() + at + 16, nullptr, 10) : 0;
      if (buffer.size() >= end + 4 + length) {
        std::string request = buffer.substr(0, end + 4 + length);
        buffer.erase(0, request.size());
        return request;
      }
    }
    pollfd wait{socket, POLLIN, 0};
    if (stop) return {};
    if (::poll(&wait, 1, 20) == 0) continue;
    std::array<char, 65536> bytes;
    const ssize_t got = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (got <= 0) return {};
    buffer.append(bytes.data(), static_cast<size_t>(got));
  }
}

void close_hard(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Script Script::stream(double after) {
  return raw(after,
             "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
             "Transfer-Encoding: chunked\r\n\r\n");
}

Script Script::page(int status, std::string_view type, std::string_view body) {
  return raw(0, "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Type: " + std::string(type) +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

Script& Script::send(double after, std::string bytes) {
  steps_.push_back({after, Kind::send, std::move(bytes)});
  return *this;
}
Script& Script::bytes(double after, std::string_view text) {
  return send(after, chunk(text));
}
Script& Script::data(double after, std::string_view json) {
  return bytes(after, "data: " + std::string(json) + "\n\n");
}
Script& Script::content(double after, std::string_view text) {
  return data(after, delta("content", text));
}
Script& Script::reasoning(double after, std::string_view text) {
  return data(after, delta("reasoning_content", text));
}
Script& Script::finish(double after, int prompt_tokens, int output_tokens) {
  const Json last = {{"choices", {{{"index", 0}, {"delta", Json::object()}, {"finish_reason", "length"}}}}};
  const Json usage = {{"choices", Json::array()},
                      {"usage", {{"prompt_tokens", prompt_tokens}, {"completion_tokens", output_tokens}}}};
  return bytes(after, "data: " + last.dump() + "\n\ndata: " + usage.dump() + "\n\ndata: [DONE]\n\n").end(after);
}
Script& Script::end(double after) {
  return send(after, "0\r\n\r\n");
}
Script& Script::close(double after) {
  steps_.push_back({after, Kind::close, ""});
  return *this;
}
Script& Script::reset(double after) {
  steps_.push_back({after, Kind::reset, ""});
  return *this;
}

Script steady_answer(double first, double gap, int tokens, int prompt_tokens) {
  Script script = Script::stream();
  script.data(0, R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})");
  for (int i = 0; i < tokens; ++i) script.content(first + gap * i, "word ");
  return script.finish(first + gap * (tokens - 1), prompt_tokens, tokens);
}

ChatServer::ChatServer(Answer answer, std::string_view owner) : answer_(std::move(answer)) {
  set_page("/v1/models", Json{{"object", "list"}, {"data", {{{"id", "test-model"}, {"owned_by", owner}}}}}.dump());
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, length) != 0 || ::listen(listener_, 1024) != 0 ||
      ::getsockname(listener_, any, &length) != 0)
    std::abort();
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ChatServer::~ChatServer() {
  stop_ = true;
  acceptor_.join();
  for (auto& worker : workers_) worker.join();
  ::close(listener_);
}

std::string ChatServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

void ChatServer::set_page(const std::string& path, std::string_view body) {
  set_script(path, Script::page(200, "application/json", body));
}

void ChatServer::set_script(const std::string& path, Script script) {
  const std::lock_guard lock(mutex_);
  pages_[path] = std::move(script);
}

std::vector<ChatServer::Exchange> ChatServer::exchanges() const {
  const std::lock_guard lock(mutex_);
  return exchanges_;
}

std::vector<std::string> ChatServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ChatServer::accept_all() {
  while (!stop_) {
    pollfd wait{listener_, POLLIN, 0};
    if (::poll(&wait, 1, 20) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++connections_;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    workers_.emplace_back([this, socket] { serve(socket); });
  }
}

void ChatServer::serve(int socket) {
  std::string buffer;
  while (true) {
    const std::string request = read_request(socket, buffer, stop_);
    if (request.empty() || !answer_one(socket, request)) break;
  }
  ::close(socket);
}

bool ChatServer::answer_one(int socket, const std::string& request) {
  const double at = now();
  const size_t space = request.find(' ');
  const std::string path = request.substr(space + 1, request.find(' ', space + 1) - space - 1);
  std::optional<size_t> slot;
  Script page = Script::page(404, "text/plain", "not found");
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (path == "/v1/chat/completions") {
      slot = exchanges_.size();
      exchanges_.push_back({request, at, {}});
    } else if (const auto known = pages_.find(path); known != pages_.end()) {
      page = known->second;
    }
  }
  return play(socket, slot ? answer_(*slot, request, at) : page, at, slot);
}

bool ChatServer::play(int socket, const Script& script, double from, std::optional<size_t> slot) {
  for (const auto& step : script.steps()) {
    while (!stop_ && now() < from + step.after)
      std::this_thread::sleep_for(std::chrono::duration<double>(std::min(0.02, from + step.after - now())));
    if (stop_) return false;
    if (step.kind == Script::Kind::reset) close_hard(socket);
    if (step.kind != Script::Kind::send) return false;
    const double at = now();
    if (!send_all(socket, step.bytes)) return false;
    if (!slot) continue;
    const std::lock_guard lock(mutex_);
    exchanges_[*slot].sent.push_back(at);
  }
  return true;
}

}  // namespace edgefit::test

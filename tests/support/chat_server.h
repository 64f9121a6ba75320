// An OpenAI-compatible server inside the test: answers by script, byte by byte and moment by moment, and remembers when
// it really sent what. Its clock is the client's, so that what a client measures can be compared with what happened.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace edgefit::test {

/// Seconds of the monotonic clock.
double now();

/// What is sent, and when after the request has arrived.
class Script {
 public:
  enum class Kind { send, close, reset };
  struct Step {
    double after;
    Kind kind;
    std::string bytes;
  };

  /// 200, text/event-stream, chunked transfer.
  static Script stream(double after = 0);
  /// A whole answer of another kind.
  static Script page(int status, std::string_view type, std::string_view body);
  static Script raw(double after, std::string bytes) { return Script().send(after, std::move(bytes)); }

  Script& send(double after, std::string bytes);
  /// Bytes of the event stream, as one chunk of the transfer.
  Script& bytes(double after, std::string_view text);
  /// One event: `data: {json}` and an empty line.
  Script& data(double after, std::string_view json);
  Script& content(double after, std::string_view text);
  Script& reasoning(double after, std::string_view text);
  /// finish_reason, usage, [DONE], and the end of the transfer.
  Script& finish(double after, int prompt_tokens, int output_tokens);
  /// The end of the transfer.
  Script& end(double after);
  Script& close(double after);
  Script& reset(double after);

  const std::vector<Step>& steps() const { return steps_; }

 private:
  std::vector<Step> steps_;
};

/// A whole answer: `tokens` chunks of one token, the first after `first` seconds, then one each `gap`.
Script steady_answer(double first, double gap, int tokens, int prompt_tokens = 100);

class ChatServer {
 public:
  /// Script for the `index`-th question, which arrived at `at`.
  using Answer = std::function<Script(size_t index, const std::string& request, double at)>;
  explicit ChatServer(Answer answer, std::string_view owner = "other");
  ~ChatServer();
  ChatServer(const ChatServer&) = delete;
  ChatServer& operator=(const ChatServer&) = delete;

  std::string url() const;
  int port() const { return port_; }
  /// What `path` answers; anything else is 404. /v1/models lists "test-model" of `owner`.
  void set_page(const std::string& path, std::string_view body);
  void set_script(const std::string& path, Script script);

  /// One question and when each step of its answer was sent.
  struct Exchange {
    std::string request;  ///< headers and body
    double arrived = 0;
    std::vector<double> sent;
  };
  std::vector<Exchange> exchanges() const;
  /// All requests, those of pages too.
  std::vector<std::string> requests() const;
  size_t connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int socket);
  bool answer_one(int socket, const std::string& request);
  bool play(int socket, const Script& script, double from, std::optional<size_t> slot);

  Answer answer_;
  int listener_ = -1, port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<size_t> connections_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, Script> pages_;
  std::vector<Exchange> exchanges_;
  std::vector<std::string> requests_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

}  // namespace edgefit::test

// An answer of /v1/chat/completions put together from its stream, with the times at which its parts arrived.
// Pure: bytes and their times go in, a Reply comes out; whoever moves the bytes knows the clock.
#pragma once

#include <string>
#include <string_view>

#include "edgefit/verify.h"
#include "verify/sse.h"

namespace edgefit {

class AnswerReader {
 public:
  /// `secret` is taken out of every message; texts are kept only when asked for.
  AnswerReader(bool keep_text, std::string secret) : keep_text_(keep_text), secret_(std::move(secret)) {}

  /// What the status line and the headers said; before the first byte.
  void head(int status, std::string_view content_type);
  /// Bytes that arrived at `at`. False: do not read on, the fault is known.
  bool take(std::string_view bytes, double at);
  /// The stream ended; `fault` is what the connection said of it. Fills in everything but `scheduled` and `sent`.
  Reply finish(double at, ReplyFault fault, const std::string& message);

 private:
  void read_event(const ServerEvent& event, double at);
  void fail(ReplyFault fault, std::string message);
  std::string cleaned(std::string_view text) const;
  bool keep_text_;
  std::string secret_;
  bool stream_ = false, done_ = false;
  size_t bytes_ = 0;
  std::string body_;  ///< of an answer that is no stream: its beginning
  EventStream events_;
  Reply reply_;
};

/// The message in an error body: {"error":{"message":"..."}}, {"error":"..."}, {"message":"..."}, or its first words.
std::string error_message(std::string_view body);

}  // namespace edgefit

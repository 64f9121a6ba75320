#include "verify/answer_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kMostBytes = size_t{64} << 20;  // of one answer; pings of a server that stalls count too
constexpr size_t kMostBody = size_t{64} << 10;   // of an answer that is no stream
constexpr size_t kMostMessage = 300;

const Json* find(const Json& object, std::string_view key) {
  const auto at = object.is_object() ? object.find(std::string(key)) : object.end();
  return at == object.end() || at->is_null() ? nullptr : &*at;
}

const Json* find(const Json* object, std::string_view key) {
  return object == nullptr ? nullptr : find(*object, key);
}

std::string text_at(const Json* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<double> count_at(const Json* value) {
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double number = value->get<double>();
  return number >= 0 && number < 1e12 ? std::optional(number) : std::nullopt;
}

void set(std::optional<double>& to, const std::optional<double>& value) {
  if (value) to = value;
}

/// `usage`, which stands in the last chunk, or in every chunk with the counts so far.
void read_usage(Reply& reply, const Json* usage) {
  set(reply.prompt_tokens, count_at(find(usage, "prompt_tokens")));
  set(reply.output_tokens, count_at(find(usage, "completion_tokens")));
  set(reply.cached_tokens, count_at(find(find(usage, "prompt_tokens_details"), "cached_tokens")));
  set(reply.reasoning_tokens, count_at(find(find(usage, "completion_tokens_details"), "reasoning_tokens")));
}

/// `timings` of llama-server. Its clock of decoding starts with the first token.
void read_timings(Reply& reply, const Json* timings) {
  if (timings == nullptr) return;
  if (!reply.output_tokens) reply.output_tokens = count_at(find(timings, "predicted_n"));
  if (const auto ms = count_at(find(timings, "prompt_ms"))) reply.server_prompt_seconds = *ms / 1000;
  if (const auto ms = count_at(find(timings, "predicted_ms"))) reply.server_decode_seconds = *ms / 1000;
  set(reply.cached_tokens, count_at(find(timings, "cache_n")));
}

/// What engines call the text of reasoning: DeepSeek, vLLM before 0.11 and llama-server, then vLLM since and Ollama.
constexpr std::array kReasoning = {"reasoning_content", "reasoning"};

std::string reasoning_of(const Json* delta) {
  for (const auto* key : kReasoning)
    if (auto text = text_at(find(delta, key)); !text.empty()) return text;
  return {};
}

bool has_tool_call(const Json* delta) {
  const Json* calls = find(delta, "tool_calls");
  return calls != nullptr && calls->is_array() && !calls->empty();
}

}  // namespace

std::string error_message(std::string_view body) {
  const auto json = parse_json(body, "");
  std::string text;
  if (json) {
    const Json* error = find(*json, "error");
    for (const Json* candidate : {find(error, "message"), error, find(*json, "message"), find(*json, "detail")})
      if (text.empty()) text = text_at(candidate);
  }
  if (text.empty()) text = body;
  const auto lines = split_lines(text);
  std::string first = printable(lines.empty() ? std::string_view() : trim(lines.front()));
  if (first.size() > kMostMessage) first.resize(kMostMessage);
  return printable(first);  // a character that the cut has split
}

std::string AnswerReader::cleaned(std::string_view text) const {
  std::string out(text);
  for (size_t at = out.find(secret_); !secret_.empty() && at != std::string::npos; at = out.find(secret_, at))
    out.replace(at, secret_.size(), "***");
  return out;
}

void AnswerReader::fail(ReplyFault fault, std::string message) {
  if (reply_.fault != ReplyFault::none) return;
  reply_.fault = fault;
  reply_.message = cleaned(message);
}

void AnswerReader::head(int status, std::string_view content_type) {
  reply_.http_status = status;
  stream_ = status < 300 && lower(content_type).starts_with("text/event-stream");
}

bool AnswerReader::take(std::string_view bytes, double at) {
  bytes_ += bytes.size();
  if (bytes_ > kMostBytes) fail(ReplyFault::too_large, say(tr("more than {} of an answer"), show(Bytes{kMostBytes})));
  if (!stream_) {
    body_.append(bytes.substr(0, kMostBody - std::min(kMostBody, body_.size())));
    return reply_.good() && body_.size() < kMostBody;
  }
  const bool read = events_.take(bytes, [this, at](const ServerEvent& event) { read_event(event, at); });
  if (!read) fail(ReplyFault::too_large, tr("a single event that is too large"));
  return reply_.good();
}

void AnswerReader::read_event(const ServerEvent& event, double at) {
  if (!reply_.good() || done_) return;
  if (trim(event.data) == "[DONE]") {
    done_ = true;
    return;
  }
  const auto chunk = parse_json(event.data, "");
  if (!chunk) return fail(ReplyFault::malformed, tr("an event that is no JSON"));
  if (find(*chunk, "error") != nullptr || event.type == "error")
    return fail(ReplyFault::error_event, error_message(event.data));
  read_usage(reply_, find(*chunk, "usage"));
  read_timings(reply_, find(*chunk, "timings"));
  const Json* choices = find(*chunk, "choices");
  if (choices == nullptr || !choices->is_array() || choices->empty()) return;
  const Json& choice = choices->front();
  const Json* delta = find(choice, "delta");
  const std::string text = text_at(find(delta, "content")), reasoning = reasoning_of(delta);
  const bool visible = !text.empty() || has_tool_call(delta);
  if (visible || !reasoning.empty()) {
    ++reply_.chunks;
    if (!reply_.first_token) reply_.first_token = at;
    if (visible && !reply_.first_visible) reply_.first_visible = at;
    reply_.last_token = at;
  }
  if (keep_text_) {
    reply_.text += text;
    reply_.reasoning += reasoning;
  }
  if (auto reason = text_at(find(choice, "finish_reason")); !reason.empty()) reply_.finish_reason = std::move(reason);
}

Reply AnswerReader::finish(double at, ReplyFault fault, const std::string& message) {
  // What a broken end has cut is no event: the break is the fault, not half a JSON.
  if (stream_ && fault == ReplyFault::none)
    events_.finish([this, at](const ServerEvent& event) { read_event(event, at); });
  reply_.end = at;
  if (fault == ReplyFault::connect || fault == ReplyFault::certificate) fail(fault, message);
  if (reply_.http_status >= 300) {
    const std::string said = error_message(body_);
    fail(ReplyFault::status, said.empty() ? say(tr("HTTP status {}"), reply_.http_status)
                                          : say(tr("HTTP status {}: {}"), reply_.http_status, said));
  }
  if (!stream_ && reply_.http_status > 0)
    fail(ReplyFault::not_stream, tr("the server did not answer with a stream of events"));
  // A broken end after the last word of a whole answer takes nothing from it.
  if (fault != ReplyFault::none && !done_) fail(fault, message);
  if (!done_ && reply_.finish_reason.empty()) fail(ReplyFault::cut, tr("the stream ended before the answer did"));
  return std::move(reply_);
}

}  // namespace edgefit

// The stream of an answer: whatever a server sends, cut wherever the first byte says, ends in a Reply whose times are
// in order, and the same bytes in one piece give the same text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "verify/answer_reader.h"

using edgefit::AnswerReader;
using edgefit::Reply;
using edgefit::ReplyFault;

namespace {

Reply read(std::string_view text, size_t step) {
  AnswerReader reader(true, "secret");
  reader.head(200, "text/event-stream");
  double at = 0;
  for (size_t from = 0; from < text.size(); from += step)
    if (!reader.take(text.substr(from, step), ++at)) break;
  return reader.finish(at + 1, ReplyFault::none, "");
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Reply whole = read(text, text.size() + 1), cut = read(text, size_t{data[0]} + 1);
  require(whole.text == cut.text && whole.reasoning == cut.reasoning && whole.fault == cut.fault);
  require(whole.chunks == cut.chunks && whole.output_tokens == cut.output_tokens);
  if (cut.first_token) require(*cut.first_token <= *cut.last_token && *cut.last_token <= cut.end);
  require(cut.message.find("secret") == std::string::npos);
  edgefit::error_message(text);
  return 0;
}

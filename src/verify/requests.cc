#include "verify/requests.h"

#include "base/json.h"

namespace edgefit {
namespace {

Json messages_of(const Question& question) {
  Json messages = Json::array();
  if (!question.system.empty()) messages.push_back({{"role", "system"}, {"content", question.system}});
  messages.push_back({{"role", "user"}, {"content", question.prompt}});
  return messages;
}

/// Text from files may hold bytes that are no UTF-8; they become U+FFFD, as a browser would send them.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string chat_body(const Question& question, const ServerFacts& server) {
  Json body = {{"model", server.model},
               {"messages", messages_of(question)},
               {"stream", true},
               {"stream_options", {{"include_usage", true}}},
               {"max_tokens", question.max_tokens},
               {"temperature", question.temperature},
               {"seed", question.seed}};
  if (server.kind == ServerKind::llama_cpp) body["cache_prompt"] = question.reuse_prefix;
  const bool can_go_on = server.kind == ServerKind::llama_cpp || server.kind == ServerKind::vllm;
  if (question.to_the_end && can_go_on) body["ignore_eos"] = true;
  return text_of(body);
}

std::string model_body(const ServerFacts& server) {
  return text_of({{"model", server.model}});
}

std::string ollama_body(const Question& question, const ServerFacts& server) {
  return text_of(
      {{"model", server.model},
       {"messages", messages_of(question)},
       {"stream", false},
       {"options",
        {{"num_predict", question.max_tokens}, {"temperature", question.temperature}, {"seed", question.seed}}}});
}

}  // namespace edgefit

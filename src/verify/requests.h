// What is written to the server: the body of a question, in the words that its kind understands.
// Pure, so that tests can read every byte that would leave the machine.
#pragma once

#include <string>

#include "edgefit/verify.h"

namespace edgefit {

/// The body for /v1/chat/completions, streamed, with token counts at its end.
std::string chat_body(const Question& question, const ServerFacts& server);
/// The body for Ollama's /api/chat, not streamed: only there it tells its own times.
/// POST /api/show of Ollama: which model.
std::string model_body(const ServerFacts& server);
std::string ollama_body(const Question& question, const ServerFacts& server);

}  // namespace edgefit

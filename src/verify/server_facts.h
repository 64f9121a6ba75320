// What servers say about themselves, read from the answers of their interfaces.
// Pure; a field that is missing or of another type is simply not known.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edgefit/verify.h"

namespace edgefit {

/// /v1/models. False: this is no list of models.
bool read_model_list(std::string_view text, ServerFacts& facts);
/// llama-server's /props.
void read_llama_props(std::string_view text, ServerFacts& facts);
/// {"version": "..."} of Ollama's /api/version and vLLM's /version; nothing when there is none.
std::optional<std::string> read_version(std::string_view text);
/// Ollama's /api/ps: the loaded model and how much of it lies in VRAM.
/// GET /api/tags of Ollama: digest and quantization of the model's file, loaded or not.
void read_ollama_tags(std::string_view text, ServerFacts& facts);
/// POST /api/show of Ollama: its template.
void read_ollama_show(std::string_view text, ServerFacts& facts);
void read_ollama_ps(std::string_view text, ServerFacts& facts);
/// Ollama's answer to a question that was not streamed: seconds a token after the first.
std::optional<double> read_ollama_tpot(std::string_view text);

}  // namespace edgefit

// The pages by which a server is recognised, and vLLM's counters: nothing that a stranger sends there may break
// anything.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "verify/metrics.h"
#include "verify/server_facts.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  edgefit::ServerFacts facts;
  facts.model = "m";
  edgefit::read_model_list(text, facts);
  edgefit::read_llama_props(text, facts);
  edgefit::read_ollama_ps(text, facts);
  edgefit::read_version(text);
  for (const auto& known :
       {facts.context, facts.slots, facts.model_bytes, facts.vram_bytes, edgefit::read_ollama_tpot(text)})
    if (known && !(*known >= 0)) std::abort();
  const auto metrics = edgefit::read_metrics(text, "m");
  if (const auto delta = edgefit::since(metrics.ttft, metrics.gaps); delta && !(delta->count > 0)) std::abort();
  return 0;
}

#include "verify/prompts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "verify/random.h"

namespace edgefit {
namespace {

/// Short English words: one token each in the vocabularies in use.
constexpr std::array kWords = {
    "time",  "year",   "people", "way",     "day",     "man",     "thing",    "woman",   "life",       "child",
    "world", "school", "state",  "family",  "student", "group",   "country",  "problem", "hand",       "part",
    "place", "case",   "week",   "company", "system",  "program", "question", "work",    "government", "number",
    "night", "point",  "home",   "water",   "room",    "mother",  "area",     "money",   "story",      "fact",
    "month", "lot",    "right",  "study",   "book",    "eye",     "job",      "word",    "business",   "issue",
    "side",  "kind",   "head",   "house",   "service", "friend",  "father",   "power",   "hour",       "game",
    "line",  "end",    "member", "law"};
constexpr double kFrame = 40;  // tokens of the nonce, the request and a usual chat template
constexpr const char* kRequest = "Write a long story with these words.";

}  // namespace

Prompts::Prompts(int tokens, uint64_t seed)
    : wanted_(tokens), seed_(seed), words_(static_cast<size_t>(std::max(1.0, tokens - kFrame))) {}

std::string Prompts::make(uint64_t index) const {
  Random random(seed_ ^ (index * 0xd1342543de82ef95U + 1));
  std::string out = fmt::format("{:016x}", random.next());
  for (size_t i = 0; i < words_; ++i) out.append(" ").append(kWords[random.next() % kWords.size()]);
  return out.append(". ").append(kRequest);
}

void Prompts::learn(const std::optional<double>& tokens) {
  if (!tokens || *tokens < 1) return;
  // The frame stays what it is; what is missing or too much is words, of which each is some share of a token count.
  const double now = static_cast<double>(words_);
  const double each = std::max(0.25, (*tokens - kFrame) / now);
  const double next = now + (wanted_ - *tokens) / each;
  words_ = static_cast<size_t>(std::clamp(std::round(next), 1.0, 4 * wanted_));
}

}  // namespace edgefit

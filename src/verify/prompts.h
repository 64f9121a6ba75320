// Prompts of a wanted number of tokens, each beginning with other words, so that no prefix cache can answer for the
// model. How many tokens a word makes is learnt from the server's own counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace edgefit {

class Prompts {
 public:
  Prompts(int tokens, uint64_t seed);
  /// The prompt of request `index`; the same index gives the same prompt until `learn` changes the number of words.
  std::string make(uint64_t index) const;
  /// The server counted `tokens` in the last prompt: the next ones come nearer to what is wanted.
  void learn(const std::optional<double>& tokens);

 private:
  double wanted_;
  uint64_t seed_;
  size_t words_;
};

}  // namespace edgefit

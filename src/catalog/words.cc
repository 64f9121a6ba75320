#include "catalog/words.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "edgefit/text.h"

namespace edgefit {
namespace {

/// Words that tell no product from another. "quadro" is none: a Quadro RTX 6000 is not an RTX 6000 Ada.
constexpr std::array<std::string_view, 12> kBrandWords = {"nvidia",   "amd",    "intel",      "apple",
                                                          "geforce",  "radeon", "tesla",      "instinct",
                                                          "graphics", "gpu",    "generation", "cpu"};

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

std::string condensed(std::string_view text) {
  std::string out = lower(text);
  out.erase(std::remove_if(out.begin(), out.end(), [](char c) { return !is_alnum(c); }), out.end());
  return out;
}

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (word == "laptop") word = "mobile";
    const bool brand = std::find(kBrandWords.begin(), kBrandWords.end(), word) != kBrandWords.end();
    if (!word.empty() && !brand) words.push_back(word);
    word.clear();
  };
  for (const char c : lower(name)) {
    if (!is_alnum(c) || (!word.empty() && is_digit(word.back()) != is_digit(c))) finish();
    if (is_alnum(c)) word += c;
  }
  finish();
  return words;
}

bool is_subsequence(const std::vector<std::string>& few, const std::vector<std::string>& many) {
  auto at = many.begin();
  for (const auto& word : few) {
    at = std::find(at, many.end(), word);
    if (at == many.end()) return false;
    ++at;
  }
  return true;
}

}  // namespace edgefit

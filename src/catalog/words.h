// Marketing names as words: "NVIDIA GeForce RTX 4090", "rtx4090" and "geforce-rtx-4090" are the same words.
// Words split where letters meet digits, so that spelling with or without spaces does not matter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edgefit {

/// Lower-case letters and digits only: "Llama.CPP" -> "llamacpp".
std::string condensed(std::string_view text);

/// The words of a name without the maker's and the brand's, which people leave out or add at will.
std::vector<std::string> words_of(std::string_view name);

/// Do all of `few` occur in `many`, in the same order?
bool is_subsequence(const std::vector<std::string>& few, const std::vector<std::string>& many);

}  // namespace edgefit

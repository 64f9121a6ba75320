// Reading JSON of others without trusting its shape: what is not there, or of another type, is empty.
// Texts are cut to what a record may hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace edgefit {

/// The member, or null.
const Json& member(const Json& json, const char* key);
/// The entries of an array, or none.
const Json& items(const Json& json);
/// A text; empty when it is none.
std::string text_at(const Json& json, const char* key);
std::optional<double> number_at(const Json& json, const char* key);
/// Texts as they are, whole numbers without a point, lists joined; empty for the rest.
std::string plain_text(const Json& json);
/// At most as long as a record may hold, cut between characters, and printable.
std::string bounded(std::string_view text);

}  // namespace edgefit

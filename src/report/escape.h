// Text from strangers made safe for XML, which several reports are written in.
// Control characters and invalid UTF-8 are made visible first: XML 1.0 has no way to hold them.
#pragma once

#include <string>
#include <string_view>

namespace edgefit {

/// For an attribute or an element of XML 1.0.
std::string escape_xml(std::string_view text);
}  // namespace edgefit

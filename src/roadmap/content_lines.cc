#include "roadmap/content_lines.h"

#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kMostOctets = 75;

bool inside_character(char octet) {
  return (static_cast<unsigned char>(octet) & 0xC0) == 0x80;
}

}  // namespace

void ContentLines::add(std::string_view name, std::string_view value) {
  const std::string whole = std::string(name) + ":" + std::string(value);
  std::string_view rest = whole;
  // The space that continues a line counts as one of its octets.
  for (size_t room = kMostOctets; rest.size() > room; room = kMostOctets - 1) {
    size_t cut = room;
    while (cut > 1 && inside_character(rest[cut])) --cut;
    text_ += std::string(rest.substr(0, cut)) + "\r\n ";
    rest.remove_prefix(cut);
  }
  text_ += std::string(rest) + "\r\n";
}

void ContentLines::text(std::string_view name, std::string_view value) {
  std::string escaped;
  while (true) {
    const auto end = value.find('\n');
    std::string_view line = value.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (const char c : printable(line)) {
      if (c == '\\' || c == ';' || c == ',') escaped += '\\';
      escaped += c;
    }
    if (end == std::string_view::npos) break;
    escaped += "\\n";
    value.remove_prefix(end + 1);
  }
  add(name, escaped);
}

}  // namespace edgefit

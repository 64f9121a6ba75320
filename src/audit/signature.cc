#include "audit/signature.h"

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kDigits = 64;  // of a SHA-256

/// RFC 4648, section 4; nothing for any other letter.
std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const auto value = kLetters.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<uint32_t>(value)) & 0xffffU;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> static_cast<unsigned>(have) & 0xffU);
  }
  return out;
}

void add(SignedFiles& files, const std::string& name, const std::string& digest) {
  const auto hex = lower(digest);
  if (!name.empty() && hex.size() == kDigits && hex.find_first_not_of("0123456789abcdef") == std::string::npos)
    files.insert_or_assign(name, hex);
}

/// Statements of version 1 list files as resources, those before it as subjects.
SignedFiles files_of(const Json& statement) {
  SignedFiles files;
  for (const auto& subject : items(member(statement, "subject")))
    add(files, text_at(subject, "name"), text_at(member(subject, "digest"), "sha256"));
  for (const auto& resource : items(member(member(statement, "predicate"), "resources")))
    if (text_at(resource, "algorithm") == "sha256") add(files, text_at(resource, "name"), text_at(resource, "digest"));
  return files;
}

}  // namespace

bool is_signature_name(std::string_view path) {
  return path.ends_with(".sig") || path.ends_with(".sigstore") || path.ends_with(".sigstore.json");
}

Result<SignedFiles> read_signature(std::string_view text, const std::string& where) {
  const Problem other{tr("it is no sigstore bundle of a statement about files"), where, {}};
  const auto bundle = parse_json(text, where);
  if (!bundle) return other;
  const auto payload = decode_base64(text_at(member(*bundle, "dsseEnvelope"), "payload"));
  if (!payload) return other;
  const auto statement = parse_json(*payload, where);
  if (!statement) return other;
  auto files = files_of(*statement);
  if (files.empty()) return other;
  return files;
}

}  // namespace edgefit

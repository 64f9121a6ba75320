#include "verify/url.h"

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// What people leave at the end, the longest first.
constexpr std::array<std::string_view, 4> kEnds = {"/chat/completions", "/completions", "/models", "/v1"};

Problem bad(std::string_view text, const char* hint) {
  return {tr("not the address of a server"), "--url " + printable(text), hint};
}

bool is_loopback_name(std::string_view host) {
  const std::string name = lower(host);
  return name == "localhost" || name.ends_with(".localhost") || name == "::1" ||
         (name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos);
}

/// The host of "host:port" or "[::1]:port"; empty when either is none.
std::string_view host_of(std::string_view authority) {
  std::string_view host = authority, port;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return {};
    host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else if (const size_t colon = authority.find(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (port.empty()) return host;
  const auto number = to_number(port.substr(1));
  const bool good = port.front() == ':' && number && *number >= 1 && *number <= 65535;
  return good && port.find_first_not_of("0123456789", 1) == std::string_view::npos ? host : std::string_view();
}

}  // namespace

Result<ServerUrl> parse_server_url(std::string_view text) {
  std::string_view rest = trim(text);
  ServerUrl url;
  const std::string scheme = lower(rest.substr(0, std::min(rest.find("://"), rest.size())));
  if (scheme != "http" && scheme != "https") return bad(text, tr("say http://localhost:8080 or https://..."));
  url.tls = scheme == "https";
  rest.remove_prefix(scheme.size() + 3);
  const bool strange = std::any_of(rest.begin(), rest.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7F || c == '\\';
  });
  if (strange) return bad(text, tr("it holds a character that an address cannot have"));
  if (rest.find('@') != std::string_view::npos)
    return {bad("***", tr("no user or password in it; keys come by --api-key-env or --api-key-file"))};
  if (rest.find_first_of("?#") != std::string_view::npos) return bad(text, tr("without ? and #"));
  const std::string_view authority = rest.substr(0, std::min(rest.find('/'), rest.size()));
  const std::string_view host = host_of(authority);
  if (host.empty()) return bad(text, tr("say http://HOST:PORT"));
  bool cut = true;
  while (std::exchange(cut, false)) {
    while (rest.ends_with('/')) rest.remove_suffix(1);
    for (const auto end : kEnds)
      if (!cut && rest.size() > authority.size() && rest.ends_with(end)) {
        rest.remove_suffix(end.size());
        cut = true;
      }
  }
  url.base = scheme + "://" + std::string(rest);
  url.host = host;
  url.loopback_by_name = is_loopback_name(host);
  return url;
}

}  // namespace edgefit

#include "audit/proxies.h"

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct ProxyRow {
  const char* pattern;  ///< files of the configuration, loaded together by the program
  std::vector<const char*> tls, login;
};

const std::vector<ProxyRow>& proxy_rows() {
  static const std::vector<const char*> kNginxTls = {"ssl_certificate"},
                                        kNginxLogin = {"auth_basic ", "auth_request", "ssl_verify_client on"};
  static const std::vector<const char*> kApacheTls = {"sslengine on"},
                                        kApacheLogin = {"require valid-user", "require user",
                                                        "sslverifyclient require"};
  static const std::vector<const char*> kTraefikTls = {"tls:", "[tls", "certresolver"},
                                        kTraefikLogin = {"basicauth", "forwardauth", "digestauth"};
  static const std::vector<ProxyRow> kRows = {
      {"/etc/nginx/nginx.conf", kNginxTls, kNginxLogin},
      {"/etc/nginx/conf.d/*.conf", kNginxTls, kNginxLogin},
      {"/etc/nginx/sites-enabled/*", kNginxTls, kNginxLogin},
      {"/etc/caddy/Caddyfile", {"tls ", "https://"}, {"basicauth", "basic_auth", "forward_auth"}},
      {"/etc/haproxy/haproxy.cfg", {" ssl crt"}, {"http-request auth", "verify required"}},
      {"/etc/apache2/sites-enabled/*", kApacheTls, kApacheLogin},
      {"/etc/httpd/conf.d/*.conf", kApacheTls, kApacheLogin},
      {"/etc/traefik/*", kTraefikTls, kTraefikLogin},
  };
  return kRows;
}

/// Lower case, without comments. A block of Caddy named like a host gets a certificate by itself: told as "https://".
std::string plain_text(std::string_view text) {
  std::string out;
  for (const auto line : split_lines(text)) {
    const auto whole = trim(line);
    if (whole.empty() || whole[0] == '#') continue;
    const auto first = whole.substr(0, whole.find_first_of(" \t{"));
    const bool host = whole.ends_with('{') && first.find('.') != std::string_view::npos && first[0] != ':' &&
                      first.find("://") == std::string_view::npos;
    out += (host ? "https://" : "") + lower(whole) + "\n";
  }
  return out;
}

/// ":8080" with no further digit: an address to pass requests on to.
bool names_port(std::string_view text, int port) {
  const std::string wanted = ":" + std::to_string(port);
  for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) {
    const auto next = at + wanted.size();
    if (next >= text.size() || text[next] < '0' || text[next] > '9') return true;
  }
  return false;
}

bool has_any(std::string_view text, const std::vector<const char*>& words) {
  return std::any_of(words.begin(), words.end(),
                     [text](const char* word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace

Proxies proxies_of(const Box& box, int port) {
  Proxies found;
  for (const auto& row : proxy_rows()) {
    const auto files = box.find(row.pattern);
    if (files.access == Access::denied) found.closed.emplace_back(row.pattern);
    for (const auto& file : *files) {
      const auto& text = box.read(file, plain_text);
      if (text.access == Access::denied) found.closed.push_back(file);
      if (text && names_port(*text, port))
        found.list.push_back({file, has_any(*text, row.tls), has_any(*text, row.login)});
    }
  }
  return found;
}

}  // namespace edgefit

#include "audit/proxies.h"

#include <gtest/gtest.h>

#include "audit/fake_box.h"

namespace edgefit {
namespace {

using test::FakeBox;

/// What the first proxy of a box with this file does.
Proxy seen(const std::string& path, const std::string& text, int port = 8080) {
  FakeBox fake;
  fake.file(path, text);
  const Box box = fake.box();
  const auto proxies = proxies_of(box, port);
  return proxies.list.empty() ? Proxy{} : proxies.list[0];
}

TEST(Proxies, OnlyThoseThatNameThePort) {
  const std::string nginx = "location / { proxy_pass http://127.0.0.1:80801; }\n";
  EXPECT_EQ(seen("/etc/nginx/nginx.conf", nginx).file, "");
  EXPECT_EQ(seen("/etc/nginx/nginx.conf", nginx, 80801).file, "/etc/nginx/nginx.conf");
  EXPECT_EQ(seen("/etc/nginx/conf.d/a.conf", "# proxy_pass http://127.0.0.1:8080;\n").file, "");
}

TEST(Proxies, LanguagesOfFourPrograms) {
  const auto nginx =
      seen("/etc/nginx/sites-enabled/a", "ssl_certificate x;\nauth_request /a;\nproxy_pass http://[::1]:8080;\n");
  EXPECT_TRUE(nginx.tls && nginx.login);
  const auto caddy = seen("/etc/caddy/Caddyfile", "ai.example.org {\n reverse_proxy 127.0.0.1:8080\n}\n");
  EXPECT_TRUE(caddy.tls && !caddy.login) << "a host's name gets a certificate by itself";
  EXPECT_FALSE(seen("/etc/caddy/Caddyfile", ":80 {\n reverse_proxy 127.0.0.1:8080\n}\n").tls);
  EXPECT_FALSE(seen("/etc/caddy/Caddyfile", "http://ai.example.org {\n reverse_proxy 127.0.0.1:8080\n}\n").tls);
  const auto haproxy =
      seen("/etc/haproxy/haproxy.cfg", "bind *:443 ssl crt /x\nhttp-request auth\nserver a 127.0.0.1:8080\n");
  EXPECT_TRUE(haproxy.tls && haproxy.login);
  const auto apache =
      seen("/etc/apache2/sites-enabled/a", "SSLEngine on\nRequire valid-user\nProxyPass / http://127.0.0.1:8080/\n");
  EXPECT_TRUE(apache.tls && apache.login);
}

TEST(Proxies, ClosedFilesAreTold) {
  FakeBox fake;
  fake.file("/etc/haproxy/haproxy.cfg", "x")
      .deny("/etc/haproxy/haproxy.cfg")
      .state("/etc/haproxy/haproxy.cfg", "file", 0600);
  const Box box = fake.box();
  EXPECT_EQ(proxies_of(box, 8080).closed, std::vector<std::string>{"/etc/haproxy/haproxy.cfg"});
}

}  // namespace
}  // namespace edgefit

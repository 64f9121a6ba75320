#include "verify/url.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(ServerUrl, WhatPeoplePasteBecomesTheBase) {
  for (const char* text : {"http://localhost:8080", "http://localhost:8080/", "http://localhost:8080/v1",
                           "http://localhost:8080/v1/", "http://localhost:8080/v1/chat/completions",
                           "HTTP://localhost:8080/v1/models", "  http://localhost:8080/v1  "}) {
    const auto url = parse_server_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->base, "http://localhost:8080") << text;
    EXPECT_FALSE(url->tls);
    EXPECT_TRUE(url->loopback_by_name);
  }
  const auto url = parse_server_url("https://gpu.example.com/ai/v1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->base, "https://gpu.example.com/ai");
  EXPECT_EQ(url->host, "gpu.example.com");
  EXPECT_TRUE(url->tls);
}

TEST(ServerUrl, OnlySomeNamesAreThisMachine) {
  const auto loopback = [](const char* text) {
    const auto url = parse_server_url(text);
    EXPECT_TRUE(url) << text;
    return url && url->loopback_by_name;
  };
  EXPECT_TRUE(loopback("http://127.0.0.1:1"));
  EXPECT_TRUE(loopback("http://127.9.8.7"));
  EXPECT_TRUE(loopback("http://[::1]:8080"));
  EXPECT_TRUE(loopback("http://LocalHost"));
  EXPECT_FALSE(loopback("http://127.example.com"));
  EXPECT_FALSE(loopback("http://localhost.example.com"));
  EXPECT_FALSE(loopback("http://192.168.1.5:8000"));
  EXPECT_FALSE(loopback("http://[fe80::1]"));
}

TEST(ServerUrl, WhatCannotBeAnAddressIsAProblem) {
  for (const char* text : {"", "localhost:8080", "ftp://x", "file:///etc/passwd", "http://", "http://:80", "http://x:0",
                           "http://x:99999", "http://x:8o", "http://[::1", "http://x y", "http://x\\y", "http://x/?a=b",
                           "http://x/#a", "http://x:8080:1", "http://h\xC3\xBC"})
    EXPECT_FALSE(parse_server_url(text)) << text;
}

TEST(ServerUrl, APasswordInItIsRefusedAndNotRepeated) {
  const auto url = parse_server_url("http://user:hunter2@host/");
  ASSERT_FALSE(url);
  EXPECT_EQ((url.error().what + url.error().where + url.error().hint).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace edgefit

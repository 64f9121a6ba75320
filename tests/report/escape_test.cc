#include "report/escape.h"

#include <gtest/gtest.h>

namespace edgefit {
namespace {

TEST(Escape, Xml) {
  EXPECT_EQ(escape_xml("a<b & \"c\">"), "a&lt;b &amp; &quot;c&quot;&gt;");
  EXPECT_EQ(escape_xml(std::string_view("\x01", 1)).find('\x01'), std::string::npos);
}

}  // namespace
}  // namespace edgefit

#include "base/error_text.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include "edgefit/language.h"

namespace edgefit {
namespace {

TEST(ErrorText, SaysInEnglishWhatTheSystemSays) {
  for (const int error : {EPERM, ENOENT, EIO, EACCES, EISDIR, ENOSPC, EROFS, ELOOP, EDQUOT, ESRCH, 0})
    EXPECT_STREQ(error_text(error), std::strerror(error));
}

TEST(ErrorText, AndInTheUsersLanguage) {
  speak(*find_language("de"));
  EXPECT_STREQ(error_text(ENOSPC), "Kein Platz mehr auf dem Gerät");
  speak(languages().front());
}

}  // namespace
}  // namespace edgefit

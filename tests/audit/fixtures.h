// Small boxes, several for each check: one on which it passes, one on which it does not, one that hides what it needs,
// one that it does not apply to. Tests of single checks and of what must hold for all of them share these rows.
#pragma once

#include <span>

#include "audit/fake_box.h"

namespace edgefit::test {

struct Fixture {
  const char* id;
  CheckStatus status;
  void (*build)(FakeBox& box, AuditOptions& options);
};

inline constexpr CheckStatus kPass = CheckStatus::pass, kWarn = CheckStatus::warn, kFail = CheckStatus::fail,
                             kUnknown = CheckStatus::unknown, kNone = CheckStatus::not_applicable;

/// A GGUF file is known by its first four bytes.
inline const std::string kGguf = std::string("GGUF\x03\0\0\0", 8) + std::string(56, 'x');
/// sha256 of kGguf.
inline const std::string kGgufDigest = "419f45aaee8c0650e262e40e3d195c2e47192a7b2e043af94ec9b48107dea471";

inline void models(FakeBox& box) {
  box.secret_root().folder("/srv/models").file("/srv/models/a.gguf", kGguf);
  box.state("/srv/models", "folder", 0750).state("/srv/models/a.gguf", "file", 0640, 0, 0, kGguf.size());
}
inline void manifest(FakeBox& box, const std::string& entry, const std::string& people = "") {
  models(box);
  box.file("/srv/models/edgefit.models.json",
           R"({"format":"edgefit.models",)" + people + R"("models":[{"path":"a.gguf")" + entry + "}]}");
}

}  // namespace edgefit::test

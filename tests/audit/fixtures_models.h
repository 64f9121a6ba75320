// Fixtures of EF-MOD and EF-OPS: folders of models and what is said about them.
#pragma once

#include "audit/fixtures.h"

namespace edgefit::test {

inline const std::string kComplete =
    R"(,"name":"a","source_url":"https://example.org/a","revision":"1","license":"MIT","approved_by":"B","approved_on":"2026-01-02","sha256":")" +
    kGgufDigest + "\"";

/// A bundle of OpenSSF model-signing about one file.
inline std::string bundle(const std::string& name, const std::string& digest) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string statement =
      R"({"predicate":{"resources":[{"name":")" + name + R"(","algorithm":"sha256","digest":")" + digest + "\"}]}}";
  statement.resize((statement.size() + 2) / 3 * 3, ' ');
  std::string payload;
  for (size_t i = 0; i < statement.size(); i += 3) {
    unsigned bits = 0;
    for (size_t j = 0; j < 3; ++j) bits = bits << 8U | static_cast<unsigned char>(statement[i + j]);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) payload += kLetters[bits >> shift & 63U];
  }
  return R"({"dsseEnvelope":{"payload":")" + payload + "\"}}";
}

inline constexpr Fixture kModels[] = {
    {"EF-MOD-001", kPass, [](FakeBox& box, AuditOptions&) { models(box); }},
    {"EF-MOD-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.state("/srv/models/a.gguf", "file", 0666);
     }},
    {"EF-MOD-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.state("/srv/models", "folder", 0777);
     }},
    {"EF-MOD-001", kFail,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.link("/srv/models/out", "/etc");
     }},
    {"EF-MOD-001", kWarn,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.process("77", {"ollama", "serve"}, 990).state("/srv/models/a.gguf", "file", 0640, 990);
     }},
    {"EF-MOD-001", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.deny("/srv/models");
     }},
    {"EF-MOD-001", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root(); }},
    {"EF-MOD-002", kPass,
     [](FakeBox& box, AuditOptions& options) {
       manifest(box, ",\"sha256\":\"" + kGgufDigest + "\"");
       options.hash = true;
     }},
    {"EF-MOD-002", kPass,
     [](FakeBox& box, AuditOptions& options) {
       models(box);
       box.file("/srv/models/SHA256SUMS", kGgufDigest + "  a.gguf\n");
       options.hash = true;
     }},
    {"EF-MOD-002", kFail,
     [](FakeBox& box, AuditOptions& options) {
       manifest(box, ",\"sha256\":\"" + std::string(64, '0') + "\"");
       options.hash = true;
     }},
    {"EF-MOD-002", kFail,
     [](FakeBox& box, AuditOptions&) { manifest(box, ",\"bytes\":5,\"sha256\":\"" + kGgufDigest + "\""); }},
    {"EF-MOD-002", kWarn, [](FakeBox& box, AuditOptions&) { models(box); }},
    {"EF-MOD-002", kUnknown, [](FakeBox& box, AuditOptions&) { manifest(box, ",\"sha256\":\"" + kGgufDigest + "\""); }},
    {"EF-MOD-002", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root().folder("/srv/models"); }},
    {"EF-MOD-003", kPass,
     [](FakeBox& box, AuditOptions& options) {
       models(box);
       box.file("/srv/models/model.sig", bundle("a.gguf", kGgufDigest));
       options.hash = true;
     }},
    {"EF-MOD-003", kWarn,
     [](FakeBox& box, AuditOptions& options) {
       models(box);
       box.file("/srv/models/model.sig", bundle("a.gguf", std::string(64, '0')));
       options.hash = true;
     }},
    {"EF-MOD-003", kWarn,
     [](FakeBox& box, AuditOptions& options) {
       models(box);
       box.file("/srv/models/model.sig", bundle("b.gguf", kGgufDigest));
       options.hash = true;
     }},
    {"EF-MOD-003", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.file("/srv/models/model.sig", bundle("a.gguf", kGgufDigest));
     }},
    {"EF-MOD-003", kUnknown,
     [](FakeBox& box, AuditOptions& options) {
       models(box);
       box.file("/srv/models/model.sig", "{}");
       options.hash = true;
     }},
    {"EF-MOD-003", kWarn, [](FakeBox& box, AuditOptions&) { models(box); }},
    {"EF-MOD-003", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.folder("/srv/models/closed").deny("/srv/models/closed").state("/srv/models/closed", "folder", 0700);
     }},
    {"EF-MOD-003", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root().folder("/srv/models"); }},
    {"EF-MOD-004", kPass, [](FakeBox& box, AuditOptions&) { models(box); }},
    {"EF-MOD-004", kFail,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.file("/srv/models/b.bin", "\x80\x04\x95xxxx");
     }},
    {"EF-MOD-004", kWarn,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.file("/srv/models/b.h5", "\x89HDF\r\n\x1a\nxxxx");
     }},
    {"EF-MOD-004", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.file("/srv/models/b.zip", "PK\x03\x04xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
     }},
    {"EF-MOD-004", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.answer("head-denied\t/srv/models/a.gguf");
     }},
    {"EF-MOD-004", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root().folder("/srv/models"); }},
    {"EF-MOD-005", kPass,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.process("77", {"ollama", "serve"});
     }},
    {"EF-MOD-005", kFail,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.process("77", {"/usr/bin/python3", "/usr/local/bin/vllm", "serve", "/srv/models", "--trust-remote-code"});
     }},
    {"EF-MOD-005", kWarn,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.process("1", {"init"}).file("/srv/models/modeling_x.py", "import os\n");
     }},
    {"EF-MOD-005", kWarn,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.process("1", {"init"}).file("/srv/models/config.json", R"({"auto_map":{"AutoModel":"modeling_x.X"}})");
     }},
    {"EF-MOD-005", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.deny("/srv/models");
     }},
    {"EF-MOD-005", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root().folder("/srv/models"); }},
    {"EF-MOD-006", kPass, [](FakeBox& box, AuditOptions&) { manifest(box, kComplete); }},
    {"EF-MOD-006", kFail, [](FakeBox& box, AuditOptions&) { models(box); }},
    {"EF-MOD-006", kWarn, [](FakeBox& box, AuditOptions&) { manifest(box, ",\"name\":\"a\""); }},
    {"EF-MOD-006", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.file("/srv/models/edgefit.models.json", "{ broken");
     }},
    {"EF-MOD-006", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       manifest(box, kComplete);
       box.deny("/srv/models/edgefit.models.json");
     }},
    {"EF-MOD-006", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root(); }},
};

inline constexpr Fixture kOperations[] = {
    {"EF-OPS-002", kPass, [](FakeBox& box, AuditOptions&) { box.listen("", "00000000", 9100); }},
    {"EF-OPS-002", kWarn, [](FakeBox& box, AuditOptions&) { box.listen("", "0100007F", 22); }},
    {"EF-OPS-002", kUnknown, [](FakeBox&, AuditOptions&) {}},
    {"EF-OPS-003", kPass,
     [](FakeBox& box, AuditOptions&) { manifest(box, "", R"("owner":"A","deputy":"B","contact":"c@example.org",)"); }},
    {"EF-OPS-003", kFail, [](FakeBox& box, AuditOptions&) { manifest(box, ""); }},
    {"EF-OPS-003", kWarn, [](FakeBox& box, AuditOptions&) { manifest(box, ",\"owner\":\"A\""); }},
    {"EF-OPS-003", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       manifest(box, "");
       box.deny("/srv/models/edgefit.models.json");
     }},
    {"EF-OPS-003", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root(); }},
    {"EF-OPS-004", kPass, [](FakeBox& box, AuditOptions&) { manifest(box, ",\"next_review\":\"2027-01-31\""); }},
    {"EF-OPS-004", kPass,
     [](FakeBox& box, AuditOptions&) {
       models(box);
       box.file("/srv/models/model.json", R"({"format":"edgefit.model","name":"a","files":["a.gguf"],)"
                                          R"("lifecycle":{"next_review":"2027-01-31","released":"2026-07-01"}})");
     }},
    {"EF-OPS-004", kFail, [](FakeBox& box, AuditOptions&) { manifest(box, ",\"next_review\":\"2026-11-22\""); }},
    {"EF-OPS-004", kFail, [](FakeBox& box, AuditOptions&) { models(box); }},
    {"EF-OPS-004", kWarn, [](FakeBox& box, AuditOptions&) { manifest(box, ",\"next_review\":\"2026-11-23\""); }},
    {"EF-OPS-004", kWarn,
     [](FakeBox& box, AuditOptions&) { manifest(box, ",\"next_review\":\"2027-01-31\",\"released\":\"2025-01-01\""); }},
    {"EF-OPS-004", kUnknown, [](FakeBox& box, AuditOptions&) { manifest(box, ",\"next_review\":\"soon\""); }},
    {"EF-OPS-004", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root(); }},
    {"EF-OPS-006", kPass,
     [](FakeBox& box, AuditOptions&) {
       manifest(box, ",\"previous\":\"old.gguf\",\"rollback_tested\":\"2026-05-01\"");
       box.file("/srv/models/old.gguf", kGguf);
     }},
    {"EF-OPS-006", kFail, [](FakeBox& box, AuditOptions&) { manifest(box, ",\"previous\":\"old.gguf\""); }},
    {"EF-OPS-006", kFail, [](FakeBox& box, AuditOptions&) { models(box); }},
    {"EF-OPS-006", kWarn,
     [](FakeBox& box, AuditOptions&) {
       manifest(box, ",\"previous\":\"old.gguf\"");
       box.file("/srv/models/old.gguf", kGguf);
     }},
    {"EF-OPS-006", kUnknown,
     [](FakeBox& box, AuditOptions&) {
       manifest(box, ",\"previous\":\"old.gguf\"");
       box.file("/srv/models/old.gguf", kGguf).answer("state-denied\t/srv/models/old.gguf");
     }},
    {"EF-OPS-006", kNone, [](FakeBox& box, AuditOptions&) { box.secret_root(); }},
};

}  // namespace edgefit::test

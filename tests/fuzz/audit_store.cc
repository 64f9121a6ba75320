// Any bytes as edgefit.models.json, SHA256SUMS, a descriptor or a signature beside a model: no entry climbs out of the
// store, and the manifest that is written is read again.
#include <cstdint>
#include <string>

#include "audit/manifest.h"
#include "fuzz/audit_files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace edgefit;
  static const fuzz::Folder folder;
  constexpr const char* kNames[] = {"/m/edgefit.models.json", "/m/SHA256SUMS", "/m/model.json"};
  if (size < 2) return 0;
  for (const char* name : kNames) folder.write(name, "");
  folder.write("/m/a.gguf", "GGUF");
  folder.write(kNames[data[0] % std::size(kNames)], {reinterpret_cast<const char*>(data) + 1, size - 1});
  const Box box(folder.path());
  const auto store = read_store(box, "/m");
  const auto manifest = read_manifest(box, store);
  for (const auto& [path, entry] : manifest.models) {
    if (path.empty() || path.starts_with("/") || path.starts_with("../") || path.find("/../") != std::string::npos)
      std::abort();
    if (entry.previous.starts_with("/") || entry.previous.starts_with("../")) std::abort();
  }
  const auto written = write_manifest(box, store, "2026-11-23");
  if (!written) return written.error().what.empty() ? std::abort(), 1 : 0;
  folder.write("/m/edgefit.models.json", *written);
  const Box again(folder.path());
  const auto copy = read_manifest(again, read_store(again, "/m"));
  if (!copy.problem.empty() || copy.models.size() < manifest.models.size()) std::abort();
  return 0;
}

#include "audit/manifest.h"

#include <algorithm>

#include "base/json.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kFormat = "edgefit.models";
constexpr size_t kLargest = 8 << 20;

/// Texts of an entry, in the order in which they are written.
struct Field {
  const char* key;
  std::string ManifestEntry::*value;
};
constexpr Field kFields[] = {{"name", &ManifestEntry::name},
                             {"source_url", &ManifestEntry::source_url},
                             {"revision", &ManifestEntry::revision},
                             {"license", &ManifestEntry::license},
                             {"sha256", &ManifestEntry::sha256},
                             {"approved_by", &ManifestEntry::approved_by},
                             {"approved_on", &ManifestEntry::approved_on},
                             {"owner", &ManifestEntry::owner},
                             {"released", &ManifestEntry::released},
                             {"next_review", &ManifestEntry::next_review},
                             {"previous", &ManifestEntry::previous},
                             {"rollback_tested", &ManifestEntry::rollback_tested}};

std::string same(std::string_view text) {
  return std::string(text);
}

/// Nothing climbs out of the store.
bool is_inside(const std::string& path) {
  if (path.empty() || path.starts_with("/")) return false;
  const auto parts = split(path, '/');
  return std::find(parts.begin(), parts.end(), "..") == parts.end();
}

void fill(ManifestEntry& entry, const Json& object) {
  for (const auto& field : kFields)
    if (auto text = text_at(object, field.key); !text.empty()) entry.*field.value = std::move(text);
  if (!is_inside(entry.previous)) entry.previous.clear();
  constexpr double kMostBytes = 1ULL << 53U;  // whole numbers up to here are exact
  const double size = number_at(object, "bytes").value_or(-1);
  if (size >= 0 && size <= kMostBytes) entry.bytes = size;
}

std::string read_own(const Json& json, Manifest& manifest) {
  if (!json.is_object() || text_at(json, "format") != kFormat) return tr("it is no file of edgefit.models");
  manifest.owner = text_at(json, "owner");
  manifest.deputy = text_at(json, "deputy");
  manifest.contact = text_at(json, "contact");
  const Json& models = member(json, "models");
  if (!models.is_array()) return tr("it has no list of models");
  for (const auto& model : models) {
    const auto path = text_at(model, "path");
    if (!is_inside(path)) return tr("a model in it has no path below the folder");
    if (const auto previous = text_at(model, "previous"); !previous.empty() && !is_inside(previous))
      return tr("the version to go back to lies outside the folder");
    fill(manifest.models[path], model);
  }
  return {};
}

/// sha256sum(1): digest, blank, blank or '*', name.
void read_sums(const Box& box, const Store& store, Manifest& manifest) {
  for (const char* name : {"SHA256SUMS", "sha256sums.txt", "SHA256SUMS.txt"}) {
    const auto& text = box.read(store.path + "/" + name, same, kLargest);
    for (const auto line : split_lines(*text)) {
      constexpr size_t kDigits = 64;
      if (line.size() < kDigits + 3 || line.find_first_not_of("0123456789abcdefABCDEF") != kDigits) continue;
      std::string path(trim(line.substr(kDigits + 2)));
      if (path.starts_with("./")) path.erase(0, 2);
      if (is_inside(path)) manifest.models[path].sha256 = lower(line.substr(0, kDigits));
    }
  }
}

/// The lifecycle of a descriptor (docs/descriptor.md) speaks for the files that it names, or for those beside it.
void read_descriptor(const Box& box, const Store& store, const StoreFile& file, Manifest& manifest) {
  const auto& text = box.read(file.real, same, kLargest);
  if (!text || text->find("edgefit.model") == std::string::npos) return;
  const auto json = parse_json(*text, file.path);
  if (!json || !json->is_object() || text_at(*json, "format") != "edgefit.model") return;
  const auto lifecycle = json->find("lifecycle");
  if (lifecycle == json->end() || !lifecycle->is_object()) return;
  const auto folder = file.path.substr(0, file.path.rfind('/') + 1);
  const auto files = json->find("files");
  if (files == json->end() || !files->is_array()) return;
  for (const auto& name : *files) {
    if (!name.is_string() || !is_inside(name.get<std::string>())) continue;
    auto& entry = manifest.models[relative_to(store, folder + name.get<std::string>())];
    if (entry.name.empty()) entry.name = text_at(*json, "name");
    fill(entry, *lifecycle);
  }
}

Json to_json(const std::string& path, const ManifestEntry& entry) {
  Json object = {{"path", path}};
  if (entry.bytes >= 0) object["bytes"] = static_cast<uint64_t>(entry.bytes);
  for (const auto& field : kFields) object[field.key] = entry.*field.value;
  return object;
}

}  // namespace

const ManifestEntry* Manifest::find(const std::string& relative) const {
  const auto at = models.find(relative);
  return at == models.end() ? nullptr : &at->second;
}

std::string relative_to(const Store& store, const std::string& path) {
  return path.size() > store.path.size() ? path.substr(store.path.size() + 1) : std::string();
}

Manifest read_manifest(const Box& box, const Store& store) {
  Manifest manifest;
  manifest.path = store.path + "/" + kManifestName;
  const auto& text = box.read(manifest.path, same, kLargest);
  manifest.access = text.access;
  if (text) {
    const auto json = parse_json(*text, manifest.path);
    manifest.problem = json ? read_own(*json, manifest) : json.error().what;
  }
  read_sums(box, store, manifest);
  for (const auto& file : store.files)
    if (file.kind == ModelKind::text && !file.outside && file.path.ends_with(".json") &&
        !file.path.ends_with(kManifestName) && file.state.size < (1 << 20) &&
        box.head(file.real)->find("edgefit.model") != std::string::npos)
      read_descriptor(box, store, file, manifest);
  return manifest;
}

Result<std::string> write_manifest(const Box& box, const Store& store, const std::string& as_of,
                                   const std::function<void(double)>& progress) {
  auto manifest = read_manifest(box, store);
  if (manifest.access == Access::denied || !manifest.problem.empty())
    return Problem{tr("the manifest that is there cannot be read"), printable(manifest.path), manifest.problem};
  for (const auto& file : store.files) {
    if (!is_weights(file.kind) || file.outside) continue;
    const auto& digest = box.digest(file.real, progress);
    if (!digest) return Problem{tr("this model cannot be read"), printable(file.path), tr("ask its owner")};
    auto& entry = manifest.models[relative_to(store, file.path)];
    if (!entry.sha256.empty() && lower(entry.sha256) != *digest)
      return Problem{tr("this model is not the one whose checksum is on record"), printable(file.path),
                     say(tr("find out why; to accept it, take its entry out of {}"), manifest.path)};
    entry.sha256 = *digest;
    entry.bytes = static_cast<double>(file.state.size);
  }
  Json models = Json::array();
  for (const auto& [path, entry] : manifest.models) models.push_back(to_json(path, entry));
  const Json json = {{"format", kFormat},          {"format_version", "1.0"},   {"as_of", as_of},
                     {"owner", manifest.owner},    {"deputy", manifest.deputy}, {"contact", manifest.contact},
                     {"models", std::move(models)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgefit

#include "read/modelpack.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/json_fields.h"
#include "read/limits.h"
#include "read/names.h"

namespace edgefit {

namespace {

// docs/config.md and schema/config-schema.json of modelpack/model-spec.
constexpr std::array<std::string_view, 3> kTopKeys = {"descriptor", "config", "modelfs"};
constexpr std::array<std::string_view, 13> kDescriptorKeys = {
    "createdAt",   "authors", "vendor",    "family",      "name",     "version", "title",
    "description", "docURL",  "sourceURL", "datasetsURL", "revision", "licenses"};
constexpr std::array<std::string_view, 7> kConfigKeys = {"architecture", "format",       "paramSize", "precision",
                                                         "quantization", "capabilities", "comment"};
constexpr std::array<std::string_view, 7> kCapabilityKeys = {
    "inputTypes", "outputTypes", "knowledgeCutoff", "reasoning", "toolUsage", "reward", "languages"};
constexpr std::array<std::string_view, 2> kFsKeys = {"type", "diffIds"};
constexpr std::array<std::string_view, 6> kDataTypes = {"text", "image", "audio", "video", "embedding", "other"};
constexpr std::string_view kWeights = "application/vnd.cncf.model.weight.v1.";
constexpr std::string_view kConfigType = "application/vnd.cncf.model.config.v1+json";
constexpr std::string_view kArtifact = "application/vnd.cncf.model.manifest.v1+json";

bool digits(std::string_view text, size_t from, size_t count) {
  return text.size() >= from + count &&
         std::all_of(text.begin() + static_cast<ptrdiff_t>(from), text.begin() + static_cast<ptrdiff_t>(from + count),
                     [](char c) { return c >= '0' && c <= '9'; });
}

/// RFC 3339: 2025-01-01T00:00:00Z, a fraction and an offset allowed.
bool is_time(std::string_view t) {
  if (t.size() < 20 || !digits(t, 0, 4) || t[4] != '-' || !digits(t, 5, 2) || t[7] != '-' || !digits(t, 8, 2))
    return false;
  if ((t[10] != 'T' && t[10] != 't') || !digits(t, 11, 2) || t[13] != ':' || !digits(t, 14, 2) || t[16] != ':' ||
      !digits(t, 17, 2))
    return false;
  size_t at = 19;
  if (t[at] == '.')
    while (digits(t, ++at, 1)) {
    }
  if (at + 1 == t.size()) return t[at] == 'Z' || t[at] == 'z';
  return at + 6 == t.size() && (t[at] == '+' || t[at] == '-') && digits(t, at + 1, 2) && t[at + 3] == ':' &&
         digits(t, at + 4, 2);
}

void check_time(const JsonFields& fields, std::string_view key) {
  const std::string text = fields.text(key);
  if (!text.empty() && !is_time(text))
    fields.report().fail(say(tr("not a time \"{}\""), text), fields.pointer(key), "RFC 3339: 2025-01-01T00:00:00Z");
}

void check_data_types(const JsonFields& fields, std::string_view key) {
  for (const auto& type : fields.texts(key))
    if (std::find(kDataTypes.begin(), kDataTypes.end(), type) == kDataTypes.end())
      fields.report().fail(say(tr("unknown type of data \"{}\""), type), fields.pointer(key),
                           "text, image, audio, video, embedding, other");
}

void read_capabilities(const JsonFields& config, Model& model) {
  const Json* value = config.child("capabilities");
  const JsonFields fields(value, config.pointer("capabilities"), kCapabilityKeys, config.report());
  check_data_types(fields, "inputTypes");
  check_data_types(fields, "outputTypes");
  check_time(fields, "knowledgeCutoff");
  for (const auto* key : {"reasoning", "toolUsage", "reward"}) fields.flag(key);
  for (const auto& language : fields.texts("languages"))
    if (language.size() != 2 || lower(language) != language)
      fields.report().fail(say(tr("not a language \"{}\""), language), fields.pointer("languages"),
                           tr("two letters of ISO 639, for example \"en\""));
  if (value != nullptr && value->is_object())
    for (const auto& item : value->items())
      if (std::find(kCapabilityKeys.begin(), kCapabilityKeys.end(), item.key()) == kCapabilityKeys.end())
        fields.report().fail(say(tr("unknown capability \"{}\""), printable(item.key().substr(0, 80))),
                             config.pointer("capabilities"), {});
  const auto out = fields.texts("outputTypes");
  if (out.size() == 1 && out.front() == "embedding") model.task = Task::embedding;
  if (out.size() == 1 && out.front() == "image") model.task = Task::image_generation;
}

void read_config(const JsonFields& top, Model& model) {
  const JsonFields config(top.child("config"), "/config", kConfigKeys, top.report());
  const std::string size = config.text("paramSize");
  double n = 0;
  if (!size.empty()) {
    if (parse_count(size, n) && n >= 1 && n <= kMaxParameters) {
      model.parameters = model.active_parameters = {std::round(n), config.origin("paramSize")};
    } else {
      top.report().fail(say(tr("not a count of parameters: \"{}\""), size), config.pointer("paramSize"),
                        tr("a number and a letter, for example \"8b\""));
    }
  }
  config.text("architecture");
  config.text("format");
  const std::string precision = config.text("precision"), quantization = config.text("quantization");
  model.precision = find_precision(quantization) != nullptr || precision.empty() ? quantization : precision;
  read_capabilities(config, model);
}

void read_descriptor(const JsonFields& top, Model& model) {
  const JsonFields fields(top.child("descriptor"), "/descriptor", kDescriptorKeys, top.report());
  model.name = fields.text("name");
  for (const auto* key : {"family", "version", "title", "description", "docURL"}) fields.text(key);
  for (const auto* key : {"authors", "datasetsURL"}) fields.texts(key);
  Lifecycle& life = model.lifecycle;
  life.owner = fields.text("vendor");
  life.source_url = fields.text("sourceURL");
  life.revision = fields.text("revision");
  for (const auto& license : fields.texts("licenses"))
    life.license += fmt::format("{}{}", life.license.empty() ? "" : " AND ", license);
  check_time(fields, "createdAt");
  life.released = fields.text("createdAt").substr(0, 10);
}

void read_files(const JsonFields& top) {
  const JsonFields fields(top.child("modelfs"), "/modelfs", kFsKeys, top.report());
  if (const std::string type = fields.text("type"); fields.present() && type != "layers")
    top.report().fail(say(tr("unknown value \"{}\""), type), fields.pointer("type"), "layers");
  if (fields.texts("diffIds").empty() && fields.present())
    top.report().fail(tr("no layers are listed"), fields.pointer("diffIds"), {});
}

}  // namespace

bool is_modelpack(const OciManifest& manifest) {
  return manifest.artifact_type == kArtifact || manifest.config.media_type == kConfigType;
}

Result<Model> read_modelpack_config(std::string_view text, const std::string& source) {
  JsonReport report{printable(last_part(source)), {}, {}};
  const auto json = parse_json(text, report.name);
  if (!json) return json.error();
  Model model;
  model.source = source;
  model.format = "modelpack";
  const JsonFields top(&*json, "", kTopKeys, report);
  read_config(top, model);
  read_descriptor(top, model);
  read_files(top);
  for (const auto key : kTopKeys)
    if (top.child(key) == nullptr)
      report.fail(fmt::format("\"{}\" {}", key, tr("is missing")), top.pointer(key), tr("ModelPack requires it"));
  if (report.problem) return *report.problem;
  if (model.name.empty()) model.name = report.name;
  if (!model.parameters)
    model.parameters = model.active_parameters = Fact<double>::unknown(tr("paramSize is not stated"));
  model.weight_bytes = Fact<Bytes>::unknown(tr("the config tells no sizes"), tr("name the manifest or the weights"));
  model.warnings = std::move(report.warnings);
  return model;
}

Result<Model> read_modelpack_manifest(const OciManifest& manifest, const std::string& source) {
  const std::string file = printable(last_part(source));
  double bytes = 0;
  bool packed = false;
  for (const auto& layer : manifest.layers) {
    if (!layer.media_type.starts_with(kWeights)) continue;
    bytes += layer.bytes;
    packed = packed || layer.media_type.find('+') != std::string::npos;
  }
  Model model;
  model.name = file;
  model.parameters = model.active_parameters =
      Fact<double>::unknown(tr("the config of this manifest is not beside it"), tr("name the config, or the weights"));
  if (const auto blob = open_blob(manifest.config.digest, source); blob && blob->size() <= 1 << 20) {
    const auto text = blob->read_at(0, 1 << 20);
    if (!text) return text.error();
    auto config = read_modelpack_config(*text, blob->path());
    if (!config) return config.error();
    model = std::move(*config);
  }
  model.source = source;
  model.format = "modelpack";
  if (bytes <= 0 || bytes > kMaxBytes) {
    model.weight_bytes = Fact<Bytes>::unknown(tr("the manifest lists no weights"));
    return model;
  }
  model.file_bytes = {Bytes{bytes}, {Origin::Kind::file, fmt::format("{}: {}", file, tr("weight layers"))}};
  if (packed) {
    model.weight_bytes = Fact<Bytes>::unknown(tr("the weight layers are compressed"), tr("name the unpacked weights"));
  } else {
    model.weight_bytes = {
        Bytes{bytes},
        {Origin::Kind::derived, fmt::format("{}: {}", file, tr("size of the weight layers with headers"))}};
  }
  return model;
}

}  // namespace edgefit

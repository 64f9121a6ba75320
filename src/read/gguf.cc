#include "read/gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/families.h"
#include "read/gguf_architecture.h"
#include "read/gguf_encoder.h"
#include "read/gguf_metadata.h"
#include "read/gguf_tensors.h"
#include "read/tensors.h"

namespace edgefit {

namespace {

constexpr std::string_view kMagic = "GGUF";
constexpr uint32_t kDefaultAlignment = 32;
constexpr double kMaxAlignment = 1 << 20;
// Real files have at most some thousand of either.
constexpr uint64_t kMaxPairs = 65'536;
constexpr uint64_t kMaxTensors = 65'536;
// Smallest pair: length, one letter, type, a one-byte value. Smallest tensor info: length, one letter, number of
// dimensions, one dimension, type, offset.
constexpr uint64_t kMinPair = 14;
constexpr uint64_t kMinTensor = 33;

struct FileTypeRow {
  double id;
  std::string_view name;
};
// enum llama_ftype in include/llama.h of llama.cpp; retired numbers are left out.
constexpr FileTypeRow kFileTypes[] = {
    {0, "F32"},     {1, "F16"},     {2, "Q4_0"},     {3, "Q4_1"},    {7, "Q8_0"},     {8, "Q5_0"},
    {9, "Q5_1"},    {10, "Q2_K"},   {11, "Q3_K_S"},  {12, "Q3_K_M"}, {13, "Q3_K_L"},  {14, "Q4_K_S"},
    {15, "Q4_K_M"}, {16, "Q5_K_S"}, {17, "Q5_K_M"},  {18, "Q6_K"},   {19, "IQ2_XXS"}, {20, "IQ2_XS"},
    {21, "Q2_K_S"}, {22, "IQ3_XS"}, {23, "IQ3_XXS"}, {24, "IQ1_S"},  {25, "IQ4_NL"},  {26, "IQ3_S"},
    {27, "IQ3_M"},  {28, "IQ2_S"},  {29, "IQ2_M"},   {30, "IQ4_XS"}, {31, "IQ1_M"},   {32, "BF16"},
    {36, "TQ1_0"},  {37, "TQ2_0"},  {38, "MXFP4"},   {39, "NVFP4"},  {40, "Q1_0"},    {41, "Q2_0"}};

struct VersionRow {
  uint32_t version;
  const char* what;
  const char* hint;
};
constexpr VersionRow kRefusedVersions[] = {
    {1, mark("GGUF version 1 is not supported"), mark("convert it again with a llama.cpp of 2024 or later")},
    {0x02000000, mark("this is a big-endian GGUF file"), mark("convert it to little-endian: gguf-convert-endian")},
    {0x03000000, mark("this is a big-endian GGUF file"), mark("convert it to little-endian: gguf-convert-endian")}};

std::string base_name(const std::string& path) {
  return printable(path.substr(path.find_last_of('/') + 1));
}

void check_version(ByteCursor& cursor, uint32_t version) {
  if (version == 2 || version == 3 || cursor.failed()) return;
  for (const auto& row : kRefusedVersions)
    if (row.version == version) return cursor.fail(tr(row.what), {}, tr(row.hint));
  cursor.fail(say(tr("unknown GGUF version {}"), version), {},
              tr("versions 2 and 3 are read; look for a newer edgefit"));
}

bool check_count(ByteCursor& cursor, uint64_t count, uint64_t limit, uint64_t smallest, const char* what) {
  if (!cursor.fits(count, smallest, what)) return false;
  if (count <= limit) return true;
  cursor.fail(say(tr("implausibly many {} ({})"), what, count), {}, tr("the file is damaged or hostile"));
  return false;
}

/// 0 when the file states something that is no alignment.
uint64_t alignment_of(const GgufMetadata& metadata) {
  const GgufValue* value = metadata.find("general.alignment");
  if (value == nullptr) return kDefaultAlignment;
  const double n = value->number.value_or(0);
  if (!(n >= 1 && n <= kMaxAlignment)) return 0;
  const auto whole = static_cast<uint64_t>(n);
  return static_cast<double>(whole) == n && std::has_single_bit(whole) ? whole : 0;
}

std::string upper(std::string_view text) {
  std::string out = lower(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// As the file names it, else the type of most bytes.
std::string precision_of(const GgufMetadata& metadata, const std::vector<Tensor>& tensors) {
  if (const auto type = metadata.number("general.file_type"))
    for (const auto& row : kFileTypes)
      if (row.id == *type) return std::string(row.name);
  std::map<std::string_view, uint64_t> bytes;
  for (const auto& tensor : tensors)
    if (tensor.type != nullptr) bytes[tensor.type->name] += tensor.bytes;
  const auto most = std::max_element(bytes.begin(), bytes.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return most == bytes.end() ? std::string() : upper(most->first);
}

Task task_of(const GgufMetadata& metadata, const Architecture& a) {
  // enum llama_pooling_type: 1 mean, 2 first, 3 last token, 4 rank.
  const double pooling = metadata.number(a.family + ".pooling_type").value_or(0);
  if (pooling == 4) return Task::reranking;
  return pooling > 0 || !a.causal ? Task::embedding : Task::text_generation;
}

void sum_tensors(Model& model, bool bytes_known, const std::string& name) {
  const Origin origin{Origin::Kind::file, fmt::format("{}: {}", name, tr("tensor shapes and types"))};
  double bytes = 0;
  for (const auto& tensor : model.tensors) bytes += static_cast<double>(tensor.bytes);
  if (model.tensors.empty()) {
    const char* const why = tr("the file has no tensors");
    model.parameters = model.active_parameters = Fact<double>::unknown(why);
    model.weight_bytes = Fact<Bytes>::unknown(why);
    model.warnings.push_back(fmt::format("{}: {}", name, tr("no tensors: a vocabulary or metadata only")));
    return;
  }
  count_parameters(model, origin);
  if (bytes_known) {
    model.weight_bytes = {Bytes{bytes}, origin};
  } else {
    model.weight_bytes = Fact<Bytes>::unknown(tr("a tensor has a type of unknown size"), tr("state weight_bytes"));
  }
}

/// One part of several tells the shape of the model but not its size.
void forget_partial_weights(Model& model, double parts, const std::string& name) {
  const std::string why = fmt::format(fmt::runtime(tr("one of {} parts: totals are incomplete")), parts);
  model.warnings.push_back(fmt::format("{}: {}", name, why));
  model.tensors.clear();
  model.tensors_stored = false;
  const std::string remedy = tr("merge the parts: llama-gguf-split --merge");
  model.parameters = model.active_parameters = model.input_embedding_parameters = Fact<double>::unknown(why, remedy);
  model.weight_bytes = model.file_bytes = Fact<Bytes>::unknown(why, remedy);
}

void warn_of_strays(Model& model, const std::string& name) {
  const auto& a = model.architecture;
  if (!a.layers) return;
  const auto stray = std::find_if(model.tensors.begin(), model.tensors.end(),
                                  [&](const Tensor& t) { return t.layer >= *a.layers + a.mtp_layers; });
  if (stray != model.tensors.end())
    model.warnings.push_back(
        fmt::format("{}: tensor {} {}", name, printable(stray->name), tr("belongs to no layer of the model")));
}

}  // namespace

Result<Model> model_of(GgufFile&& file) {
  Model model;
  const GgufMetadata& metadata = file.metadata;
  GgufTensors& found = file.tensors;
  const std::string name = base_name(file.path);
  model.source = file.path;
  model.format = "gguf";
  model.name = printable(metadata.text("general.name"));
  if (model.name.empty()) model.name = name.ends_with(".gguf") ? name.substr(0, name.size() - 5) : name;
  model.tensors = std::move(found.tensors);
  model.tensors_stored = found.bytes_known && !model.tensors.empty();
  model.warnings = std::move(found.warnings);
  const ArchitectureRow* row = find_architecture(metadata.text("general.architecture"));
  for (auto& tensor : model.tensors) place(tensor, row != nullptr && row->embedding_norm_is_last);
  auto done = read_gguf_architecture(metadata, name, model);
  if (!done) return done.error();
  model.encoder = read_gguf_encoder(metadata, model.tensors);
  model.precision = precision_of(metadata, model.tensors);
  model.task = task_of(metadata, model.architecture);
  model.file_bytes = {Bytes{static_cast<double>(file.bytes)}, {Origin::Kind::file, name}};
  if (row == nullptr)
    model.unknown.push_back(fmt::format(
        "general.architecture: {}", model.architecture.family.empty() ? tr("not stated") : model.architecture.family));
  sum_tensors(model, found.bytes_known, name);
  warn_of_strays(model, name);
  if (const double parts = metadata.number("split.count").value_or(1); parts > file.parts)
    forget_partial_weights(model, parts, name);
  return model;
}

bool looks_like_gguf(std::string_view head) {
  return head.starts_with(kMagic);
}

Result<GgufFile> read_gguf_header(const ByteSource& source) {
  ByteCursor cursor(source);
  if (cursor.text(kMagic.size(), kMagic.size()) != kMagic)
    cursor.fail(tr("this is not a GGUF file"), {}, tr("its first four bytes are not GGUF"));
  check_version(cursor, cursor.u32());
  const uint64_t tensor_count = cursor.u64();
  const uint64_t pair_count = cursor.u64();
  GgufFile file{source.name(), source.size(), 1, {}, {}};
  if (check_count(cursor, pair_count, kMaxPairs, kMinPair, tr("metadata keys")) &&
      check_count(cursor, tensor_count, kMaxTensors, kMinTensor, tr("tensors"))) {
    file.metadata = read_gguf_metadata(cursor, pair_count);
  }
  const uint64_t alignment = alignment_of(file.metadata);
  if (alignment == 0)
    cursor.fail(tr("general.alignment is not a power of two"), {}, tr("the file is damaged or hostile"));
  if (!cursor.failed()) file.tensors = read_gguf_tensors(cursor, tensor_count);
  if (cursor.failed()) return cursor.problem();
  const uint64_t start = (cursor.position() + alignment - 1) / alignment * alignment;
  auto checked = check_gguf_data(file.tensors, start, alignment, source.size(), source.name());
  if (!checked) return checked.error();
  return file;
}

Result<Model> read_gguf(const ByteSource& source) {
  auto file = read_gguf_header(source);
  if (!file) return file.error();
  return model_of(std::move(*file));
}

}  // namespace edgefit

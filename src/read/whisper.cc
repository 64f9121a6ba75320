#include "read/whisper.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_set>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/names.h"

namespace edgefit {

namespace {

constexpr std::string_view kMagic = "lmgg";
// whisper_hparams: order in the file.
enum Size : size_t {
  vocab,
  audio_context,
  audio_state,
  audio_heads,
  audio_layers,
  text_context,
  text_state,
  text_heads,
  text_layers,
  mels,
  file_type,
  size_count
};
// OpenAI published 51,864 (English) to 51,866 tokens; fine-tunes add some. The context is 1,500 frames everywhere,
// 80 or 128 bands.
constexpr int32_t kMaxVocab = 200'000;
constexpr int32_t kMaxState = 16'384;
constexpr int32_t kMaxContext = 65'536;
constexpr int32_t kMaxBlocks = 1024;
constexpr uint64_t kMaxTensors = 65'536;
constexpr uint64_t kMaxName = 256;
constexpr uint64_t kMaxToken = 4096;

using Sizes = std::array<int32_t, size_count>;

bool plausible(const Sizes& n) {
  const auto within = [](int32_t x, int32_t high) { return x >= 1 && x <= high; };
  return within(n[vocab], kMaxVocab) && within(n[audio_context], kMaxContext) && within(n[audio_state], kMaxState) &&
         n[audio_state] == n[text_state] && within(n[audio_heads], n[audio_state]) &&
         within(n[audio_layers], kMaxBlocks) && within(n[text_context], kMaxContext) &&
         within(n[text_heads], n[text_state]) && within(n[text_layers], kMaxBlocks) &&
         (n[mels] == 80 || n[mels] == 128);
}

class Reader {
 public:
  explicit Reader(const ByteSource& source) : cursor_(source), file_(printable(last_part(source.name()))) {}

  Result<Model> read(const ByteSource& source) {
    cursor_.skip(kMagic.size());
    for (auto& n : sizes_) n = number();
    if (!cursor_.failed() && !plausible(sizes_)) fail(tr("these are no sizes of a Whisper model"));
    read_filters();
    read_vocabulary();
    while (!cursor_.failed() && cursor_.left() > 0) read_tensor();
    if (cursor_.failed()) return cursor_.problem();
    return build(source);
  }

 private:
  int32_t number() { return static_cast<int32_t>(cursor_.u32()); }
  void fail(std::string what) { cursor_.fail(std::move(what), {}, tr("the file is damaged or hostile")); }

  void read_filters() {
    const int32_t bands = number(), width = number();
    if (cursor_.failed()) return;
    if (bands < 1 || bands > kMaxState || width < 1 || width > kMaxState)
      return fail(tr("the size of the mel filters is out of range"));
    cursor_.skip(uint64_t{4} * static_cast<uint64_t>(bands) * static_cast<uint64_t>(width));
  }

  void read_vocabulary() {
    const int32_t tokens = number();
    if (cursor_.failed()) return;
    if (tokens < 0 || tokens > kMaxVocab) return fail(tr("the number of tokens is out of range"));
    if (!cursor_.fits(static_cast<uint64_t>(tokens), 4, tr("tokens"))) return;
    for (int32_t i = 0; i < tokens && !cursor_.failed(); ++i) {
      const uint32_t length = cursor_.u32();
      if (length > kMaxToken) return fail(tr("a token is implausibly long"));
      cursor_.skip(length);
    }
  }

  void read_tensor() {
    const int32_t dimensions = number(), length = number();
    const uint32_t type_id = cursor_.u32();
    if (cursor_.failed()) return;
    if (dimensions < 1 || dimensions > 4) return fail(tr("the number of dimensions is not 1 to 4"));
    Tensor tensor;
    uint64_t elements = 1;
    for (int32_t d = 0; d < dimensions; ++d) {
      const int32_t n = number();
      if (cursor_.failed()) return;
      if (n < 1) return fail(tr("a dimension is out of range"));
      tensor.shape[static_cast<size_t>(d)] = static_cast<uint64_t>(n);
      if (__builtin_mul_overflow(elements, static_cast<uint64_t>(n), &elements))
        return fail(tr("the tensor size overflows"));
    }
    if (length < 1) return fail(tr("a tensor has no name"));
    tensor.name = cursor_.text(static_cast<uint64_t>(length), kMaxName);
    tensor.type = find_ggml_type(type_id);
    if (cursor_.failed()) return;
    if (tensor.type == nullptr) return fail(say(tr("unknown ggml type {}"), type_id));
    // Within the file, so that the products below stay small.
    if (tensor.shape[0] % tensor.type->block != 0) return fail(tr("a row is no multiple of the type's block"));
    if (!cursor_.fits(elements / tensor.type->block, tensor.type->bytes, tr("blocks"))) return;
    if (!names_.insert(tensor.name).second) return fail(tr("duplicate tensor name"));
    if (names_.size() > kMaxTensors) return fail(tr("implausibly many tensors"));
    tensor.bytes = elements / tensor.type->block * tensor.type->bytes;
    cursor_.skip(tensor.bytes);
    parameters_ += static_cast<double>(elements);
    bytes_ += static_cast<double>(tensor.bytes);
    by_type_[type_id < by_type_.size() ? type_id : 0] += static_cast<double>(tensor.bytes);
  }

  Model build(const ByteSource& source) const {
    Model model;
    model.source = source.name();
    model.format = "whisper.cpp";
    model.name = file_.ends_with(".bin") && file_.size() > 4 ? file_.substr(0, file_.size() - 4) : file_;
    model.task = Task::speech_to_text;
    model.file_bytes = {Bytes{static_cast<double>(source.size())}, {Origin::Kind::file, file_}};
    const Origin origin{Origin::Kind::file, fmt::format("{}: {}", file_, tr("tensor shapes and types"))};
    if (parameters_ > 0) {
      model.parameters = model.active_parameters = {parameters_, origin};
      model.weight_bytes = {Bytes{bytes_}, origin};
      const auto most = std::max_element(by_type_.begin(), by_type_.end()) - by_type_.begin();
      model.precision = find_ggml_type(static_cast<uint32_t>(most))->name;
    } else {
      const char* const why = tr("the file has no tensors");
      model.parameters = model.active_parameters = Fact<double>::unknown(why);
      model.weight_bytes = Fact<Bytes>::unknown(why);
      model.warnings.push_back(fmt::format("{}: {}", file_, tr("no tensors: a vocabulary or metadata only")));
    }
    describe(model.architecture);
    return model;
  }

  /// The text decoder, which keeps a cache; the encoder runs once for a piece of speech.
  void describe(Architecture& a) const {
    const auto fact = [this](Size size, const char* key) {
      return Fact<double>(sizes_[size], {Origin::Kind::file, fmt::format("{}: {}", file_, key)});
    };
    a.family = "whisper";
    a.layers = fact(text_layers, "n_text_layer");
    a.hidden_size = fact(text_state, "n_text_state");
    a.heads = a.kv_heads = fact(text_heads, "n_text_head");
    a.vocab_size = fact(vocab, "n_vocab");
    a.max_context = fact(text_context, "n_text_ctx");
    a.ffn_size = {4.0 * sizes_[text_state], {Origin::Kind::derived, "4 x n_text_state"}};
    a.gated_ffn = false;
    a.tied_embeddings = true;
  }

  ByteCursor cursor_;
  std::string file_;
  Sizes sizes_{};
  std::unordered_set<std::string> names_;
  std::array<double, 64> by_type_{};
  double parameters_ = 0, bytes_ = 0;
};

}  // namespace

bool looks_like_whisper(std::string_view head) {
  Sizes sizes{};
  if (!head.starts_with(kMagic) || head.size() < kMagic.size() + sizeof sizes) return false;
  std::memcpy(sizes.data(), head.data() + kMagic.size(), sizeof sizes);
  return plausible(sizes);
}

Result<Model> read_whisper(const ByteSource& source) {
  return Reader(source).read(source);
}

}  // namespace edgefit

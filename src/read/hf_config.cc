#include "read/hf_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "edgefit/text.h"
#include "read/hf_shape.h"
#include "read/hf_tensors.h"
#include "read/limits.h"
#include "read/names.h"
#include "read/tensors.h"

namespace edgefit {

namespace {

/// NaN and Infinity are no JSON, but Python writes them (time_step_limit of Mamba 2): read as null.
std::string without_infinities(std::string_view text, bool& changed) {
  std::string out(text);
  bool inside = false;
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i] == '\\' && inside) {
      ++i;
    } else if (out[i] == '"') {
      inside = !inside;
    } else if (!inside) {
      for (const std::string_view word : {"-Infinity", "Infinity", "NaN"})
        if (std::string_view(out).substr(i).starts_with(word)) {
          out.replace(i, word.size(), "null" + std::string(word.size() > 4 ? word.size() - 4 : 0, ' '));
          changed = true;
          break;
        }
    }
  }
  return out;
}

/// Task and head by the ending of the class under "architectures".
struct ClassRow {
  std::string_view ending;
  HfHead head;
  std::optional<Task> task;
};
constexpr ClassRow kClasses[] = {
    {"ForSequenceClassification", HfHead::score, Task::reranking},
    {"RewardModel", HfHead::score, Task::reranking},
    {"ForImageClassification", HfHead::score, Task::image_classification},
    {"ForMaskedLM", HfHead::masked, Task::embedding},
    {"ForPreTraining", HfHead::pretraining, Task::embedding},
    {"LMHeadModel", HfHead::language, {}},
    {"Model", HfHead::none, Task::embedding},
};

struct BodyRow {
  HfBody body;
  Task task;
};
constexpr BodyRow kBodyTasks[] = {{HfBody::bert, Task::embedding},
                                  {HfBody::vit, Task::image_classification},
                                  {HfBody::clip, Task::embedding},
                                  {HfBody::whisper, Task::speech_to_text}};

/// Models that speak or make music: stacks of unlike networks whose config tells none of their sizes in common words.
constexpr std::array<std::string_view, 12> kSpeakers = {
    "vits", "bark",    "speecht5", "fastspeech2_conformer", "parler_tts",     "musicgen", "dia",
    "csm",  "encodec", "xcodec",   "seamless_m4t",          "seamless_m4t_v2"};

/// Letters and digits only, lower case, without the ending that names the task.
std::string stem_of(std::string_view name) {
  for (const std::string_view ending : {"ForCausalLM", "ForConditionalGeneration", "ForSequenceClassification",
                                        "LMHeadModel", "ForMaskedLM", "RewardModel", "Model"})
    if (name.ends_with(ending)) {
      name.remove_suffix(ending.size());
      break;
    }
  std::string out;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return out;
}

class ConfigReader {
 public:
  ConfigReader(const Json& json, JsonReport& report, const std::string& source)
      : report_(report), top_(&json, "", {}, report), source_(source) {}

  Result<Model> read() {
    choose_row();
    if (report_.problem) return *report_.problem;
    name_model();
    read_class();
    const HfFields text = text_.with_defaults(row_->defaults);
    Architecture& a = model_.architecture;
    a.family = row_->family.empty() ? printable(model_type_) : std::string(row_->family);
    apply_family(a, false);
    // Which matrices llama.cpp's graph has: its converter fuses and splits what transformers does not.
    const ArchitectureRow* engine = find_architecture(a.family);
    if (engine == nullptr || !row_->gated.key.empty()) a.gated_ffn = is_on(text, row_->gated);
    if (engine == nullptr) a.fused_qkv = row_->fused_qkv;
    a.mtp_layers = text.number("num_nextn_predict_layers", {0, 64}).value_or(0);
    const auto layers = plan_layers(text, *row_, a);
    if (report_.problem) return *report_.problem;
    settle_ties();
    if (is_encoder()) {
      a.causal = false;
      a.attention.assign(static_cast<size_t>(*a.layers), Attention::none);
    }
    model_.precision = hf_precision(top_, text_);
    write_tensors(text, layers);
    if (report_.problem) return *report_.problem;
    return std::move(model_);
  }

 private:
  bool is_encoder() const {
    return row_->body == HfBody::bert || row_->body == HfBody::vit || row_->body == HfBody::clip;
  }

  /// The rows of the whole and of its language model; what stands where.
  void choose_row() {
    model_type_ = top_.text("model_type");
    const auto classes = top_.texts("architectures");
    if (!classes.empty()) class_ = classes.front();
    if (model_type_.empty() && class_.empty()) {
      report_.fail(tr("neither model_type nor architectures: this is no config.json of a model"), "/model_type",
                   tr("name the model's own config.json"));
      return;
    }
    text_ = top_;
    for (const char* key : {"text_config", "llm_config", "language_config"})
      if (const HfFields part = top_.child(key); part.present()) {
        text_ = part;
        break;
      }
    outer_ = find_hf_family(model_type_);
    const HfFamily* inner = find_hf_family(text_.text("model_type"));
    row_ = inner != nullptr ? inner : outer_ != nullptr ? outer_ : &unknown_;
    if (outer_ != nullptr && outer_->body != HfBody::decoder) row_ = outer_;
    if (outer_ == nullptr || outer_->body == HfBody::facts || row_->body == HfBody::facts) countable_ = false;
    if (inner != nullptr && outer_ != nullptr && outer_->body == HfBody::facts) row_ = inner;
    warn_of_class();
  }

  /// A class that belongs to another known type: one of the two is wrong.
  void warn_of_class() {
    const std::string stem = stem_of(class_), own = stem_of(model_type_);
    if (stem.empty() || own.empty() || stem.starts_with(own) || own.starts_with(stem)) return;
    bool other = false;
    for (const auto& table : hf_families())
      for (const auto& row : table) other = other || stem_of(row.model_type) == stem;
    if (other)
      model_.warnings.push_back(fmt::format(
          fmt::runtime(tr("{}: model_type {} and architectures {} contradict each other; model_type is used")),
          report_.name, printable(model_type_), printable(class_)));
  }

  void name_model() {
    model_.source = source_;
    model_.format = "config.json";
    std::string folder = source_.substr(0, source_.find_last_of('/') == source_.npos ? 0 : source_.find_last_of('/'));
    while (folder.ends_with('/')) folder.pop_back();
    std::string file = last_part(source_);
    if (file.ends_with(".json")) file.resize(file.size() - 5);
    const std::string folder_name = last_part(folder);
    const std::string original = last_part(top_.text("_name_or_path"));
    const bool usual = file == "config";
    const bool speaks = folder_name != "." && folder_name != ".." && !folder_name.empty();
    model_.name = printable(!usual                 ? file
                            : speaks               ? folder_name
                            : !original.empty()    ? original.substr(0, 200)
                            : !model_type_.empty() ? model_type_
                                                   : class_);
  }

  void read_class() {
    model_.task = Task::text_generation;
    for (const auto& row : kBodyTasks)
      if (row.body == row_->body) model_.task = row.task;
    if (row_->body != HfBody::decoder && row_->body != HfBody::facts) head_ = HfHead::none;
    // A composite's language model has a class of its own ("InternVLChatModel" around "InternLM2ForCausalLM").
    const auto inner = text_.texts("architectures");
    const std::string name = inner.empty() ? class_ : inner.front();
    for (const auto& row : kClasses) {
      if (!name.ends_with(row.ending)) continue;
      head_ = row.head;
      if (row.task && row_->body != HfBody::whisper && row_->body != HfBody::t5) model_.task = *row.task;
      break;
    }
    if (std::find(kSpeakers.begin(), kSpeakers.end(), model_type_) != kSpeakers.end()) {
      model_.task = Task::other;
      model_.activation_bytes = Fact<Bytes>::unknown(
          fmt::format(fmt::runtime(tr("no rule for text-to-speech: what {} holds depends on the length of its sound")),
                      model_type_),
          tr("state weight_bytes and activation_bytes, measured at your length"));
    }
  }

  void settle_ties() {
    // Composite configs state it at either level; the inner one rules.
    if (text_.find("tie_word_embeddings") == nullptr && top_.find("tie_word_embeddings") != nullptr)
      model_.architecture.tied_embeddings = top_.flag("tie_word_embeddings");
    if (is_encoder()) model_.architecture.tied_embeddings = false;
  }

  double labels() const {
    const Json* names = top_.find("id2label");
    if (names != nullptr && names->is_object() && !names->empty()) return static_cast<double>(names->size());
    return top_.number("num_labels", {1, 1e6}).value_or(row_->score_bias.otherwise ? 1 : 2);
  }

  void write_tensors(const HfFields& text, const std::vector<HfLayer>& layers) {
    if (!countable_) return refuse_count();
    Architecture& a = model_.architecture;
    const ArchitectureRow* known = find_architecture(a.family);
    TensorList out(known != nullptr && known->embedding_norm_is_last);
    const HfParts parts{row_->body == HfBody::clip ? top_ : text, *row_, a, out, head_, labels()};
    if (row_->body == HfBody::decoder) {
      write_decoder(parts, layers);
    } else {
      write_body(parts);
    }
    if (outer_->tower != HfTower::none) write_tower(outer_->tower, top_, *a.hidden_size, out);
    if (report_.problem) return;
    if (out.elements > kMaxParameters) {
      report_.fail(tr("the sizes are implausibly large"), "/", tr("the file is damaged or hostile"));
      return;
    }
    model_.tensors = std::move(out.list);
    count(Origin{Origin::Kind::derived, fmt::format("{}: {}", report_.name, tr("shapes of the weights it describes"))});
    add_rotary_tables(text);
    if (const auto bytes = hf_quantised_bytes(top_, text_, model_.precision, model_.tensors))
      model_.weight_bytes = {Bytes{*bytes},
                             {Origin::Kind::derived, mark("quantised matrices of the layers, the rest in 16 bits")}};
  }

  void refuse_count() {
    const std::string what = model_type_.empty() ? class_ : model_type_;
    const std::string why =
        fmt::format(fmt::runtime(tr("config.json of {} does not tell all its weights")), printable(what));
    model_.parameters = model_.active_parameters =
        Fact<double>::unknown(why, tr("give the folder with the safetensors files or their index"));
    model_.unknown.push_back(fmt::format("{}: {}", report_.name, why));
  }

  void count(const Origin& origin) {
    count_parameters(model_, origin);
    double backbone = 0;
    for (const auto& tensor : model_.tensors)
      if (tensor.layer >= 0 && static_cast<double>(tensor.layer) < *model_.architecture.layers)
        backbone += elements_of(tensor);
    if (backbone > 0) model_.counts.backbone = {backbone, origin};
  }

  /// Tables that llama.cpp's converter stores for stretched rotary positions; no parameters, but bytes.
  void add_rotary_tables(const HfFields& text) {
    const Architecture& a = model_.architecture;
    std::string type = text.text("rope_scaling.rope_type");
    if (type.empty()) type = text.text("rope_scaling.type");
    if (type.empty()) type = text.text("rope_parameters.rope_type");
    TensorList tables;
    if (type == "llama3" && a.head_dim) tables.add("rope_freqs.weight", {std::floor(*a.head_dim / 2)});
    for (const auto& [key, name] : {std::pair{"rope_scaling.long_factor", "rope_factors_long.weight"},
                                    std::pair{"rope_scaling.short_factor", "rope_factors_short.weight"}})
      if (const Json* factors = text.find(key); type == "longrope" && factors != nullptr && factors->is_array())
        tables.add(name, {std::max(1.0, static_cast<double>(factors->size()))});
    for (auto& table : tables.list) model_.tensors.push_back(std::move(table));
  }

  JsonReport& report_;
  HfFields top_;
  HfFields text_{nullptr, "", {}, report_};
  std::string source_, model_type_, class_;
  const HfFamily* outer_ = nullptr;
  const HfFamily* row_ = nullptr;
  HfFamily unknown_{.model_type = {}, .family = {}, .body = HfBody::facts};
  HfHead head_ = HfHead::language;
  bool countable_ = true;
  Model model_;
};

}  // namespace

Result<Model> read_hf_config(std::string_view text, const std::string& source) {
  JsonReport report{printable(last_part(source)), {}, {}};
  bool changed = false;
  std::string patched;
  if (text.find("Infinity") != text.npos || text.find("NaN") != text.npos) {
    patched = without_infinities(text, changed);
    text = patched;
  }
  const auto json = parse_json(text, report.name);
  if (!json) return json.error();
  if (!json->is_object()) return Problem{tr("this JSON is no object"), report.name, {}};
  auto model = ConfigReader(*json, report, source).read();
  if (model && changed)
    model->warnings.push_back(fmt::format("{}: {}", report.name, tr("NaN or Infinity is no JSON; read as absent")));
  return model;
}

}  // namespace edgefit

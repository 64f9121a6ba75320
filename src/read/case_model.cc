#include "read/case_model.h"

#include <fmt/format.h>

#include "edgefit/read.h"
#include "edgefit/text.h"
#include "read/limits.h"
#include "read/model_json.h"

namespace edgefit {

namespace {

/// Every number of a model that has an origin, with the most that is believed.
template <class V, class M>
void visit_facts(V& v, M& m) {
  v.fact("parameters", m.parameters, kMaxParameters);
  v.fact("active_parameters", m.active_parameters, kMaxParameters);
  v.fact("input_embedding_parameters", m.input_embedding_parameters, kMaxParameters);
  v.fact("parameters_stored", m.counts.stored, kMaxParameters);
  v.fact("parameters_with_scales", m.counts.with_scales, kMaxParameters);
  v.fact("elements", m.counts.elements, kMaxParameters);
  v.fact("parameters_backbone", m.counts.backbone, kMaxParameters);
  v.fact("weight_bytes", m.weight_bytes, kMaxBytes);
  v.fact("file_bytes", m.file_bytes, kMaxBytes);
  auto& a = m.architecture;
  v.fact("layers", a.layers, kMaxLayers);
  v.fact("hidden_size", a.hidden_size, kMaxHidden);
  v.fact("heads", a.heads, kMaxHeads);
  v.fact("kv_heads", a.kv_heads, kMaxHeads);
  v.fact("head_dim", a.head_dim, kMaxHeadDim);
  v.fact("value_head_dim", a.value_head_dim, kMaxHeadDim);
  v.fact("ffn_size", a.ffn_size, kMaxFfn);
  v.fact("vocab_size", a.vocab_size, kMaxVocab);
  v.fact("max_context", a.max_context, kMaxTokens);
  v.fact("window", a.window, kMaxTokens);
  v.fact("kv_layers", a.kv_layers, kMaxLayers);
  v.fact("flops_per_inference", m.flops_per_inference, 1e24);
  v.fact("activation_bytes", m.activation_bytes, kMaxBytes);
  v.fact("nodes", m.network.nodes, kMaxParameters);
  v.fact("integer_flops", m.network.integer_flops, 1e24);
  v.fact("moved_bytes", m.network.moved_bytes, kMaxBytes);
  v.fact("convolution_weight_bytes", m.network.convolution_weight_bytes, kMaxBytes);
  v.fact("largest_weight_bytes", m.network.largest_weight_bytes, kMaxBytes);
  v.fact("workspace_bytes", m.network.workspace_bytes, kMaxBytes);
}

/// Every size of an encoder, with the most that is believed.
template <class V, class E>
void visit_encoder(V& v, E& e) {
  v.text("projector", e.projector);
  v.flag("images", e.images);
  v.flag("sound", e.sound);
  v.number("hidden_size", e.hidden_size, kMaxHidden);
  v.number("ffn_size", e.ffn_size, kMaxFfn);
  v.flag("gated_ffn", e.gated_ffn);
  v.number("image_size", e.image_size, kMaxHidden);
  v.number("patch_size", e.patch_size, kMaxHidden);
  v.number("merge", e.merge, kMaxHidden);
  v.number("max_pixels", e.max_pixels, kMaxBytes);
  v.number("output_size", e.output_size, kMaxFfn);
  v.number("kept_layers", e.kept_layers, kMaxLayers);
  v.flag("windows", e.windows);
}
/// The keys of either, for "did you mean".
struct Names {
  std::vector<std::string_view> list;
  template <class T>
  void fact(const char* key, T&&, double) {
    list.emplace_back(key);
  }
  void text(const char* key, const std::string&) { list.emplace_back(key); }
  void flag(const char* key, bool) { list.emplace_back(key); }
  void number(const char* key, double, double) { list.emplace_back(key); }
};

struct Writer {
  Json out = Json::object();
  void fact(const char* key, const Fact<double>& fact, double) {
    put(key, fact_json(fact, json_number(fact.value_or(0))));
  }
  void fact(const char* key, const Fact<Bytes>& fact, double) {
    put(key, fact_json(fact, json_number(fact.value_or({}).value)));
  }
  void text(const char* key, const std::string& value) { out[key] = value; }
  void flag(const char* key, bool value) { out[key] = value; }
  void number(const char* key, double value, double) { out[key] = json_number(value); }

 private:
  void put(const char* key, Json&& fact) {
    if (!fact.empty()) out[key] = std::move(fact);
  }
};

struct Reader {
  const JsonFields& fields;
  void fact(const char* key, Fact<double>& fact, double most) {
    fact = {};
    const JsonFields parts(fields.child(key), fields.pointer(key), kFactKeys, fields.report());
    fact.value = parts.number("v", {0, most, false});
    read_origin(parts, fact);
  }
  void fact(const char* key, Fact<Bytes>& out, double most) {
    Fact<double> bare;
    fact(key, bare, most);
    out = {};
    if (bare) out.value = Bytes{*bare};
    out.origin = std::move(bare.origin);
    out.why = std::move(bare.why);
    out.remedy = std::move(bare.remedy);
  }
  void text(const char* key, std::string& value) { value = fields.text(key); }
  void flag(const char* key, bool& value) { value = fields.flag(key).value_or(value); }
  void number(const char* key, double& value, double most) {
    value = fields.number(key, {0, most, false}).value_or(value);
  }
};

/// Takes out what a descriptor would have to claim although nobody said it.
struct Stripper {
  template <class T>
  void fact(const char*, Fact<T>& fact, double) {
    if (fact.origin.kind == Origin::Kind::derived || fact.origin.kind == Origin::Kind::assumed) fact = {};
  }
};

Json descriptor_json(const Model& model) {
  Model stated = model;
  Stripper stripper;
  visit_facts(stripper, stated);
  // Lists of one entry a layer are nothing without the number of layers.
  stated.architecture.layers = model.architecture.layers;
  Json out = *parse_json(write_model_json(stated), {});
  // A file may say so little that it would be no descriptor; here nothing is left to be completed.
  if (!out.contains("architecture")) out["architecture"] = Json::object();
  return out;
}

void read_facts(const JsonFields& fields, Model& model) {
  Names names;
  visit_facts(names, model);
  const JsonFields facts(fields.child("facts"), fields.pointer("facts"), names.list, fields.report());
  Reader reader{facts};
  if (facts.present()) visit_facts(reader, model);
}

void read_encoder(const JsonFields& fields, Model& model) {
  Encoder encoder;
  Names names;
  visit_encoder(names, encoder);
  const JsonFields sizes(fields.child("encoder"), fields.pointer("encoder"), names.list, fields.report());
  if (!sizes.present()) return;
  Reader reader{sizes};
  visit_encoder(reader, encoder);
  model.encoder = std::move(encoder);
}

}  // namespace

Json case_model_json(const Model& model) {
  Json out = Json::object();
  out["descriptor"] = descriptor_json(model);
  out["format"] = model.format;
  out["source"] = model.source;
  Writer facts;
  visit_facts(facts, model);
  out["facts"] = std::move(facts.out);
  out["has_tensors"] = !model.tensors.empty();
  out["tensors_stored"] = model.tensors_stored;
  out["family_known"] = model.architecture.family_known;
  if (model.encoder) {
    Writer encoder;
    visit_encoder(encoder, *model.encoder);
    out["encoder"] = std::move(encoder.out);
  }
  out["unknown"] = model.unknown;
  out["warnings"] = model.warnings;
  return out;
}

Model read_case_model(const Json* value, const std::string& pointer, JsonReport& report) {
  const JsonFields fields(value, pointer, kCaseModelKeys, report);
  const Json* descriptor = fields.child("descriptor");
  if (descriptor == nullptr) report.fail(tr("the model is missing"), fields.pointer("descriptor"), {});
  if (report.problem) return {};
  auto read = read_model_json(descriptor->dump(), report.name + ", model");
  if (!read) {
    report.problem = read.error();
    return {};
  }
  Model model = std::move(*read);
  const auto layers = model.architecture.layers.value;
  model.format = fields.text("format");
  model.source = fields.text("source");
  read_facts(fields, model);
  if (!fields.flag("has_tensors").value_or(true)) model.tensors.clear();
  model.tensors_stored = fields.flag("tensors_stored").value_or(model.tensors_stored);
  model.architecture.family_known = fields.flag("family_known").value_or(model.architecture.family_known);
  read_encoder(fields, model);
  model.unknown = fields.texts("unknown");
  model.warnings = fields.texts("warnings");
  // Lists and tables have one entry a layer of the descriptor.
  if (layers && model.architecture.layers.value != layers) {
    report.fail(tr("the facts have another number of layers than the descriptor"), fields.pointer("facts/layers"), {});
  }
  return model;
}

}  // namespace edgefit

#include "read/onnx_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

namespace {

/// Names that exporters give to the first dimension when it counts examples.
constexpr std::string_view kBatchNames[] = {"n", "b", "bs", "batch", "batch_size", "batchsize", "unk__batch"};

bool names_batch(std::string_view symbol) {
  const std::string small = lower(symbol);
  return std::find(std::begin(kBatchNames), std::end(kBatchNames), small) != std::end(kBatchNames) ||
         small.find("batch") != std::string::npos;
}

std::string show_shape(const std::vector<std::string>& symbols) {
  std::string out;
  for (const auto& symbol : symbols) out += fmt::format("{}{}", out.empty() ? "" : "x", printable(symbol));
  return out;
}

class Fixer {
 public:
  Fixer(OnnxGraph& graph, const InputSizes& sizes, const std::string& file)
      : graph_(graph), sizes_(sizes), file_(file) {}

  Result<FixedSizes> run() {
    for (const auto& [name, dims] : sizes_.inputs) state(name, dims);
    spread();
    if (sizes_.batch) state_batch(*sizes_.batch);
    spread();
    if (!problem_ && !sizes_.batch && only_batches_are_open()) {
      for (auto& input : graph_.inputs)
        if (is_open_batch(input)) fix(input, 0, 1);
      note(tr("a batch of 1"));
      out_.assumed = true;
      spread();
    }
    if (problem_) return *problem_;
    return out_;
  }

 private:
  void fail(std::string what, std::string hint) {
    if (!problem_) problem_ = Problem{std::move(what), printable(file_), std::move(hint)};
  }
  void note(const std::string& text) { out_.text += fmt::format("{}{}", out_.text.empty() ? "" : ", ", text); }

  static bool is_open_batch(const OnnxValue& input) { return !input.dims.empty() && input.dims[0] < 0; }

  void fix(OnnxValue& value, size_t i, int64_t size) {
    const std::string symbol = value.symbols[i];
    value.dims[i] = size;
    value.symbols[i] = std::to_string(size);
    if (symbol == "?") return;
    const auto known = named_.emplace(symbol, size);
    if (!known.second && known.first->second != size)
      fail(fmt::format(fmt::runtime(tr("{} would be {} and {} at once")), printable(symbol), known.first->second, size),
           tr("sizes of the same name must be equal"));
  }

  void state(const std::string& name, const std::vector<int64_t>& dims) {
    const auto input =
        std::find_if(graph_.inputs.begin(), graph_.inputs.end(), [&](const auto& v) { return v.name == name; });
    if (input == graph_.inputs.end()) {
      std::string names;
      for (const auto& value : graph_.inputs) {
        if (names.size() > 400) break;
        names += fmt::format(" {}", printable(value.name.substr(0, 80)));
      }
      return fail(say(tr("the graph has no input '{}'"), printable(name)),
                  fmt::format("{}{}", tr("its inputs:"), names));
    }
    if (!input->has_shape) {
      input->has_shape = true;
      input->dims.assign(dims.size(), -1);
      input->symbols.assign(dims.size(), "?");
    }
    if (input->dims.size() != dims.size())
      return fail(fmt::format(fmt::runtime(tr("input {} has {} dimensions, not {}")), printable(name),
                              input->dims.size(), dims.size()),
                  say(tr("it is {}"), show_shape(input->symbols)));
    const std::string was = show_shape(input->symbols);
    for (size_t i = 0; i < dims.size(); ++i) {
      if (input->dims[i] >= 0 && input->dims[i] != dims[i])
        return fail(say(tr("the file fixes input {} {}"), printable(name), was),
                    tr("state the sizes that it leaves open, or export the model anew"));
      if (input->dims[i] < 0) fix(*input, i, dims[i]);
    }
    note(fmt::format("--input {}={}", printable(name), show_shape(input->symbols)));
  }

  /// The first dimension of every input that leaves it open; an input that fixes another batch cannot be fed.
  void state_batch(int64_t batch) {
    bool any = false, refused = false;
    for (auto& input : graph_.inputs) {
      if (is_open_batch(input)) {
        fix(input, 0, batch);
        any = true;
      } else if (!input.dims.empty()) {
        any = any || input.dims[0] == batch;
        refused = refused || input.dims[0] != batch;
      }
      spread();
    }
    if (!any && refused)
      fail(say(tr("the file fixes its batch, it cannot be {}"), batch),
           tr("export the model with an open batch, or ask for --sequences"));
    note(fmt::format("--batch {}", batch));
  }

  bool only_batches_are_open() const {
    bool any = false;
    for (const auto& input : graph_.inputs) {
      if (!input.has_shape) return false;
      for (size_t i = 0; i < input.dims.size(); ++i) {
        if (input.dims[i] >= 0) continue;
        if (i > 0 || !names_batch(input.symbols[i])) return false;
        any = true;
      }
    }
    return any;
  }

  /// A name that has a size has it everywhere.
  void spread() {
    for (auto* list : {&graph_.inputs, &graph_.outputs, &graph_.values})
      for (auto& value : *list)
        for (size_t i = 0; i < value.dims.size(); ++i)
          if (const auto known = named_.find(value.symbols[i]); value.dims[i] < 0 && known != named_.end()) {
            value.dims[i] = known->second;
            value.symbols[i] = std::to_string(known->second);
          }
  }

  OnnxGraph& graph_;
  const InputSizes& sizes_;
  const std::string& file_;
  std::map<std::string, int64_t> named_;
  FixedSizes out_;
  std::optional<Problem> problem_;
};

}  // namespace

Result<FixedSizes> fix_sizes(OnnxGraph& graph, const InputSizes& sizes, const std::string& file) {
  return Fixer(graph, sizes, file).run();
}

}  // namespace edgefit

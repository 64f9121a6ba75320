// edgefit inspect MODEL: what a file says, as text or as edgefit's own descriptor.
#include <memory>

#include "cli/cli.h"
#include "cli/find_model.h"
#include "cli/input_sizes.h"
#include "cli/output.h"
#include "edgefit/read.h"
#include "edgefit/report.h"
#include "edgefit/size.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct InspectFlags {
  std::string model;
  bool list = false;
  std::vector<std::string> inputs;
  std::string batch;
  OutputFlags output;
};

/// With the weight table of the file's tensors, so that a descriptor is placed exactly as its file.
std::string descriptor_of(const Model& model) {
  if (!model.parameters && !model.weight_bytes && model.tensors.empty()) {
    // What the file could not tell, the rules of its family must not make up afterwards.
    Model unsized = model;
    unsized.architecture.family.clear();
    return write_model_json(unsized);
  }
  Model sized = model;
  prepare(sized);
  if (!sized.weights || !sized.weights->exact) return write_model_json(model);
  Model out = model;
  out.weights = std::move(sized.weights);
  return write_model_json(out);
}

Result<int> print_list(const InspectFlags& flags) {
  const auto outputs = Outputs::make(flags.output, {text_and_json().front()});
  if (!outputs) return outputs.error();
  const auto written = outputs->write([](std::string_view, const Style&) { return list_of_models(); });
  if (!written) return written.error();
  return 0;
}

Result<int> run(const InspectFlags& flags) {
  if (flags.list && flags.model.empty()) return print_list(flags);
  const auto outputs = Outputs::make(flags.output, text_and_json());
  if (!outputs) return outputs.error();
  if (flags.list || flags.model.empty())
    return Problem{tr("say either MODEL or --list"), "", tr("see edgefit inspect --help")};
  const auto sizes = parse_input_sizes(flags.inputs, flags.batch);
  if (!sizes) return sizes.error();
  const auto model = find_model(flags.model, builtin_catalog(), *sizes);
  if (!model) return model.error();
  if ((sizes->batch || !sizes->inputs.empty()) && !model->network.nodes)
    return Problem{tr("only ONNX graphs leave sizes open"), "--input", tr("leave --input and --batch out")};
  const auto written = outputs->write([&model](std::string_view form, const Style& style) {
    return form == "json" ? descriptor_of(*model) : render_model(*model, style);
  });
  if (!written) return written.error();
  return 0;
}

}  // namespace

Run declare_inspect(Flags& flags) {
  auto typed = std::make_shared<InspectFlags>();
  flags.positional("MODEL", typed->model, model_help(), Flags::Need::optional, known_models());
  flags.toggle("--list", typed->list, tr("the models that edgefit knows by name"));
  flags.list("--input", typed->inputs, "NAME=1x3x640x640", tr("sizes that an ONNX graph leaves open; repeats"));
  flags.text("--batch", typed->batch, "N", tr("examples at once, where a graph leaves that open"));
  declare_output(flags, typed->output, text_and_json());
  return [typed] { return run(*typed); };
}

}  // namespace edgefit

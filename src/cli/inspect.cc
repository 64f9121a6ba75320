// edgefit inspect MODEL: what a file says, as text or as edgefit's own descriptor.
#include <memory>

#include "cli/cli.h"
#include "cli/output.h"
#include "edgefit/read.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

struct InspectFlags {
  std::string model;
  OutputFlags output;
};

const std::vector<Form>& forms() {
  static const std::vector<Form> kForms = {{"terminal", "txt"}, {"json", "json"}};
  return kForms;
}

Result<int> run(const InspectFlags& flags) {
  const auto outputs = Outputs::make(flags.output, forms());
  if (!outputs) return outputs.error();
  const auto model = read_model(flags.model);
  if (!model) return model.error();
  const auto written = outputs->write([&model](std::string_view form, const Style& style) {
    return form == "json" ? write_model_json(*model) : render_model(*model, style);
  });
  if (!written) return written.error();
  return 0;
}

}  // namespace

Run declare_inspect(Flags& flags) {
  auto typed = std::make_shared<InspectFlags>();
  flags.positional("MODEL", typed->model, tr("a model file (GGUF) or descriptor (model.json)"));
  declare_output(flags, typed->output, forms());
  return [typed] { return run(*typed); };
}

}  // namespace edgefit

// edgefit verify: does the running server do what was promised?
#include "edgefit/verify.h"

#include <algorithm>
#include <memory>
#include <random>

#include "cli/cli.h"
#include "cli/date.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/verify_flags.h"
#include "edgefit/report.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr int kInterrupted = 130;

struct Typed {
  VerifyFlags verify;
  std::string as_of;
  OutputFlags output;
};

std::vector<Form> forms() {
  std::vector<Form> out;
  for (const auto& reporter : verify_reporters()) out.push_back({reporter.name, reporter.extension});
  return out;
}

uint64_t fresh_seed() {
  return std::random_device{}();
}

Result<int> write(const Outputs& outputs, const Verification& verification) {
  const VerifyView view{verification, exit_code_of(verification)};
  const auto written = outputs.write([&view](std::string_view form, const Style& style) {
    const auto all = verify_reporters();
    return std::find_if(all.begin(), all.end(), [form](const auto& row) { return row.name == form; })
        ->render(view, style);
  });
  if (!written) return written.error();
  return view.exit_code;
}

Result<int> run(const Typed& typed) {
  const auto outputs = Outputs::make(typed.output, forms());
  if (!outputs) return outputs.error();
  auto date = report_date(typed.as_of);
  if (!date) return date.error();
  auto options = endpoint_options(typed.verify);
  if (!options) return options.error();
  const auto plan = load_plan(typed.verify, fresh_seed());
  if (!plan) return plan.error();

  const Interrupt interrupt;
  options->stop = &interrupt.flag();
  const bool keep_texts = options->keep_texts;
  auto endpoint = Endpoint::open(std::move(*options));
  if (interrupt.flag().load()) return kInterrupted;
  if (!endpoint) return endpoint.error();
  Verification verification;
  verification.as_of = std::move(*date);
  verification.keep_texts = keep_texts;
  Progress bar(tr("asking"));
  verification.load = endpoint->run(*plan, [&bar](double share) { bar.show(share); });
  bar.clear();
  verification.server = endpoint->server();
  verification.interrupted = verification.load->interrupted;
  verification.findings = judge_load(*verification.load, verification.server);
  return write(*outputs, verification);
}

}  // namespace

Run declare_verify(Flags& flags) {
  auto typed = std::make_shared<Typed>();
  declare_endpoint_flags(flags, typed->verify);
  declare_load_flags(flags, typed->verify);
  declare_output(flags, typed->output, forms());
  flags.text("--as-of", typed->as_of, "DATE", tr("date of the report (default: today)"));
  return [typed] { return run(*typed); };
}

}  // namespace edgefit

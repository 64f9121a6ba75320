#include "report/phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "edgefit/text.h"

namespace edgefit {

std::string room_text(const Answer& answer) {
  const auto pools = pools_of(*answer.question.host);
  std::string shortages, tightest;
  double least = 0;
  for (const auto& pool : answer.assessment.pools) {
    if (!pool.have || pool.need.value.value <= 0 || have_is_assumed(answer.question, pool)) continue;
    const std::string& id = pools.at(static_cast<size_t>(pool.pool)).id;
    const double spare = pool.have->value - pool.need.value.value;
    if (spare < 0) {
      shortages +=
          (shortages.empty() ? "" : ", ") + fmt::format(fmt::runtime(tr("{} short in {}")), show(Bytes{-spare}), id);
    } else if (tightest.empty() || spare < least) {
      least = spare;
      tightest = fmt::format(fmt::runtime(tr("{} to spare in {}")), show(Bytes{spare}), id);
    }
  }
  return shortages.empty() ? tightest : shortages;
}

std::string blockers(const Answer& answer) {
  const bool unknown = answer.assessment.verdict == Verdict::unknown;
  std::string out;
  for (const auto& check : answer.checks) {
    const CheckStatus status = check.finding.status;
    const bool blocks = unknown ? status == CheckStatus::unknown && check.finding.decides : status == CheckStatus::fail;
    if (blocks) out += (out.empty() ? "" : ", ") + printable(check.title);
  }
  return out;
}

std::string question_text(const Case& question) {
  const Workload& load = question.workload;
  const RuntimeProfile* profile = question.runtime.profile;
  std::string engine = profile == nullptr ? std::string() : fmt::format("{} {}", profile->name, profile->release);
  return fmt::format(fmt::runtime(tr("{}, {} {}, {} x {} tokens")), devices_of(question), engine,
                     name_of(question.runtime.backend), show_count(load.sequences.value_or(1)),
                     load.context ? show_count(*load.context) : "?");
}

std::string placement_text(const Answer& answer) {
  const Placement& placement = answer.assessment.placement;
  if (answer.question.runtime.backend == Backend::cpu || placement.layers == 0) return {};
  const int all = placement.layers + 1;
  std::string text = placement.gpu_layers >= all
                         ? fmt::format(fmt::runtime(tr("all {} layers and the output on the GPU")), placement.layers)
                         : fmt::format(fmt::runtime(tr("{} of {} on the GPU (layers, and the output as one)")),
                                       placement.gpu_layers, all);
  if (placement.split.size() > 1) text += fmt::format(" ({})", fmt::join(placement.split, " + "));
  return text;
}

const char* label_of(Term term) {
  switch (term) {
    case Term::weights:
      return tr("weights");
    case Term::kv_cache:
      return tr("kv cache");
    case Term::recurrent_state:
      return tr("recurrent state");
    case Term::compute:
      return tr("compute");
    case Term::output:
      return tr("output");
    case Term::runtime:
      return tr("runtime");
    case Term::projector:
      return tr("projector");
    case Term::draft:
      return tr("draft model");
    case Term::adapter:
      return tr("adapters");
  }
  return "";
}

std::string note_of(const Line& line, const Case& question) {
  const Workload& load = question.workload;
  switch (line.term) {
    case Term::weights:
      return printable(question.model->precision);
    case Term::kv_cache: {
      std::string types = printable(load.kv_type.value_or("?"));
      if (load.kv_type_v && load.kv_type_v.value_or("") != load.kv_type.value_or("")) {
        types += "/" + printable(*load.kv_type_v);
      }
      return fmt::format(fmt::runtime(tr("{} x {} tokens, {}")), show_count(load.sequences.value_or(1)),
                         show_count(load.context.value_or(0)), types);
    }
    case Term::compute:
      return fmt::format(fmt::runtime(tr("micro-batch {}")), show_count(question.runtime.ubatch));
    case Term::runtime:
      return tr("driver, libraries");
    default:
      return {};
  }
}

std::string pool_text(const PoolFit& pool, const Pool& seen, const Case& question) {
  const Host& host = *question.host;
  std::string text = seen.id + ": ";
  if (have_is_assumed(question, pool))
    return text + tr("not stated, so what is needed is taken to be there; say --ram SIZE");
  if (seen.gpu >= 0) {
    const auto& gpu = host.gpus.at(static_cast<size_t>(seen.gpu));
    text += (gpu.name ? printable(*gpu.name) : printable(gpu.vendor + " GPU")) + ", ";
  }
  text += seen.total ? show_gib(*seen.total) : tr("size not known");
  if (pool.have) return text + "; " + text_of(pool.basis, seen);
  return text + "; " + (seen.free.why.empty() ? tr("have is not known") : printable(seen.free.why));
}

std::string fullest(const Assessment& assessment) {
  double most = 0;
  for (const auto& pool : assessment.pools) {
    if (pool.need.value.value <= 0) continue;
    if (!pool.have || pool.have->value <= 0) return "?";
    most = std::max(most, pool.need.value.value / pool.have->value);
  }
  return fmt::format("{:.0f} %", most * 100);
}

std::string amount(const Price& price) {
  return price.known ? show_count(static_cast<double>(price.value_cents) / 100) : "?";
}

std::string currency_of(const std::vector<Option>& options) {
  const auto priced = std::find_if(options.begin(), options.end(), [](const Option& o) { return o.price.known; });
  return priced == options.end() ? std::string() : std::string(priced->price.currency);
}

const char* small_word(Verdict verdict) {
  constexpr std::array kWords = {"ready", "tight", "unknown", "not ready"};
  return tr(kWords.at(static_cast<size_t>(verdict)));
}

}  // namespace edgefit

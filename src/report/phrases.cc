#include "report/phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "edgefit/precision.h"
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
      const bool doubted = pool.sure && pool.need.high > *pool.sure;
      tightest = fmt::format(
          fmt::runtime(doubted ? tr("{} to spare in {} if the larger of two sizes is true") : tr("{} to spare in {}")),
          show(Bytes{spare}), id);
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
  if (!counts_tokens(*question.model)) {
    return fmt::format(fmt::runtime(tr("{}, {} {}, {} at a time")), devices_of(question), engine,
                       name_of(question.runtime.backend), show_count(load.sequences.value_or(1)));
  }
  return fmt::format(fmt::runtime(tr("{}, {} {}, {} x {} tokens")), devices_of(question), engine,
                     name_of(question.runtime.backend), show_count(load.sequences.value_or(1)),
                     load.context ? show_count(*load.context) : "?");
}

std::string placement_text(const Answer& answer) {
  const Placement& placement = answer.assessment.placement;
  if (answer.question.runtime.backend == Backend::cpu || placement.layers == 0) return {};
  if (placement.server) {
    const ServerSettings& s = *placement.server;
    if (s.tensor * s.pipeline == 1) return fmt::format(fmt::runtime(tr("all {} layers on one GPU")), placement.layers);
    if (s.expert > 1) {
      return fmt::format(fmt::runtime(tr("tensor parallel {}, pipeline parallel {}, experts dealt to {}")), s.tensor,
                         s.pipeline, s.expert);
    }
    return fmt::format(fmt::runtime(tr("tensor parallel {}, pipeline parallel {}")), s.tensor, s.pipeline);
  }
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

namespace {

/// What a server's cards hold beside weights, cache and steps.
const char* room_note(EngineRules rules, bool eager) {
  if (rules != EngineRules::vllm) return tr("graphs, communication, kept free");
  return eager ? tr("communication") : tr("CUDA graphs, communication");
}

bool holds_weights(const PoolFit& pool) {
  return std::any_of(pool.lines.begin(), pool.lines.end(), [](const Line& l) { return l.term == Term::weights; });
}

}  // namespace

std::string note_of(const Line& line, const PoolFit& pool, const Answer& answer) {
  const Case& question = answer.question;
  const auto& server = answer.assessment.placement.server;
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
      if (server)
        return fmt::format(fmt::runtime(tr("{} tokens a step, {} requests")), show_count(server->batched_tokens),
                           show_count(server->max_requests));
      if (question.runtime.profile != nullptr && question.runtime.profile->rules == EngineRules::onnxruntime)
        return tr("values alive at once");
      if (!counts_tokens(*question.model)) return {};
      return fmt::format(fmt::runtime(tr("micro-batch {}")), show_count(question.runtime.ubatch));
    case Term::runtime:
      if (server && !holds_weights(pool)) return tr("the server's processes");
      if (server) return room_note(question.runtime.profile->rules, server->eager);
      return tr("driver, libraries");
    default:
      return {};
  }
}

std::string pool_text(const PoolFit& pool, const Pool& seen, const Answer& answer) {
  const Case& question = answer.question;
  const auto& server = answer.assessment.placement.server;
  const Host& host = *question.host;
  std::string text = seen.id + ": ";
  if (have_is_assumed(question, pool))
    return text + tr("not stated, so what is needed is taken to be there; say --ram SIZE");
  if (seen.gpu >= 0) {
    const auto& gpu = host.gpus.at(static_cast<size_t>(seen.gpu));
    text += (gpu.name ? printable(*gpu.name) : printable(gpu.vendor + " GPU")) + ", ";
  }
  text += seen.total ? show_gib(*seen.total) : tr("size not known");
  if (pool.have && server && seen.gpu >= 0 && question.runtime.profile->rules != EngineRules::vllm)
    return text + "; " + tr("have is what is free beside the driver's context");
  if (pool.have && server && seen.gpu >= 0)
    return text + "; " +
           fmt::format(fmt::runtime(tr("have is {:.0f} % of what the driver shows")), server->memory_share * 100);
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
  const auto priced = std::find_if(options.begin(), options.end(),
                                   [](const Option& o) { return o.price.known && o.price.kind != "none"; });
  return priced == options.end() ? std::string() : std::string(priced->price.currency);
}

std::string quality_note(const Change& change) {
  if (change.what == "quant") {
    const Precision* row = find_precision(change.to);
    if (row == nullptr || !row->perplexity_percent) return {};
    return fmt::format(fmt::runtime(tr("perplexity of Llama-3-8B +{:g} % over f16; try your own prompts")),
                       *row->perplexity_percent);
  }
  if (change.what == "eager") return tr("no CUDA graphs: slower, by how much was never measured");
  if (change.what == "max_requests") return tr("further requests wait");
  if (change.what == "kv_type" && change.to.starts_with("fp8"))
    return tr("8-bit floats without scales of their own; try your own prompts");
  if (change.what == "kv_type") return tr("mean KL divergence of Llama-3-8B 0.001");
  return {};
}

size_t recommended(const std::vector<Option>& options) {
  const auto at = std::find_if(options.begin(), options.end(), [](const Option& o) { return o.recommended; });
  return at == options.end() ? 0 : static_cast<size_t>(at - options.begin());
}

std::string headline_of(const Answer& answer, size_t index) {
  const Option& option = answer.options.at(index);
  if (!option.recommended) return fmt::format(fmt::runtime(tr("Option {} in detail")), index + 1);
  const auto& load = answer.question.workload;
  const Goals& goals = answer.question.goals;
  if (option.loss.none()) {
    const bool surely = option.assessment.verdict == Verdict::ready, first = index == 0;
    return fmt::format(
        fmt::runtime(surely && !first
                         ? tr("Option {} is the cheapest that answers as asked surely and at reading speed")
                         : tr("Option {} is the cheapest that answers as asked")),
        index + 1);
  }
  if (!option.loss.keeps_workload()) {
    return fmt::format(fmt::runtime(tr("Option {} comes nearest to what was asked")), index + 1);
  }
  std::string text = fmt::format(fmt::runtime(tr("Option {} is the cheapest that keeps {} x {} tokens")), index + 1,
                                 show_count(load.sequences.value_or(1)), show_count(load.context.value_or(0)));
  const bool any = goals.time_to_first_token || goals.tokens_per_second || goals.latency || goals.inferences_per_second;
  return text + (any ? tr(" and meets every goal") : "");
}

std::string unseen_text(const Unseen& unseen) {
  struct Row {
    std::string_view what;
    const char* text;
  };
  constexpr std::array kRows = {
      Row{"slots.free",
          mark("free PCIe x16 slots, two wide each: {} needed, not visible; look, or say --fact slots.free=N")},
      Row{"psu.watts",
          mark("power supply: {} W for cards and processor alone, its rating is not visible; --fact psu.watts=N")},
      Row{"virtual.machine",
          mark("this box is a virtual machine: the parts go into its host, which must pass them on")},
      Row{"disk.slot", mark("a free place for {} disk: not visible; look")},
      Row{"memory.slots_free",
          mark("free memory slots: {} needed, not visible; look, or say --fact memory.slots_free=N")},
      Row{"memory.type", mark("type of the memory modules: not visible; say --fact memory.type=\"DDR5 UDIMM\"")},
  };
  const auto* row =
      std::find_if(kRows.begin(), kRows.end(), [&](const Row& known) { return known.what == unseen.what; });
  return row == kRows.end() ? unseen.what : fmt::format(fmt::runtime(tr(row->text)), show_count(unseen.needed));
}

std::string no_options_text(const Answer& answer) {
  return fmt::format(
      fmt::runtime(tr("Ways out: none. Nothing in the catalog of {} suffices, neither alone nor with lower "
                      "precision; a smaller model does: edgefit rank")),
      answer.catalog_date);
}

const char* small_word(Verdict verdict) {
  constexpr std::array kWords = {mark("ready"), mark("tight"), mark("unknown"), mark("not ready")};
  return tr(kWords.at(static_cast<size_t>(verdict)));
}

}  // namespace edgefit

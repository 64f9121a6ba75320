#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "edgefit/text.h"
#include "report/why.h"
#include "report/width.h"

namespace edgefit {

const char* verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::ready:
      return tr("READY");
    case Verdict::tight:
      return tr("TIGHT");
    case Verdict::not_ready:
      return tr("NOT READY");
    case Verdict::unknown:
      break;
  }
  return tr("UNKNOWN");
}

Paint paint_of(Verdict verdict) {
  if (verdict == Verdict::ready) return Paint::good;
  return verdict == Verdict::not_ready ? Paint::bad : Paint::careful;
}

const char* status_word(CheckStatus status) {
  return status == CheckStatus::unknown ? "?" : tr(name_of(status));
}

Paint paint_of(CheckStatus status) {
  if (status == CheckStatus::fail) return Paint::bad;
  return status == CheckStatus::warn ? Paint::careful : Paint::plain;
}

size_t word_width() {
  constexpr size_t kGap = 2;
  return std::max(display_width(status_word(CheckStatus::warn)), display_width(status_word(CheckStatus::fail))) + kGap;
}

const char* reason_text(SpeedGap gap) {
  switch (gap) {
    case SpeedGap::none:
      return "";
    case SpeedGap::does_not_fit:
      return tr("the model does not fit");
    case SpeedGap::bandwidth_unknown:
      return tr("the memory bandwidth of this device is not known");
    case SpeedGap::compute_unknown:
      return tr("the compute rate of this device is not known");
    case SpeedGap::no_rule:
      return tr("edgefit has no speed rule for this model, engine and device");
    case SpeedGap::weights_unknown:
      return tr("the size of the weights is not known");
  }
  return "";
}

const char* text_of(BoundBy bound) {
  switch (bound) {
    case BoundBy::none:
      return "";
    case BoundBy::memory_bandwidth:
      return tr("memory bandwidth");
    case BoundBy::compute:
      return tr("compute");
    case BoundBy::overhead:
      return tr("overhead");
    case BoundBy::link:
      return tr("link between devices");
    case BoundBy::storage:
      return tr("storage");
  }
  return "";
}

const char* text_of(HaveBasis basis, const Pool& pool) {
  const bool gpu = pool.gpu >= 0;
  // A recorded or live device that does not tell what is free is judged by its size.
  if (gpu && !pool.free) basis = HaveBasis::described;
  switch (basis) {
    case HaveBasis::free_now:
      return tr("have is what is free now");
    case HaveBasis::idle:
      return tr("have is what is there when idle");
    case HaveBasis::recorded:
      return tr("have is what was free when recorded");
    case HaveBasis::described:
      return gpu ? tr("have is that less the driver's reserve") : tr("have is that less what the system keeps");
  }
  return "";
}

bool have_is_assumed(const Case& question, const PoolFit& pool) {
  return pool.pool == 0 && question.host->mode == Host::Mode::described && !question.host->memory.os_total;
}

const char* tag_of(const Node* figure) {
  if (figure == nullptr) return "";
  const char* tag = "";
  for (const Node* given : givens_below({figure})) {
    if (given->origin.kind == Origin::Kind::assumed) return tr("[assumed]");
    if (given->origin.kind == Origin::Kind::catalog) tag = tr("[catalog]");
  }
  return tag;
}

ChangeText describe(const Change& change) {
  const std::string what = printable(change.what), from = printable(change.from), to = printable(change.to);
  switch (change.op) {
    case Change::Op::add:
      return {"+", tr("add"), fmt::format("{:g}x {}", change.quantity, to.empty() ? what : to), Paint::added};
    case Change::Op::remove:
      return {"-", tr("remove"), fmt::format("{:g}x {}", change.quantity, from.empty() ? what : from), Paint::removed};
    case Change::Op::replace:
      return {"~", tr("replace"), fmt::format("{} -> {:g}x {}", from.empty() ? what : from, change.quantity, to),
              Paint::changed};
    case Change::Op::change:
      break;
  }
  return {"~", tr("change"), from.empty() ? fmt::format("{} {}", what, to) : fmt::format("{} {} -> {}", what, from, to),
          Paint::changed};
}

std::string brief(const Change& change) {
  const ChangeText text = describe(change);
  switch (change.op) {
    case Change::Op::change:
      return fmt::format("{} {}", printable(change.what), printable(change.to));
    case Change::Op::replace:
      return fmt::format(fmt::runtime(tr("swap for {:g}x {}")), change.quantity, printable(change.to));
    default:
      return fmt::format("{} {}", text.verb, text.what);
  }
}

std::string show_price(const Price& price) {
  if (!price.known) return tr("price unknown");
  if (price.value_cents == 0) return "0";
  std::string out = fmt::format("{} {}", show_count(static_cast<double>(price.value_cents) / 100), price.currency);
  if (price.kind != "none") out += fmt::format(" {}", tr_in("price", price.kind.c_str()));
  if (!price.as_of.empty()) out += fmt::format(", {}", price.as_of);
  return out;
}

namespace {

/// "82.6 TFLOP/s": the largest thousand that leaves a number of at least one.
std::string with_prefix(double value, std::string_view unit) {
  constexpr std::array<std::string_view, 6> kPrefixes = {"", "k", "M", "G", "T", "P"};
  size_t step = 0;
  while (value >= 1000 && step + 1 < kPrefixes.size()) {
    value /= 1000;
    ++step;
  }
  return fmt::format("{:.4g} {}{}", value, kPrefixes.at(step), unit);
}

}  // namespace

std::string show_exact(double value, const char* unit) {
  const std::string_view name = unit;
  if (name == "B/s") return with_prefix(value, "B/s");
  if (name == "flop") return with_prefix(value, "FLOP");
  if (name == "flop/s") return with_prefix(value, "FLOP/s");
  if (name == "s") return show(Seconds{value});
  const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
  std::string out = whole ? show_count(value)
                    : std::abs(value) >= 1e6
                        ? show_count(std::floor(value)) + fmt::format("{:.1f}", value - std::floor(value)).substr(1)
                        : fmt::format("{:.6g}", value);
  if (name != "1") out.append(" ").append(name);
  return out;
}

std::string title_of(const Model& model) {
  std::string title = printable(model.name);
  const std::string precision = printable(model.precision);
  if (!precision.empty() && lower(title).find(lower(precision)) == std::string::npos) title += " " + precision;
  return title;
}

std::string box_name(const Host& host) {
  const bool own = host.mode == Host::Mode::described || host.mode == Host::Mode::live;
  return printable(own ? tr(host.name.c_str()) : host.name);
}

std::string devices_of(const Case& question) {
  const Host& host = *question.host;
  std::vector<std::pair<std::string, int>> groups;
  if (question.runtime.backend != Backend::cpu) {
    for (const auto& gpu : host.gpus) {
      if (!gpu.usable()) continue;
      const std::string name = gpu.name ? printable(*gpu.name) : "GPU " + gpu.id;
      const auto known = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == name; });
      if (known == groups.end()) {
        groups.emplace_back(name, 1);
      } else {
        ++known->second;
      }
    }
  }
  if (question.runtime.backend == Backend::npu && !host.npus.empty()) return printable(host.npus.front().kind);
  if (groups.empty()) return host.cpu.model ? printable(*host.cpu.model) : tr("processor not stated");
  std::string out;
  for (const auto& [name, count] : groups) {
    if (!out.empty()) out += " + ";
    out += count == 1 ? name : fmt::format("{}x {}", count, name);
  }
  return out;
}

}  // namespace edgefit

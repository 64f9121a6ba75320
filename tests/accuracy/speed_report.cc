#include "accuracy/speed_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "accuracy/speed_calibration.h"
#include "catalog/columns.h"

namespace edgefit::speed {
namespace {

constexpr size_t kFolds = 12;
constexpr double kLowEnd = 0.10, kHighEnd = 0.90;  // an interval of 80 %
/// What all families together weigh in the interval of one: as much as so many devices with one row.
constexpr double kPoolWeight = 6;

/// FNV-1a: the same folds on every machine.
size_t fold_of(const std::string& hardware) {
  uint64_t hash = 14695981039346656037ULL;
  for (const char c : hardware) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<size_t>(hash % kFolds);
}

struct Weighted {
  double value, weight;
};

double quantile(std::vector<Weighted> sample, double share) {
  std::sort(sample.begin(), sample.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  double total = 0, passed = 0;
  for (const auto& s : sample) total += s.weight;
  for (const auto& s : sample) {
    passed += s.weight;
    if (passed >= share * total) return s.value;
  }
  return sample.empty() ? 0 : sample.back().value;
}

/// The interval of a family from what was measured on all devices but one, the pool of its kind lending a part.
Spread spread_of(const std::vector<Judged>& rows, const std::vector<double>& weights, size_t family,
                 const std::string& without) {
  std::vector<Weighted> own, pool;
  std::set<std::string> devices;
  double pool_weight = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = *rows[i].row;
    if (row.hardware == without) continue;
    const double residual = std::log(row.measured / rows[i].predicted);
    if (row.family == family) {
      own.push_back({residual, weights[i]});
      devices.insert(row.hardware);
    }
    if (families()[row.family].local_score != families()[family].local_score) continue;
    pool.push_back({residual, weights[i]});
    pool_weight += weights[i];
  }
  for (auto s : pool) own.push_back({s.value, s.weight * kPoolWeight / std::max(pool_weight, 1e-9)});
  // The next device differs from those seen by more, the fewer they were.
  const double wider = 1 + 1 / std::max(1.0, static_cast<double>(devices.size()));
  return {std::min(0.98, std::exp(wider * quantile(own, kLowEnd))),
          std::max(1.02, std::exp(wider * quantile(own, kHighEnd)))};
}

Study::Kind study(const Plan& plan, const Corpus& corpus, std::vector<std::unique_ptr<Coefficients>>& owners) {
  std::vector<const Row*> rows;
  for (const Row& row : corpus.rows)
    if (row.prefill == plan.prefill) rows.push_back(&row);
  Study::Kind out;
  for (size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<const Row*> others, own;
    for (const Row* row : rows) (fold_of(row->hardware) == fold ? own : others).push_back(row);
    fit(plan, others, owners);
    for (const Row* row : own)
      if (const auto speed = predicted(*row)) out.rows.push_back({row, *speed});
  }
  std::vector<const Row*> judged;
  for (const Judged& j : out.rows) judged.push_back(j.row);
  const auto weights = weights_of(judged);
  std::map<std::pair<size_t, std::string>, Spread> without;
  for (Judged& j : out.rows) {
    const auto key = std::pair(j.row->family, j.row->hardware);
    if (!without.contains(key)) without[key] = spread_of(out.rows, weights, key.first, key.second);
    j.low = j.predicted * without[key].low;
    j.high = j.predicted * without[key].high;
  }
  for (size_t i = 0; i < families().size(); ++i) out.spreads.push_back(spread_of(out.rows, weights, i, {}));
  fit(plan, rows, owners);
  for (size_t i = 0; i < families().size(); ++i) {
    BackendProfile& b = owners[i]->own(families()[i].backend);
    (plan.prefill ? b.prefill_low : b.decode_low) = out.spreads[i].low;
    (plan.prefill ? b.prefill_high : b.decode_high) = out.spreads[i].high;
  }
  return out;
}

using Choice = std::function<bool(const Judged&)>;

double share_of(const std::vector<Judged>& rows, const Choice& choice, double share) {
  std::vector<double> errors;
  for (const Judged& j : rows)
    if (choice(j)) errors.push_back(j.error());
  if (errors.empty()) return 0;
  std::sort(errors.begin(), errors.end());
  return errors[static_cast<size_t>(share * static_cast<double>(errors.size() - 1))];
}

struct Summary {
  size_t rows = 0, devices = 0, close = 0, inside = 0;
  double median = 0, p90 = 0;
};

Summary summary_of(const std::vector<Judged>& rows, const Choice& choice) {
  Summary out;
  std::set<std::string> devices;
  for (const Judged& j : rows) {
    if (!choice(j)) continue;
    ++out.rows;
    devices.insert(j.row->hardware);
    if (j.error() <= 0.25) ++out.close;
    if (j.inside()) ++out.inside;
  }
  out.devices = devices.size();
  out.median = share_of(rows, choice, 0.5);
  out.p90 = share_of(rows, choice, 0.9);
  return out;
}

bool everything(const Judged&) {
  return true;
}
bool known_machine(const Judged& j) {
  return !families()[j.row->family].local_score;
}
/// LocalScore's users name a processor, not its memory.
bool known_memory(const Judged& j) {
  return families()[j.row->family].backend == Backend::cpu && known_machine(j);
}

void print_line(std::string_view name, const Summary& s) {
  if (s.rows == 0) return;
  const auto percent = [&](size_t n) { return 100.0 * static_cast<double>(n) / static_cast<double>(s.rows); };
  fmt::print("| {} | {} | {} | {:.1f} % | {:.0f} % | {:.0f} % | {:.0f} % |\n", name, s.rows, s.devices, 100 * s.median,
             100 * s.p90, percent(s.close), percent(s.inside));
}

void print_kind(std::string_view title, const Study::Kind& kind) {
  fmt::print(
      "#### {}\n\n| engine | configurations | devices | median | 90th pct. | within 25 % | inside the 80 % interval |\n"
      "|---|---|---|---|---|---|---|\n",
      title);
  print_line("all", summary_of(kind.rows, everything));
  print_line("all but llamafile", summary_of(kind.rows, known_machine));
  print_line("processors but llamafile", summary_of(kind.rows, known_memory));
  for (size_t i = 0; i < families().size(); ++i)
    print_line(families()[i].name, summary_of(kind.rows, [i](const Judged& j) { return j.row->family == i; }));
  fmt::print("\n");
}

/// Profiles that take a family's coefficients without rows of their own: the same code, or no rows of that year.
struct Heir {
  std::string_view family, runtime;
};
constexpr std::array kHeirs = {Heir{"llama.cpp CUDA", "ollama"},          Heir{"llama.cpp ROCm", "ollama"},
                               Heir{"llama.cpp Vulkan", "ollama"},        Heir{"llama.cpp Metal", "ollama"},
                               Heir{"llama.cpp CPU", "ollama"},           Heir{"llama.cpp 2024 CUDA", "ollama@2024"},
                               Heir{"llama.cpp ROCm", "llama.cpp@2024"},  Heir{"llama.cpp Vulkan", "llama.cpp@2024"},
                               Heir{"llama.cpp Metal", "llama.cpp@2024"}, Heir{"llama.cpp CPU", "llama.cpp@2024"},
                               Heir{"llama.cpp ROCm", "ollama@2024"},     Heir{"llama.cpp Metal", "ollama@2024"},
                               Heir{"llama.cpp CPU", "ollama@2024"}};

void print_profile(std::string_view runtime, Backend backend, const BackendProfile& values, const Study& study,
                   size_t family) {
  const RuntimeProfile& target = **find_runtime(runtime);
  const auto line = [&](std::string_view key, const std::string& value) {
    fmt::print("{}\t{}\t{}\t{}\t{}\n", target.name, target.release, name_of(backend), key, value);
  };
  for (const auto& column : kSpeedColumns) {
    const double value = values.*column.member / column.scale;
    const bool as_others = column.key == "compute_efficiency_cc12" && value == values.compute_efficiency;
    const bool told = (value != 0 && !as_others) || column.presence == Presence::required;
    if (told) line(column.key, fmt::format("{:.4g}", value));
  }
  const auto own = [family](const Judged& j) { return j.row->family == family; };
  const Summary d = summary_of(study.decode.rows, own), p = summary_of(study.prefill.rows, own);
  line("source",
       fmt::format("speed: scripts/fit-speed over published measurements 2023-09 to 2026-08, {}: {} decode "
                   "configurations on {} devices, {} prompt configurations on {}; 80 % intervals from devices "
                   "that the fit had not seen",
                   families()[family].name, d.rows, d.devices, p.rows, p.devices));
}

}  // namespace

double Judged::error() const {
  return std::abs(predicted / row->measured - 1);
}

Study study_of(const Corpus& corpus, std::vector<std::unique_ptr<Coefficients>>& owners) {
  Study out;
  out.decode = study(decode_plan(), corpus, owners);
  out.prefill = study(prefill_plan(), corpus, owners);
  return out;
}

void print_tables(const Study& study, const Corpus& corpus) {
  print_kind("Decode, tokens a second of one request", study.decode);
  print_kind("Prompt, tokens a second", study.prefill);
  print_calibration(study);
  fmt::print("Rows of the corpus that were left out: ");
  for (size_t i = 0; i < corpus.skipped.size(); ++i)
    fmt::print("{}{} ({})", i == 0 ? "" : "; ", corpus.skipped[i].reason, corpus.skipped[i].rows);
  fmt::print(".\n");
}

int print_coefficients(const Study& study, std::vector<std::unique_ptr<Coefficients>>& owners) {
  for (size_t i = 0; i < families().size(); ++i) {
    const Family& family = families()[i];
    const BackendProfile& values = owners[i]->own(family.backend);
    print_profile(family.runtime, family.backend, values, study, i);
    for (const auto& heir : kHeirs)
      if (heir.family == family.name) print_profile(heir.runtime, family.backend, values, study, i);
  }
  return 0;
}

int check(const Study& study) {
  struct Bound {
    std::string what;
    double value, most;
  };
  const auto& d = study.decode.rows;
  const auto& p = study.prefill.rows;
  std::vector<Bound> bounds = {
      {"decode, median error, %", 100 * share_of(d, everything, 0.5), 17},
      {"decode, 90th percentile, %", 100 * share_of(d, everything, 0.9), 55},
      {"prompt, median error, %", 100 * share_of(p, everything, 0.5), 38},
      {"prompt, 90th percentile, %", 100 * share_of(p, everything, 0.9), 180},
      {"processors but llamafile, decode, median, %", 100 * share_of(d, known_memory, 0.5), 25}};
  bounds.push_back({"decode after runs of other models on the box, median, %",
                    100 * share_of(calibrated(study.decode.rows), everything, 0.5), 10});
  for (const auto* kind : {&study.decode, &study.prefill}) {
    for (size_t i = 0; i < families().size(); ++i) {
      const Summary own = summary_of(kind->rows, [i](const Judged& j) { return j.row->family == i; });
      // Of two devices one judges the other: no share can be promised.
      if (own.rows < 30 || own.devices < 3) continue;
      const double outside = 100 * static_cast<double>(own.rows - own.inside) / static_cast<double>(own.rows);
      const std::string what = fmt::format("{}, {}", families()[i].name, kind == &study.decode ? "decode" : "prompt");
      bounds.push_back({what + ", outside the interval, %", outside, 25});
      bounds.push_back({what + ", inside the interval, %", 100 - outside, 90.5});
    }
  }
  int broken = d.empty() || p.empty() ? 1 : 0;
  for (const auto& bound : bounds) {
    fmt::print("{}: {:.1f}, at most {:.0f}\n", bound.what, bound.value, bound.most);
    if (!(bound.value <= bound.most)) broken = 1;
  }
  return broken;
}

}  // namespace edgefit::speed

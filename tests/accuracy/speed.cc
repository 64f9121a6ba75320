// edgefit's speeds against published measurements, by cross-validation over devices: no row is judged by coefficients
// that saw its own hardware. `scripts/fit-speed` and `scripts/accuracy` use it.
//   edgefit_speed CORPUS             the tables of docs/accuracy.md
//   edgefit_speed --rows CORPUS      every row as CSV: measured, estimate, interval, device unseen
//   edgefit_speed --fit CORPUS       "runtime release backend key value" lines for the profiles
//   edgefit_speed --check CORPUS     exit 1 when a published bound is broken
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "accuracy/speed_fit.h"
#include "accuracy/speed_report.h"

namespace edgefit::speed {
namespace {

void print_rows(const Study::Kind& kind) {
  for (const Judged& j : kind.rows) {
    const Row& row = *j.row;
    fmt::print("{},{},{},{:.0f},{},{},{},{:.3f},{:.3f},{:.3f},{:.3f}\n", row.prefill ? "prompt" : "decode",
               families()[row.family].name, row.hardware, row.devices, row.source, row.deciding, row.repeats,
               row.measured, j.predicted, j.low, j.high);
  }
}

int print_rows(const Study& study) {
  fmt::print("kind,family,hardware,devices,source,question,repeats,measured,estimate,low,high\n");
  print_rows(study.decode);
  print_rows(study.prefill);
  return 0;
}

int run(const std::string& mode, const std::string& folder) {
  auto owners = coefficients();
  const Corpus corpus = read_corpus(folder, owners);
  if (corpus.rows.empty()) {
    fmt::print(stderr, "error: no rows\n  in {}/speed/measured.csv\n", folder);
    return 2;
  }
  const Study study = study_of(corpus, owners);
  if (mode == "--rows") return print_rows(study);
  if (mode == "--fit") return print_coefficients(study, owners);
  if (mode == "--check") return check(study);
  print_tables(study, corpus);
  return 0;
}

}  // namespace
}  // namespace edgefit::speed

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  std::string mode;
  if (!words.empty() && words.front().starts_with("--")) {
    mode = words.front();
    words.erase(words.begin());
  }
  if (words.size() != 1) return 2;
  return edgefit::speed::run(mode, words.front());
}

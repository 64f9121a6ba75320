// Published measurements of speed as Cases: each row of the corpus becomes the question that a user of that box would
// ask, answered by the engine itself. Nothing here knows how speed is computed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edgefit/case.h"
#include "edgefit/catalog.h"
#include "size/llama_cpp.h"
#include "size/placement.h"

namespace edgefit::speed {

/// One engine on one backend: what a profile keeps coefficients for.
struct Family {
  std::string_view name;     ///< as tables show it
  std::string_view runtime;  ///< as find_runtime takes it
  Backend backend;
  std::string_view group;    ///< families of a group lend each other what their own rows do not tell
  bool local_score = false;  ///< reported by users of unknown machines
};
std::span<const Family> families();

/// A family's coefficients, to be changed while fitting. The Cases of its rows point to `runtime`.
struct Coefficients {
  RuntimeProfile runtime;
  std::vector<BackendProfile> backends;
  BackendProfile& own(Backend backend);
};
/// One a family, from the compiled-in profiles, with the rules of llama.cpp: engines whose memory has no rules yet hold
/// the same weights.
std::vector<std::unique_ptr<Coefficients>> coefficients();

/// A measurement, the median of those that differ in nothing that the model sees.
struct Row {
  size_t family = 0;
  std::string hardware, source;
  bool prefill = false;
  double measured = 0;  ///< tokens a second
  int repeats = 1;
  double devices = 1;
  std::string deciding;  ///< model, precision, depth: for people who look at rows
  std::unique_ptr<Case> question;
  std::unique_ptr<LlamaCpp> engine;
  std::vector<Device> places;
  Layout layout;
};

/// Sets what all questions have in common and lays the model out, with the coefficients of its family.
void finish(Row& row, Coefficients& owner);

/// Rows that were left out, by reason.
struct Skipped {
  std::string reason;
  int rows = 0;
};

struct Corpus {
  std::vector<Row> rows;
  std::vector<Skipped> skipped;
};
/// `folder` holds speed/measured.csv and cpu/speed.csv.
Corpus read_corpus(const std::string& folder, std::vector<std::unique_ptr<Coefficients>>& coefficients);
/// The processor whose memory was measured too, of cpu/speed.csv.
std::vector<Row> read_box(const std::string& folder, std::vector<std::unique_ptr<Coefficients>>& coefficients);

}  // namespace edgefit::speed

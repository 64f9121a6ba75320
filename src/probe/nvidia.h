// NVIDIA's answers joined with what sysfs shows, by PCI address, never by name.
// The library runs in a child; each field that fails stays unknown and never drops the card.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "edgefit/host.h"
#include "probe/child.h"

namespace edgefit {

struct NvidiaOptions {
  /// Where libnvidia-ml.so.1 may lie; the first that exists is used.
  std::vector<std::string> libraries;
  int deadline_ms = 2000;
};
/// The usual places on Debian, Fedora, WSL, NixOS, Kubernetes and in driver containers.
NvidiaOptions usual_nvidia_options();

/// What the child wrote.
struct NvmlReport {
  struct Card {
    std::map<std::string, std::string, std::less<>> values;
    std::map<std::string, std::string, std::less<>> failures;  ///< call -> code
  };
  Card system;
  std::map<std::string, Card> cards;  ///< "0", "1", "1.0" for an instance of card 1
};
NvmlReport parse_nvml_report(std::string_view text);

/// A query under way, or the reason why there is none.
class NvidiaQuery {
 public:
  /// Forks only on the live machine and only when a library file exists.
  static NvidiaQuery start(const Root& root, const NvidiaOptions& options);
  /// Waits for the answer and joins it with the cards that the PCI scan found.
  void finish(Host& host);

 private:
  std::optional<Child> child_;
  bool live_ = false;
  std::optional<Problem> problem_;
};

/// Joins a report: fills cards, adds those that PCI does not show (WSL), sets states, notes errors.
void join_nvidia(const NvmlReport& report, Host& host);
/// Sets the state of every NVIDIA card whose driver is loaded but for which nobody answered.
void nvidia_unanswered(const Problem& problem, Host& host);

/// CUDA cores of one SM by compute capability ("8.9"); 0 for one that the table lacks.
int cores_per_sm(std::string_view compute_capability);

}  // namespace edgefit

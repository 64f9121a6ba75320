// A progress bar on stderr: only on a terminal, only for work over one second, erased at the end.
#pragma once

#include <chrono>
#include <string>

namespace edgefit {

class Progress {
 public:
  /// Silent until `patience` has passed.
  explicit Progress(std::string what, std::chrono::seconds patience = std::chrono::seconds(1));
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// `share` of the work is done, 0 ... 1.
  void show(double share);
  void clear();

 private:
  std::string what_;
  std::chrono::steady_clock::time_point from_;
  bool terminal_, shown_ = false;
  int last_ = -1;
};

}  // namespace edgefit

// How fast files of a disk can be read when nothing of them is in memory. Files that are there are read, none is
// written: a measurement that fills somebody's disk would not be worth its number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "measure/sample.h"

namespace edgefit {

/// A file to read from.
struct DiskFile {
  std::string path;
  uint64_t bytes = 0;
};

/// The largest readable files on the disk of `path`, largest first: `path` itself when it is a file, what lies in the
/// folder and two below, else what the system installed on the same disk. Only files worth reading.
std::vector<DiskFile> files_to_read(const std::string& path);

struct DiskRates {
  Sample buffered;      ///< bytes a second with the kernel's read-ahead, as mapped or read models load
  Sample direct;        ///< past the page cache; empty when the filesystem refuses
  double bytes = 0;     ///< read in all
  bool cached = false;  ///< nothing but what was in memory already could be found
};
/// Takes at most about `seconds`.
DiskRates read_disk(const std::vector<DiskFile>& files, double seconds);

}  // namespace edgefit

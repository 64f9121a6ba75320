// What edgefit audit knows of the market: how long distributions and drivers get fixes, which driver CUDA needs.
// Every row says where that stands and when somebody last looked, because an old row must not vouch for anything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edgefit/result.h"

namespace edgefit {

struct DistributionAdvisory {
  std::string id, version, end, source, as_of;  ///< ID and VERSION_ID of os-release; ISO dates
  bool operator==(const DistributionAdvisory&) const = default;
};
struct DriverAdvisory {
  int branch = 0;  ///< of NVIDIA's driver: 580
  std::string end, source, as_of;
  bool operator==(const DriverAdvisory&) const = default;
};
struct CudaAdvisory {
  int release = 0;  ///< major version: 13
  int driver = 0;   ///< oldest branch that runs it
  std::string source, as_of;
  bool operator==(const CudaAdvisory&) const = default;
};

/// Of two rows for one thing the first counts.
struct Advisories {
  std::vector<DistributionAdvisory> distributions;
  std::vector<DriverAdvisory> drivers;
  std::vector<CudaAdvisory> cuda;
  bool operator==(const Advisories&) const = default;
};

/// profiles/advisories/ as of this build.
const Advisories& builtin_advisories();
/// A file of profiles/advisories/, or of a user who knows better. Problems name the file and the JSON pointer.
Result<Advisories> read_advisories(std::string_view text, const std::string& where);

}  // namespace edgefit

// One shape of JUnit XML that the schemas of Ant's JUnit (Windy Road) and of Jenkins' xUnit plugin both accept:
// attributes and order of elements are theirs. Reports say what their cases are, this file says how they are written.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace edgefit {

struct JUnitCase {
  enum class Result { passed, failure, error, skipped };
  std::string group;  ///< "edgefit.inventory.memory"
  std::string name;
  Result result = Result::passed;
  std::string message = {}, body = {};
  std::string note = {};  ///< for the suite's output, whatever the result
  double seconds = 0;
};

struct JUnitFile {
  std::string suite, as_of;
  std::vector<std::pair<std::string, std::string>> properties;  ///< after edgefit.version
  std::vector<JUnitCase> cases;
};
/// Escapes every text.
std::string junit_text(const JUnitFile& file);

}  // namespace edgefit

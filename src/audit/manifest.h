// edgefit.models.json: what a company says about the models of a folder. Origin, licence, checksum, who approved, who
// owns them, when they are looked at again. Also SHA256SUMS and the lifecycle of edgefit's model descriptors.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "audit/box.h"
#include "audit/store.h"

namespace edgefit {

inline constexpr const char* kManifestName = "edgefit.models.json";

struct ManifestEntry {
  std::string name, source_url, revision, license, sha256, approved_by, approved_on, owner, released, next_review;
  std::string previous;         ///< path of the version to go back to
  std::string rollback_tested;  ///< ISO date of the last drill
  double bytes = -1;            ///< -1 = not said
};

struct Manifest {
  Access access = Access::absent;
  std::string path;     ///< of the file that was read, or of the one that is missing
  std::string problem;  ///< why it could not be understood
  std::string owner, deputy, contact;
  std::map<std::string, ManifestEntry, std::less<>> models;  ///< by path, relative to the folder

  const ManifestEntry* find(const std::string& relative) const;
};

/// The manifest of a store, completed by SHA256SUMS and by descriptors (edgefit.model) in it.
Manifest read_manifest(const Box& box, const Store& store);
/// The manifest's text with every file of weights in it; what stands in it is kept. A Problem when a checksum in it
/// does not match.
/// `progress` gets the bytes of each step of hashing.
Result<std::string> write_manifest(const Box& box, const Store& store, const std::string& as_of,
                                   const std::function<void(double)>& progress = nullptr);
/// "a/b.gguf" of "/srv/models/a/b.gguf" in the store "/srv/models".
std::string relative_to(const Store& store, const std::string& path);

}  // namespace edgefit

// What a check is: a row of kChecks with its words and a pure function of what can be seen of a box.
// Rows stand in one file a group, checks_GROUP.cc, in the order of their ids.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/scene.h"
#include "edgefit/audit.h"

namespace edgefit {

/// What a check found: one entry for each thing it looked at, never none.
using Evidence = std::vector<AuditEvidence>;

struct Check {
  AuditCheck about;
  Evidence (*run)(const Scene& scene);
};

std::span<const Check> encryption_checks();
std::span<const Check> boot_checks();
std::span<const Check> update_checks();
std::span<const Check> model_checks();
std::span<const Check> network_checks();
std::span<const Check> service_checks();
std::span<const Check> gpu_checks();
std::span<const Check> hardware_checks();
std::span<const Check> operation_checks();

// One entry, for checks that look at one thing.
Evidence pass(std::string path, std::string text);
Evidence warn(std::string path, std::string text);
Evidence fail(std::string path, std::string text);
Evidence not_applicable(std::string path, std::string text);
/// `access` says which sentence is true: closed to this user, or not there.
Evidence unseen(std::string path, Access access);
Evidence unknown(std::string path, std::string text);
/// What only the host of a virtual machine can answer: not applicable there, unknown where it cannot be seen whether
/// this is one, nothing on a machine of its own.
std::optional<Evidence> left_to_host(const Scene& scene, const std::string& path, const char* text);

}  // namespace edgefit

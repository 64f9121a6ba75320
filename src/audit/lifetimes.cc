#include "audit/lifetimes.h"

#include "base/parse.h"

namespace edgefit {
namespace {

constexpr const char* kAsOf = "2026-11-23";
constexpr Day kOldTable = 180;  // days
constexpr Day kSoon = 90;       // days

/// Last day with security fixes that cost nothing, as the distribution itself says; for Debian with its LTS.
struct DistributionRow {
  std::string_view id, version, end;
};
constexpr DistributionRow kDistributions[] = {
    // wiki.debian.org/LTS
    {"debian", "10", "2024-06-30"},
    {"debian", "11", "2026-08-31"},
    {"debian", "12", "2028-06-30"},
    {"debian", "13", "2030-06-30"},
    {"raspbian", "11", "2026-08-31"},
    {"raspbian", "12", "2028-06-30"},
    // ubuntu.com/about/release-cycle
    {"ubuntu", "18.04", "2023-05-31"},
    {"ubuntu", "20.04", "2025-05-31"},
    {"ubuntu", "22.04", "2027-04-01"},
    {"ubuntu", "24.04", "2029-04-25"},
    {"ubuntu", "25.04", "2026-01-15"},
    // access.redhat.com/support/policy/updates/errata, wiki.almalinux.org, wiki.rockylinux.org
    {"rhel", "7", "2024-06-30"},
    {"rhel", "8", "2029-05-31"},
    {"rhel", "9", "2032-05-31"},
    {"rhel", "10", "2035-05-31"},
    {"almalinux", "8", "2029-03-01"},
    {"almalinux", "9", "2032-05-31"},
    {"rocky", "8", "2029-05-31"},
    {"rocky", "9", "2032-05-31"},
    {"centos", "7", "2024-06-30"},
    {"centos", "8", "2024-05-31"},
    {"centos", "9", "2027-05-31"},
    // alpinelinux.org/releases
    {"alpine", "3.19", "2025-11-01"},
    {"alpine", "3.20", "2026-04-01"},
    {"alpine", "3.21", "2026-11-01"},
    {"alpine", "3.22", "2027-05-01"},
};

/// docs.nvidia.com/datacenter/tesla/drivers, supported drivers, of the documents for 615 and 620. A month ends on its
/// last day.
struct DriverRow {
  int branch;
  std::string_view end;
};
constexpr DriverRow kDrivers[] = {{418, "2022-03-31"}, {450, "2023-07-31"}, {460, "2022-01-31"}, {535, "2026-06-30"},
                                  {580, "2028-06-30"}, {595, "2027-03-31"}, {610, "2026-08-31"}, {620, "2029-09-30"}};

/// docs.nvidia.com/deploy/cuda-compatibility, minor version compatibility.
struct CudaRow {
  int major, driver;
};
constexpr CudaRow kCuda[] = {{11, 450}, {12, 525}, {13, 580}};

/// "9.4" of RHEL is its 9; Alpine and Ubuntu have two numbers in a release.
bool same_release(const DistributionRow& row, std::string_view version) {
  if (row.version == version) return true;
  return version.size() > row.version.size() && version.starts_with(row.version) && version[row.version.size()] == '.';
}

}  // namespace

std::optional<Lifetime> distribution_lifetime(std::string_view id, std::string_view version) {
  for (const auto& row : kDistributions)
    if (row.id == id && same_release(row, version))
      return Lifetime{parse_day(row.end).value_or(0), std::string(id) + " " + std::string(row.version)};
  return std::nullopt;
}

std::optional<Lifetime> driver_lifetime(int branch) {
  for (const auto& row : kDrivers)
    if (row.branch == branch) return Lifetime{parse_day(row.end).value_or(0), "R" + std::to_string(branch)};
  return std::nullopt;
}

std::optional<int> oldest_driver_for_cuda(int major) {
  for (const auto& row : kCuda)
    if (row.major == major) return row.driver;
  return std::nullopt;
}

Day tables_day() {
  return parse_day(kAsOf).value_or(0);
}

bool tables_are_old(Day today) {
  return today - tables_day() > kOldTable;
}

CheckStatus judge_end(Day end, Day today, bool from_table) {
  if (today > end) return CheckStatus::fail;
  if (from_table && tables_are_old(today)) return CheckStatus::unknown;
  return end - today < kSoon ? CheckStatus::warn : CheckStatus::pass;
}

}  // namespace edgefit

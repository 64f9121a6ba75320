// A whole plan as records in memory: what a careful company has after its 30 days.
// Tests take one thing away, change it or let time pass.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "edgefit/roadmap.h"

namespace edgefit::test {

class Chain {
 public:
  Evidence& add(EvidenceKind kind, const std::string& day, const std::string& topic = "") {
    Evidence record;
    record.number = chain_.records.size() + 1;
    record.kind = kind;
    record.topic = topic;
    record.as_of = day;
    record.created = day + "T08:00:00Z";
    record.tool = "edgefit test";
    record.sha256 = "sum" + std::to_string(record.number);
    chain_.records.push_back(std::move(record));
    return chain_.records.back();
  }
  Evidence& attest(const std::string& topic, const std::string& day, const std::string& until = "2027-12-31") {
    auto& record = add(EvidenceKind::attest, day, topic);
    record.by = "A. Meier";
    record.valid_until = until;
    return record;
  }
  EvidenceChain& get() { return chain_; }
  const EvidenceChain& get() const { return chain_; }
  /// As the store reads a folder from which this record was deleted.
  EvidenceChain without(uint64_t number) const {
    EvidenceChain out = chain_;
    for (size_t i = 0; i < out.records.size(); ++i)
      if (out.records[i].number == number) {
        out.gaps.push_back({number, topic_of(out.records[i]), "record is missing"});
        out.records.erase(out.records.begin() + static_cast<std::ptrdiff_t>(i));
        break;
      }
    return out;
  }

 private:
  EvidenceChain chain_;
};

inline Evidence& add_audit(Chain& chain, const std::string& day) {
  auto& record = chain.add(EvidenceKind::audit, day);
  for (const char* id : {"EF-ENC-001", "EF-BOOT-001", "EF-NET-001", "EF-SVC-001", "EF-GPU-001", "EF-HW-001",
                         "EF-MOD-001", "EF-UPD-003", "EF-OPS-002", "EF-OPS-004", "EF-TIME-001"})
    record.results.push_back({id, CheckStatus::pass, "seen", "", ""});
  return record;
}

inline Evidence& add_inventory(Chain& chain, const std::string& day) {
  auto& record = chain.add(EvidenceKind::inventory, day);
  record.subject = {{"driver", "570"}, {"kernel", "6.1"}, {"inventory", "x"}};
  record.hardware = {{"cpu", "AMD Ryzen 9 7950X 16-Core Processor"},
                     {"gpus", "1"},
                     {"gpu0", "NVIDIA GeForce RTX 4090"},
                     {"memory_bytes", "66786741452"}};
  return record;
}

inline Evidence& add_verify(Chain& chain, const std::string& day, const std::vector<std::string>& gates,
                            const std::string& metric = "", double value = 0) {
  auto& record = chain.add(EvidenceKind::verify, day);
  for (const auto& gate : gates) record.results.push_back({gate, CheckStatus::pass, "", "", ""});
  if (!metric.empty()) record.metrics[metric] = value;
  record.subject = {{"served", "m1"}, {"driver", "570"}, {"kernel", "6.1"}, {"server", "s1"}, {"golden", "g1"}};
  return record;
}

inline Evidence& add_scan(Chain& chain, const std::string& day, const std::string& topic = "scan/trivy box") {
  auto& record = chain.add(EvidenceKind::import, day, topic);
  record.metrics["critical"] = 0;
  return record;
}

/// Day 1 is 2026-11-02, day 30 is 2026-12-01.
inline Chain whole_plan() {
  Chain chain;
  auto& plan = chain.add(EvidenceKind::plan, "2026-11-03");
  plan.metrics = {{"goals", 1}, {"memory_margin", 0.4}, {"alternatives", 3}};
  plan.subject = {{"model", "m1"}};
  plan.hardware = {{"gpu0", "GeForce RTX 4090"}, {"gpus", "1"}, {"memory_bytes", "68719476736"}};
  plan.results = {{"EF-FIT-001", CheckStatus::pass, "", "", ""}};
  for (const char* topic : {"decision", "owner", "deputy"}) chain.attest(topic, "2026-11-05");
  auto& golden = chain.add(EvidenceKind::import, "2026-11-06", "golden");
  golden.metrics = {{"golden_cases", 50}, {"golden_critical", 5}};
  golden.subject = {{"golden", "g1"}};
  add_inventory(chain, "2026-11-10");
  chain.attest("install", "2026-11-10");
  chain.attest("warranty", "2026-11-10").dates["warranty"] = "2029-11-30";
  add_verify(chain, "2026-11-12", {"EF-VER-004"}, "soak_minutes", 15);
  add_verify(chain, "2026-11-17", {"EF-VER-002", "prediction"}, "users", 4);
  add_verify(chain, "2026-11-18", {"golden", "critical"});
  chain.add(EvidenceKind::import, "2026-11-18", "baseline").metrics["baseline_cases"] = 50;
  for (const char* topic : {"fallback", "restore-drill", "log-retention", "update-window", "rollback-drill"})
    chain.attest(topic, "2026-11-24");
  chain.attest("training", "2026-11-27").metrics["people"] = 12;
  add_audit(chain, "2026-11-26");
  add_scan(chain, "2026-11-25");
  chain.add(EvidenceKind::calendar, "2026-11-28");
  return chain;
}

inline RoadmapOptions on(const std::string& as_of) {
  RoadmapOptions options;
  options.as_of = as_of;
  options.start = "2026-11-02";
  return options;
}

inline const CriterionAnswer& answer_of(const Roadmap& roadmap, std::string_view id) {
  static const CriterionAnswer kNone;
  for (const auto& phase : roadmap.phases)
    for (const auto& answer : phase.criteria)
      if (answer.criterion->id == id) return answer;
  return kNone;
}

}  // namespace edgefit::test

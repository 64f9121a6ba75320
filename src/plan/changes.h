// Ways out of a shortfall, one row of kChanges each: what could be changed about a Case, and how. Settings cost nothing
// and may reduce the question; purchases cost money and never do.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "edgefit/case.h"
#include "edgefit/plan.h"

namespace edgefit {

/// One way out: its changes in order, what they give up, draw and add.
struct Candidate {
  std::vector<Change> changes;
  Loss loss;
  Price price;
  std::optional<Watts> power;
  Bytes memory{};        ///< most bytes that it adds to all pools together
  bool new_box = false;  ///< `memory` is then all there is
  int boxes = 1;
  std::vector<Unseen> unseen;
};

struct ChangeRow {
  std::string_view name;
  enum class Kind : uint8_t {
    setting,    ///< taken alone or together with other settings
    last_mile,  ///< a reduction that is only looked for where everything else did not suffice
    purchase,
  } kind;
  std::vector<Candidate> (*propose)(const Case&, const PlanTerms&);
};
std::span<const ChangeRow> change_rows();

/// The changes one after the other.
Case apply(const Case& question, const Candidate& candidate);
/// Both: settings and a purchase, or two purchases.
Candidate operator+(const Candidate& a, const Candidate& b);

// servers.cc, in the order of the rows: what vLLM and its kin are started with
std::vector<Candidate> fewer_at_a_time(const Case& question, const PlanTerms& terms);
std::vector<Candidate> other_shares(const Case& question, const PlanTerms& terms);
std::vector<Candidate> more_ranks(const Case& question, const PlanTerms& terms);
std::vector<Candidate> without_graphs(const Case& question, const PlanTerms& terms);
// settings.cc, in the order of the rows
/// One setting changed by `edit`, at no price.
Candidate setting(std::string what, std::string from, std::string to, std::function<void(Case&)> edit);
/// It answers the question: ready or tight.
bool solves(const Case& question);
std::vector<Candidate> lower_precisions(const Case& question, const PlanTerms& terms);
std::vector<Candidate> smaller_caches(const Case& question, const PlanTerms& terms);
std::vector<Candidate> free_placements(const Case& question, const PlanTerms& terms);
std::vector<Candidate> experts_in_ram(const Case& question, const PlanTerms& terms);
std::vector<Candidate> shorter_contexts(const Case& question, const PlanTerms& terms);
std::vector<Candidate> fewer_sequences(const Case& question, const PlanTerms& terms);
// purchases.cc
/// The cheapest disk with room for so many bytes, to be bought along; nothing when none is known.
std::optional<Candidate> disk_for(double bytes, const PlanTerms& terms);
std::vector<Candidate> cards(const Case& question, const PlanTerms& terms);
std::vector<Candidate> memory_kits(const Case& question, const PlanTerms& terms);
std::vector<Candidate> boxes(const Case& question, const PlanTerms& terms);

}  // namespace edgefit

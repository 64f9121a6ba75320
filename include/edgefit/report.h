// Reporters: one row of kReporters each, pure functions from an Answer to text.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "edgefit/answer.h"
#include "edgefit/audit.h"
#include "edgefit/calibration.h"
#include "edgefit/catalog_entries.h"
#include "edgefit/rank.h"
#include "edgefit/roadmap.h"
#include "edgefit/verify.h"

namespace edgefit {

/// How the output device wants it.
struct Style {
  bool color = false;
  bool utf8 = false;
  int width = 80;
};

struct Reporter {
  std::string_view name;       ///< --format NAME
  std::string_view extension;  ///< -o FILE.EXT
  std::string (*render)(const Answer&, const Style&);
};
std::span<const Reporter> reporters();
const Reporter* find_reporter(std::string_view name_or_extension);

/// `edgefit explain`: the arithmetic of one figure, its named parts below, inputs with origins. `title` replaces the
/// figure's own name: "gpu0.kv_cache".
std::string render_explanation(const Node& figure, const Style& style, std::string_view title = {});
/// `edgefit rank`: what all rows have in common, and how many of them are shown (0 = all).
struct RankHead {
  std::string as_of;
  Case question;  ///< box and load as asked; its model is none of them
  size_t limit = 0;
};
std::string render_ranking(const Ranking& ranking, const RankHead& head, const Style& style);
std::string render_ranking_json(const Ranking& ranking, const RankHead& head);
/// `edgefit calibrate`: real runs beside their predictions.
std::string render_runs(std::span<const ComparedRun> runs, const std::string& box, const Style& style);
/// `edgefit probe` and `edgefit inspect` as text.
std::string render_host(const Host& host, const Style& style);
std::string render_model(const Model& model, const Style& style);
/// `edgefit catalog`: a line a thing; one thing with all that is known; what has grown old. `terms` are those that the
/// entries were priced with.
std::string render_catalog(std::span<const CatalogEntry> entries, const PriceTerms& terms, const Style& style);
std::string render_catalog_entry(const CatalogEntry& entry, const PriceTerms& terms, const Style& style);
std::string render_catalog_ages(std::span<const CatalogAge> ages, double months, const Style& style);
std::string catalog_json(std::span<const CatalogEntry> entries, const PriceTerms& terms);
std::string catalog_ages_json(std::span<const CatalogAge> ages, const PriceTerms& terms, double months);

/// An audit and what its reader asked for.
struct AuditView {
  const Audit& audit;
  int exit_code = 0;
  bool all = false;  ///< also what passes or does not apply
};
struct AuditReporter {
  std::string_view name;
  std::string_view extension;
  std::string (*render)(const AuditView&, const Style&);
};
std::span<const AuditReporter> audit_reporters();

/// What `edgefit verify` found.
struct VerifyView {
  const Verification& verification;
  int exit_code = 0;
};
struct VerifyReporter {
  std::string_view name;
  std::string_view extension;
  std::string (*render)(const VerifyView&, const Style&);
};
std::span<const VerifyReporter> verify_reporters();

struct RoadmapReporter {
  std::string_view name;
  std::string_view extension;
  std::string (*render)(const Roadmap&, const Style&);
};
std::span<const RoadmapReporter> roadmap_reporters();
/// `edgefit roadmap next`.
std::string render_next_steps(const Roadmap& roadmap, const Style& style);

/// The catalogue of checks: `edgefit audit --list` as text or as docs/checks.md, `--explain ID`.
std::string render_check_list(std::span<const AuditCheck* const> checks, const Style& style);
std::string render_check_page(std::span<const AuditCheck* const> checks);
std::string render_check(const AuditCheck& check, const Style& style);

}  // namespace edgefit

// EF-OPS: whether somebody looks after the models. What needs a store of evidence is not judged here.
#include <algorithm>

#include "audit/checks.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr Day kYear = 365;

/// Stores that hold models, each with its manifest; closed ones are unknown.
Evidence each_manifest(const Scene& scene, Evidence (*judge)(const Scene&, const StoreView&)) {
  if (scene.models.empty()) return not_applicable("/", tr("no folder of models is known here; name one with --store"));
  Evidence evidence;
  for (const auto& view : scene.models) {
    const auto add = [&evidence](Evidence more) {
      evidence.insert(evidence.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    const bool holds = std::any_of(view.store.files.begin(), view.store.files.end(),
                                   [](const StoreFile& file) { return is_weights(file.kind); });
    if (view.store.access != Access::ok)
      add(unseen(view.store.path, view.store.access));
    else if (!view.store.closed.empty())
      add(unseen(view.store.closed[0], Access::denied));
    else if (!holds)
      add(not_applicable(view.store.path, tr("no model files in it")));
    else if (view.manifest.access == Access::denied)
      add(unseen(view.manifest.path, Access::denied));
    else if (!view.manifest.problem.empty())
      add(unknown(view.manifest.path, say(tr("it cannot be understood: {}"), view.manifest.problem)));
    else
      add(judge(scene, view));
  }
  return evidence;
}

/// Ports of node_exporter and NVIDIA's DCGM exporter.
constexpr int kMonitorPorts[] = {9100, 9400};

Evidence monitoring(const Scene& scene) {
  constexpr const char* kTcp = "/proc/net/tcp";
  if (scene.network.sockets != Access::ok) return unseen(kTcp, scene.network.sockets);
  for (const auto& listener : scene.network.listeners)
    if (std::find(std::begin(kMonitorPorts), std::end(kMonitorPorts), listener.port) != std::end(kMonitorPorts))
      return pass(listener.file,
                  say(tr("something listens on port {}, as exporters of measurements do"), listener.port));
  for (const auto& server : scene.servers)
    if (server.has_flag("--metrics")) return pass(server.place(), say(tr("{} tells its measurements"), server.name));
  return warn(kTcp, tr("nothing tells measurements to a monitor"));
}

Evidence owners(const Scene& scene) {
  return each_manifest(scene, [](const Scene&, const StoreView& view) -> Evidence {
    const Manifest& manifest = view.manifest;
    std::string owner = manifest.owner;
    for (const auto& [path, entry] : manifest.models)
      if (owner.empty()) owner = entry.owner;
    if (owner.empty()) return fail(manifest.path, tr("nobody is named who looks after the models"));
    if (manifest.deputy.empty()) return warn(manifest.path, tr("an owner is named, but no deputy"));
    if (manifest.contact.empty()) return warn(manifest.path, tr("owner and deputy are named, but no contact"));
    return pass(manifest.path, tr("owner, deputy and contact are named"));
  });
}

/// The review decides; a release a year ago asks for one. Times of files say when they were copied, not how old they
/// are.
AuditEvidence judge_age(const Scene& scene, const std::string& path, const ManifestEntry& entry) {
  constexpr Day kSoon = 14;
  const auto review = parse_day(entry.next_review), released = parse_day(entry.released);
  if (!entry.next_review.empty() && !review) return unknown(path, say(tr("'{}' is not a date"), entry.next_review))[0];
  if (review && *review < scene.today) return fail(path, say(tr("its review was due on {}"), entry.next_review))[0];
  if (!review) return warn(path, tr("no review of it is planned"))[0];
  if (*review - scene.today <= kSoon) return warn(path, say(tr("its review is due on {}"), entry.next_review))[0];
  if (released && scene.today - *released > kYear)
    return warn(path, say(tr("it was released on {}, more than a year ago"), entry.released))[0];
  return pass(path, say(tr("its next review is on {}"), entry.next_review))[0];
}

Evidence reviews(const Scene& scene) {
  return each_manifest(scene, [](const Scene& all, const StoreView& view) -> Evidence {
    Evidence evidence;
    for (const auto& file : view.store.files) {
      if (!is_weights(file.kind)) continue;
      const auto* entry = view.manifest.find(relative_to(view.store, file.path));
      if (entry == nullptr)
        evidence.push_back(fail(file.path, tr("no review of it is on record"))[0]);
      else
        evidence.push_back(judge_age(all, file.path, *entry));
    }
    return evidence;
  });
}

Evidence rollback(const Scene& scene) {
  return each_manifest(scene, [](const Scene& all, const StoreView& view) -> Evidence {
    Evidence evidence;
    for (const auto& [path, entry] : view.manifest.models) {
      if (entry.previous.empty()) continue;
      const std::string place = view.store.path + "/" + path, copy = view.store.path + "/" + entry.previous;
      const auto& state = all.box.look(copy);
      const auto drill = parse_day(entry.rollback_tested);
      if (state.access == Access::denied)
        evidence.push_back(unseen(copy, state.access)[0]);
      else if (!state)
        evidence.push_back(fail(place, say(tr("the version to go back to, {}, is gone"), entry.previous))[0]);
      else if (!drill)
        evidence.push_back(warn(place, say(tr("going back to {} was never tried"), entry.previous))[0]);
      else if (*drill > all.today)
        evidence.push_back(unknown(place, say(tr("going back is said to be tried on {}, after the day of this report"),
                                              entry.rollback_tested))[0]);
      else if (all.today - *drill > kYear)
        evidence.push_back(
            warn(place, say(tr("going back to {} was last tried on {}"), entry.previous, entry.rollback_tested))[0]);
      else
        evidence.push_back(
            pass(place, say(tr("going back to {} was tried on {}"), entry.previous, entry.rollback_tested))[0]);
    }
    if (evidence.empty()) return fail(view.manifest.path, tr("no version to go back to is on record"));
    return evidence;
  });
}

constexpr Check kChecks[] = {
    {{"EF-OPS-002", mark("box watched"), AuditGroup::operations, Severity::medium,
      mark("drift and outages go unseen until users complain"), mark("install node_exporter or DCGM's exporter"),
      "gs:OPS.1.1.1.A9, rmf:MEASURE-2.4", Privilege::user, 90},
     monitoring},
    {{"EF-OPS-003", mark("owner, deputy and contact named"), AuditGroup::operations, Severity::high,
      mark("without a name nobody acts"), mark("name them in edgefit.models.json"), "rmf:GOVERN-2.1, aiact:26(2)",
      Privilege::user, 180},
     owners},
    {{"EF-OPS-004", mark("models reviewed in time"), AuditGroup::operations, Severity::high,
      mark("models that are never tested again are the second of the costly mistakes"),
      mark("review the model, write the next date into edgefit.models.json"), "rmf:MANAGE-4.1, nsa:deploying-ai",
      Privilege::user, 30},
     reviews},
    {{"EF-OPS-006", mark("way back to the last version"), AuditGroup::operations, Severity::high,
      mark("a bad update must be undone in minutes"),
      mark("keep the last version, name it as previous, and try it once a year"), "nsa:deploying-ai, rmf:MANAGE-2.4",
      Privilege::owner, 90},
     rollback},
};

}  // namespace

std::span<const Check> operation_checks() {
  return kChecks;
}

}  // namespace edgefit

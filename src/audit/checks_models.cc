// EF-MOD: the model files themselves. Who can change them, what they are, where they come from.
#include <algorithm>
#include <functional>

#include "audit/checks.h"
#include "audit/signature.h"
#include "base/mounts.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr int64_t kMostTold = 200;  // files of one finding and status that are told one by one

/// Runs `look` for every store that can be listed; what is closed is unknown.
Evidence each_store(const Scene& scene, const std::function<void(const StoreView&, Evidence&)>& look) {
  if (scene.models.empty()) return not_applicable("/", tr("no folder of models is known here; name one with --store"));
  Evidence evidence;
  for (const auto& view : scene.models) {
    const Store& store = view.store;
    const size_t before = evidence.size();
    if (store.access != Access::ok) {
      evidence.push_back(unseen(store.path, store.access)[0]);
      continue;
    }
    look(view, evidence);
    for (const auto& folder : store.closed)
      evidence.push_back(unknown(folder, tr("nothing in it can be seen by this user; run as root or its owner"))[0]);
    if (store.cut)
      evidence.push_back(unknown(store.path, tr("more files or deeper folders than are looked at; name its parts"))[0]);
    if (evidence.size() == before) evidence.push_back(not_applicable(store.path, tr("no model files in it"))[0]);
  }
  return evidence;
}

bool holds_models(const Store& store) {
  return std::any_of(store.files.begin(), store.files.end(), [](const StoreFile& f) { return is_weights(f.kind); });
}

/// Thousands of good files never crowd out a bad one: the limit holds for each status by itself.
void tell(Evidence& evidence, Evidence entry) {
  const auto alike = std::count_if(evidence.begin(), evidence.end(),
                                   [&](const AuditEvidence& other) { return other.status == entry[0].status; });
  if (alike < kMostTold) evidence.push_back(std::move(entry[0]));
}

/// Who may change `path`, judged by its mode alone: sticky folders protect what others put there, not who is in them.
Evidence judge_mode(const Scene& scene, const std::string& path, const FileState& state, const char* what) {
  constexpr uint32_t kOthersWrite = 02, kGroupWrite = 020, kOwnerWrite = 0200;
  if ((state.mode & kOthersWrite) != 0)
    return fail(path, say(tr("{} can be changed by everyone (mode {:04o})"), what, state.mode));
  const bool group = (state.mode & kGroupWrite) != 0, owner = (state.mode & kOwnerWrite) != 0 && state.uid != 0;
  if (!group && !owner) return pass(path, tr("only root can change it"));
  for (const auto& server : scene.servers) {
    if (!server.uid || !server.gid) return unseen("/proc/" + server.pid + "/status", Access::denied);
    if (*server.uid != 0 && ((owner && *server.uid == state.uid) || (group && *server.gid == state.gid)))
      return warn(path, say(tr("{} can be changed by the server that loads it (mode {:04o})"), what, state.mode));
  }
  if (scene.network.processes != Access::ok)
    return unknown(path, tr("whether a server may change it cannot be seen: not all processes are visible"));
  return pass(path, tr("only its owner can change it"));
}

Evidence writable(const Scene& scene) {
  return each_store(scene, [&](const StoreView& view, Evidence& evidence) {
    const Store& store = view.store;
    for (std::string folder = store.path; !folder.empty(); folder = folder.substr(0, folder.rfind('/'))) {
      const auto& state = scene.box.look(folder);
      constexpr uint32_t kSticky = 01000;
      if (!state) {
        tell(evidence, unseen(folder, state.access));
      } else if (folder == store.path || (state->mode & 02) != 0) {
        // A sticky folder above, such as /tmp, keeps others from replacing what is in it.
        const bool sticky = folder != store.path && (state->mode & kSticky) != 0;
        auto entry = judge_mode(scene, folder, *state, tr("this folder"));
        if (!sticky) tell(evidence, std::move(entry));
      }
    }
    for (size_t i = 1; i < store.folders.size(); ++i) {
      const auto& state = scene.box.look(store.folders[i]);
      if (!state) tell(evidence, unseen(store.folders[i], state.access));
      if (state && (state->mode & 02) != 0)
        tell(evidence, judge_mode(scene, store.folders[i], *state, tr("this folder")));
    }
    for (const auto& file : store.files) {
      if (file.outside) {
        tell(evidence, fail(file.path, say(tr("this link leads out of the folder, to {}"), file.real)));
      } else if (file.real.empty()) {
        tell(evidence, warn(file.path, tr("this link leads nowhere")));
      } else if (is_weights(file.kind)) {
        auto entry = judge_mode(scene, file.path, file.state, tr("this model"));
        if (entry[0].status != CheckStatus::pass) tell(evidence, std::move(entry));
      }
    }
  });
}

/// Ollama names its files by their checksum.
std::string digest_in_name(const std::string& path) {
  constexpr size_t kDigits = 64;
  const auto name = path.substr(path.rfind('/') + 1);
  const bool blob = name.size() == 7 + kDigits && (name.starts_with("sha256-") || name.starts_with("sha256:"));
  return blob && name.find_first_not_of("0123456789abcdef", 7) == std::string::npos ? name.substr(7) : std::string();
}

std::string wanted_digest(const StoreView& view, const StoreFile& file) {
  if (auto named = digest_in_name(file.real); !named.empty()) return named;
  const auto* entry = view.manifest.find(relative_to(view.store, file.path));
  if (entry == nullptr || entry->sha256.empty()) return {};
  auto digest = lower(entry->sha256);
  return digest.starts_with("sha256:") ? digest.substr(7) : digest;
}

Evidence judge_checksum(const Scene& scene, const StoreView& view, const StoreFile& file) {
  const auto wanted = wanted_digest(view, file);
  if (wanted.empty()) return warn(file.path, tr("no checksum of it is on record"));
  const auto* entry = view.manifest.find(relative_to(view.store, file.path));
  if (entry != nullptr && entry->bytes >= 0 && entry->bytes != static_cast<double>(file.state.size))
    return fail(file.path, tr("its size is not the one on record"));
  // What a recording holds of checksums was worked out when it was made.
  if (!scene.options.hash) return unknown(file.path, tr("its checksum was not worked out; add --hash"));
  const auto& digest = scene.box.digest(file.real, scene.count_bytes);
  if (!digest) return unseen(file.path, digest.access);
  if (*digest != wanted) return fail(file.path, tr("its checksum is not the one on record"));
  return pass(file.path, tr("its checksum is the one on record"));
}

Evidence checksums(const Scene& scene) {
  return each_store(scene, [&](const StoreView& view, Evidence& evidence) {
    if (view.manifest.access == Access::denied) tell(evidence, unseen(view.manifest.path, Access::denied));
    if (!view.manifest.problem.empty())
      tell(evidence, unknown(view.manifest.path, say(tr("it cannot be understood: {}"), view.manifest.problem)));
    for (const auto& file : view.store.files)
      if (is_weights(file.kind) && !file.real.empty())
        tell(evidence, judge_checksum(scene, view, file));
      else if (file.kind == ModelKind::unreadable)
        tell(evidence, unknown(file.path, tr("this file cannot be read")));
    for (const auto& [name, entry] : view.manifest.models) {
      const auto path = view.store.path + "/" + name;
      if (!entry.sha256.empty() && scene.box.access(path) == Access::absent)
        tell(evidence, warn(path, tr("a checksum is on record, but the file is gone")));
    }
  });
}

/// What all bundles of a store say, by path in the store.
struct Signatures {
  bool any = false;
  SignedFiles files;
};

Signatures read_signatures(const Scene& scene, const StoreView& view, Evidence& evidence) {
  constexpr size_t kLargest = 4 << 20;
  Signatures all;
  for (const auto& file : view.store.files) {
    if (!is_signature_name(file.path) || file.real.empty()) continue;
    all.any = true;
    const auto& text = scene.box.read(
        file.real, [](std::string_view t) { return std::string(t); }, kLargest);
    const auto said = read_signature(*text, file.path);
    if (!text)
      tell(evidence, unseen(file.path, text.access));
    else if (!said)
      tell(evidence, unknown(file.path, say(tr("it cannot be compared with the models: {}"), said.error().what)));
    else
      for (const auto& [name, digest] : *said)
        all.files[relative_to(view.store, file.path.substr(0, file.path.rfind('/') + 1) + name)] = digest;
  }
  return all;
}

/// Whether the files are still those that were signed: the signatures themselves are not verified here.
Evidence judge_signed(const Scene& scene, const StoreFile& file, const std::string& wanted) {
  if (!scene.options.hash)
    return unknown(file.path, tr("whether it is what was signed was not worked out; add --hash"));
  const auto& digest = scene.box.digest(file.real, scene.count_bytes);
  if (!digest) return unseen(file.path, digest.access);
  return *digest == wanted ? pass(file.path, tr("it is the file that was signed (signature not verified)"))
                           : fail(file.path, tr("it is not the file that was signed"));
}

Evidence signatures(const Scene& scene) {
  return each_store(scene, [&](const StoreView& view, Evidence& evidence) {
    if (!holds_models(view.store)) return;
    const auto all = read_signatures(scene, view, evidence);
    if (!all.any) return tell(evidence, warn(view.store.path, tr("no signature of the models is there")));
    if (all.files.empty()) return;
    for (const auto& file : view.store.files) {
      if (!is_weights(file.kind) || file.real.empty() || is_signature_name(file.path)) continue;
      const auto wanted = all.files.find(relative_to(view.store, file.path));
      if (wanted == all.files.end())
        tell(evidence, warn(file.path, tr("no signature covers it")));
      else
        tell(evidence, judge_signed(scene, file, wanted->second));
    }
  });
}

struct KindVerdict {
  ModelKind kind;
  CheckStatus status;
  const char* text;
};
constexpr KindVerdict kVerdicts[] = {
    {ModelKind::gguf, CheckStatus::pass, mark("GGUF: runs no code when loaded")},
    {ModelKind::safetensors, CheckStatus::pass, mark("safetensors: runs no code when loaded")},
    {ModelKind::onnx, CheckStatus::pass, mark("ONNX: runs no code when loaded")},
    {ModelKind::tflite, CheckStatus::pass, mark("TFLite: runs no code when loaded")},
    {ModelKind::ggml, CheckStatus::pass, mark("GGML: runs no code when loaded")},
    {ModelKind::pickle, CheckStatus::fail, mark("a Python pickle: loading it runs what is written in it")},
    {ModelKind::hdf5, CheckStatus::warn, mark("a Keras model: Lambda layers in it are code")},
    {ModelKind::archive, CheckStatus::unknown, mark("an archive of unknown content")},
    {ModelKind::other, CheckStatus::unknown, mark("a large file of unknown format")},
    {ModelKind::unreadable, CheckStatus::unknown, mark("this file cannot be read, or is no regular file")},
};

Evidence formats(const Scene& scene) {
  return each_store(scene, [&](const StoreView& view, Evidence& evidence) {
    size_t safe = 0;
    std::string one;
    for (const auto& file : view.store.files) {
      const auto row = std::find_if(std::begin(kVerdicts), std::end(kVerdicts),
                                    [&](const KindVerdict& verdict) { return verdict.kind == file.kind; });
      if (row == std::end(kVerdicts)) continue;
      if (row->status == CheckStatus::pass) {
        ++safe;
        one = file.path;
      } else {
        tell(evidence, {{file.path, row->status, tr(row->text)}});
      }
    }
    if (safe > 0)
      tell(evidence, pass(safe == 1 ? one : view.store.path, say(tr("{} files that run no code when loaded"), safe)));
  });
}

/// Flags of Transformers, vLLM, SGLang and TGI that let a repository's Python run.
constexpr std::string_view kRemoteCode[] = {"--trust-remote-code", "--trust_remote_code"};

Evidence remote_code(const Scene& scene) {
  auto evidence = each_store(scene, [&](const StoreView& view, Evidence& found) {
    const size_t before = found.size();
    for (const auto& file : view.store.files) {
      if (file.kind == ModelKind::code) tell(found, warn(file.path, tr("Python beside the weights")));
      if (!file.path.ends_with("/config.json") || file.real.empty()) continue;
      const auto& text = scene.box.read(
          file.real, [](std::string_view t) { return std::string(t); }, 1 << 20);
      if (!text) tell(found, unseen(file.path, text.access));
      if (text->find("\"auto_map\"") != std::string::npos)
        tell(found, warn(file.path, tr("auto_map in it names Python that a loader may run")));
    }
    if (found.size() == before && holds_models(view.store))
      tell(found, pass(view.store.path, tr("no code beside the weights")));
  });
  const bool any = std::any_of(scene.models.begin(), scene.models.end(),
                               [](const StoreView& view) { return holds_models(view.store); });
  if (any && scene.network.processes != Access::ok)
    evidence.push_back(unseen("/proc/1/status", scene.network.processes)[0]);
  for (const auto& server : scene.servers)
    for (const auto flag : kRemoteCode)
      if (server.has_flag(flag))
        evidence.push_back(fail(server.place(), say(tr("{} runs with {}"), server.name, flag))[0]);
  return evidence;
}

Evidence provenance(const Scene& scene) {
  return each_store(scene, [&](const StoreView& view, Evidence& evidence) {
    if (!holds_models(view.store)) return;
    const Manifest& manifest = view.manifest;
    if (manifest.access == Access::denied) return tell(evidence, unseen(manifest.path, Access::denied));
    if (!manifest.problem.empty())
      return tell(evidence, unknown(manifest.path, say(tr("it cannot be understood: {}"), manifest.problem)));
    if (manifest.models.empty())
      return tell(evidence, fail(manifest.path, tr("no provenance of the models is on record")));
    for (const auto& file : view.store.files) {
      if (!is_weights(file.kind)) continue;
      const auto* entry = manifest.find(relative_to(view.store, file.path));
      if (entry == nullptr) {
        tell(evidence, warn(file.path, tr("no provenance of this model is on record")));
        continue;
      }
      std::string gaps;
      const std::pair<const char*, const std::string*> fields[] = {{"name", &entry->name},
                                                                   {"source_url", &entry->source_url},
                                                                   {"revision", &entry->revision},
                                                                   {"license", &entry->license},
                                                                   {"sha256", &entry->sha256},
                                                                   {"approved_by", &entry->approved_by},
                                                                   {"approved_on", &entry->approved_on}};
      for (const auto& [key, value] : fields)
        if (value->empty()) gaps += (gaps.empty() ? "" : ", ") + std::string(key);
      tell(evidence, gaps.empty() ? pass(file.path, tr("its provenance is complete"))
                                  : warn(file.path, say(tr("its provenance lacks {}"), gaps)));
    }
  });
}

constexpr Check kChecks[] = {
    {{"EF-MOD-001", mark("model files writable by their owner only"), AuditGroup::models, Severity::high,
      mark("who can change a model file decides what the model answers"),
      mark("owner root, group of the server, files 0640, folders 0750"), "53:AC-6, anssi:R20, cis:7.1.11",
      Privilege::user, 30},
     writable},
    {{"EF-MOD-002", mark("checksums as on record"), AuditGroup::models, Severity::high,
      mark("bit rot and swapped models look like any other model"),
      mark("run edgefit audit --hash --write-manifest, and keep the file"), "53:SI-7, nsa:deploying-ai, anssi:R20",
      Privilege::owner, 30},
     checksums},
    {{"EF-MOD-003", mark("models signed"), AuditGroup::models, Severity::medium,
      mark("a checksum from the same place as the model proves no origin"), mark("sign with model_signing sign key"),
      "53:CM-14, owasp:LLM03", Privilege::owner, 90},
     signatures},
    {{"EF-MOD-004", mark("no model format that runs code"), AuditGroup::models, Severity::high,
      mark("loading a pickle runs whatever its author wrote into it"), mark("convert to safetensors or GGUF"),
      "owasp:LLM03, anssi:R6", Privilege::owner, 30},
     formats},
    {{"EF-MOD-005", mark("no code from the model's repository"), AuditGroup::models, Severity::high,
      mark("trust_remote_code runs Python of strangers with the rights of the server"),
      mark("drop the flag, pin the revision, read the code"), "owasp:LLM03", Privilege::owner, 30},
     remote_code},
    {{"EF-MOD-006", mark("provenance of every model on record"), AuditGroup::models, Severity::high,
      mark("without source, licence and approval nobody can tell whether a model may be used"),
      mark("fill the model's entry in edgefit.models.json"), "rmf:GOVERN-1.6, rmf:MAP-4.1, 42k:A.10.3", Privilege::user,
      90},
     provenance},
};

}  // namespace

std::span<const Check> model_checks() {
  return kChecks;
}

}  // namespace edgefit

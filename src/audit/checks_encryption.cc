// EF-ENC: what a thief of the box would read. Weights, prompts, swap, hibernation images.
#include <algorithm>

#include "audit/checks.h"
#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr const char* kSwaps = "/proc/swaps";

Evidence no_store() {
  return not_applicable("/", tr("no folder of models is known here; name one with --store"));
}

std::string told(const Walk& walk) {
  if (walk.protection == Protection::memory) return walk.text;
  return walk.layers.empty() ? walk.text : walk.text + " (" + walk.layers + ")";
}

/// Whether each file is encrypted by its filesystem: pass, fail or unknown.
AuditEvidence file_level(const Scene& scene, const std::string& path) {
  const auto real = existing_part(scene.box, path);
  if (!real) return unseen(path, real.access)[0];
  const auto& policy = scene.box.file_encryption(*real);
  if (policy && *policy == "fscrypt") return pass(path, tr("fscrypt encrypts each file"))[0];
  if (policy.access == Access::denied) return unknown(path, tr("the folder's encryption policy cannot be asked"))[0];
  return fail(path, tr("files are not encrypted one by one either"))[0];
}

Evidence model_store(const Scene& scene) {
  if (scene.stores.empty()) return no_store();
  Evidence evidence;
  for (const auto& store : scene.stores) {
    const auto walk = scene.walk(store);
    if (walk.protection == Protection::plain && file_level(scene, store).status == CheckStatus::pass)
      evidence.push_back(not_applicable(store, tr("files are encrypted one by one: see EF-ENC-002"))[0]);
    else
      evidence.push_back({store, status_of(walk.protection), told(walk)});
  }
  return evidence;
}

Evidence file_encryption(const Scene& scene) {
  if (scene.stores.empty()) return no_store();
  Evidence evidence;
  for (const auto& store : scene.stores) {
    if (status_of(scene.walk(store).protection) == CheckStatus::pass)
      evidence.push_back(not_applicable(store, tr("the disks below are encrypted"))[0]);
    else
      evidence.push_back(file_level(scene, store));
  }
  return evidence;
}

/// Logs and data of the usual services, and what the user names. A path that is not there holds nothing yet.
Evidence data_paths(const Scene& scene) {
  constexpr const char* kUsual[] = {"/var/log",
                                    "/var/log/journal",
                                    "/var/lib/docker",
                                    "/var/lib/containers",
                                    "/var/lib/qdrant",
                                    "/var/lib/milvus",
                                    "/var/lib/postgresql",
                                    "/var/lib/open-webui",
                                    "/tmp",
                                    "/var/tmp"};
  std::vector<std::string> paths = scene.options.data;
  for (const char* path : kUsual)
    if (scene.box.access(path) != Access::absent) paths.emplace_back(path);
  if (paths.empty()) return unseen("/var/log", Access::absent);
  Evidence evidence;
  for (const auto& path : paths) {
    const auto walk = scene.walk(path);
    const bool by_file = walk.protection != Protection::encrypted && walk.protection != Protection::memory &&
                         file_level(scene, path).status == CheckStatus::pass;
    if (by_file)
      evidence.push_back(pass(path, tr("fscrypt encrypts each file"))[0]);
    else
      evidence.push_back({path, status_of(walk.protection), told(walk)});
  }
  return evidence;
}

Evidence swap(const Scene& scene) {
  const auto& text = scene.box.read(kSwaps);
  if (!text) return unseen(kSwaps, text.access);
  Evidence evidence;
  const auto lines = split_lines(*text);
  for (size_t i = 1; i < lines.size(); ++i) {
    const auto fields = words(lines[i]);
    if (fields.size() < 2) continue;
    const std::string place(fields[0]);
    Walker walker(scene.box);
    Walk walk;
    if (fields[1] == "file") {
      walk = walker.path(place);
    } else {
      const auto name = walker.kernel_name(place);
      walk = name.empty() ? Walk{Protection::unknown, {}, say(tr("nothing tells which device {} is"), place)}
                          : walker.device(name);
    }
    evidence.push_back({place, status_of(walk.protection), told(walk)});
  }
  if (lines.empty()) return unknown(kSwaps, tr("the list of swap areas is empty where it should have a heading"));
  return evidence.empty() ? pass(kSwaps, tr("nothing is swapped")) : evidence;
}

Evidence worst_of(Evidence evidence) {
  std::stable_sort(evidence.begin(), evidence.end(), [](const AuditEvidence& a, const AuditEvidence& b) {
    const auto rank = [](CheckStatus s) { return s == CheckStatus::fail ? 0 : s == CheckStatus::unknown ? 1 : 2; };
    return rank(a.status) < rank(b.status);
  });
  evidence.resize(std::min<size_t>(evidence.size(), 1));
  return evidence;
}

/// zram writes out to its backing device, zswap to the swap area below it.
Evidence compressed_swap(const Scene& scene) {
  const auto& blocks = scene.box.list("/sys/block");
  if (!blocks) return unseen("/sys/block", blocks.access);
  Evidence evidence;
  for (const auto& name : *blocks) {
    if (!name.starts_with("zram")) continue;
    const auto walk = Walker(scene.box).device(name);
    evidence.push_back({"/sys/block/" + name + "/backing_dev", status_of(walk.protection), told(walk)});
  }
  constexpr const char* kZswap = "/sys/module/zswap/parameters/enabled";
  const auto& zswap = scene.box.read(kZswap);
  if (zswap.access == Access::denied) {
    evidence.push_back(unseen(kZswap, zswap.access)[0]);
  } else if (zswap && (trim(*zswap) == "Y" || trim(*zswap) == "1")) {
    auto below = worst_of(swap(scene))[0];
    below.text = say(tr("zswap writes to the swap area below it: {}"), below.text);
    evidence.push_back(std::move(below));
  }
  return evidence.empty() ? not_applicable("/sys/block", tr("neither zram nor zswap is in use")) : evidence;
}

Evidence hibernation(const Scene& scene) {
  constexpr const char *kState = "/sys/power/state", *kDisk = "/sys/power/disk", *kResume = "/sys/power/resume";
  const auto& state = scene.box.read(kState);
  if (!state) return unseen(kState, state.access);
  const auto states = words(*state);
  if (std::find(states.begin(), states.end(), "disk") == states.end())
    return pass(kState, tr("this kernel cannot hibernate, or lockdown keeps it from it"));
  const auto& disk = scene.box.read(kDisk);
  if (!disk) return unseen(kDisk, disk.access);
  if (disk->find("[disabled]") != std::string::npos) return pass(kDisk, tr("hibernation is disabled"));
  const auto& resume = scene.box.read(kResume);
  if (!resume) return unseen(kResume, resume.access);
  const std::string number(trim(*resume));
  if (number == "0:0") return pass(kResume, tr("no device is set to take a hibernation image"));
  const auto& link = scene.box.resolve("/sys/dev/block/" + number);
  if (!link) return unknown(kResume, say(tr("nothing tells which device {} is"), number));
  const auto walk = Walker(scene.box).device(link->substr(link->rfind('/') + 1));
  return {{kResume, status_of(walk.protection), say(tr("a hibernation image goes to: {}"), told(walk))}};
}

Evidence memory_encryption(const Scene& scene) {
  constexpr const char* kCpu = "/proc/cpuinfo";
  const auto& cpu = scene.box.read(kCpu);
  if (!cpu) return unseen(kCpu, cpu.access);
  std::vector<std::string_view> flags;
  for (const auto line : split_lines(*cpu))
    if (flags.empty() && (line.starts_with("flags") || line.starts_with("Features"))) flags = words(line);
  const auto has = [&flags](std::string_view flag) {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
  };
  if (has("tdx_guest") || has("sev_guest") || has("sev_snp_guest"))
    return pass(kCpu, tr("this virtual machine's memory is encrypted"));
  if (scene.virtual_machine != TriState::no)
    return unknown(kCpu, tr("a virtual machine cannot see whether the host encrypts its memory"));
  const auto& cmdline = scene.box.read("/proc/cmdline");
  const auto boot = words(*cmdline);
  if (has("sme") && std::find(boot.begin(), boot.end(), "mem_encrypt=on") != boot.end())
    return pass("/proc/cmdline", tr("SME encrypts the memory (mem_encrypt=on)"));
  if (has("sme") || has("tme") || has("sev"))
    return unknown(kCpu, tr("the processor can; whether the firmware does it cannot be read"));
  return not_applicable(kCpu, tr("this processor tells of no memory encryption"));
}

/// NVIDIA's driver tells it only through its library.
Evidence gpu_confidential(const Scene& scene) {
  constexpr const char* kDriver = "/proc/driver/nvidia/version";
  const Access access = scene.box.access(kDriver);
  if (access == Access::absent) return not_applicable(kDriver, tr("no NVIDIA driver is loaded"));
  if (access == Access::denied) return unseen(kDriver, access);
  if (scene.options.profile != Profile::edge_box)
    return not_applicable(kDriver, tr("this profile does not ask for it"));
  constexpr double kNotSupported = 3;  // nvml.h, NVML_ERROR_NOT_SUPPORTED
  if (!scene.nvidia.asked)
    return unknown(kDriver, tr("only the driver's library tells: add --ask-gpu, or see nvidia-smi conf-compute -f"));
  if (scene.nvidia.value("-", "!nvmlSystemGetConfComputeState") == kNotSupported)
    return warn(kDriver, tr("this GPU or driver has no confidential mode"));
  const auto mode = scene.nvidia.value("-", "cc"), tools = scene.nvidia.value("-", "cc.devtools");
  if (!mode || !tools)
    return unknown(kDriver, tr("the driver's library does not tell; see nvidia-smi conf-compute -f"));
  if (*mode == 0) return warn(kDriver, tr("confidential computing is off"));
  return *tools == 0 ? pass(kDriver, tr("confidential computing is on"))
                     : warn(kDriver, tr("confidential computing is on, but open to developers' tools"));
}

constexpr Check kChecks[] = {
    {{"EF-ENC-001", mark("model store on encrypted storage"), AuditGroup::encryption, Severity::high,
      mark("a stolen box is a stolen model, with what it was tuned on"), mark("move the store to a LUKS2 volume"),
      "53:SC-28, gs:SYS.1.1.A34, gspp:KONF.3.2, nsa:deploying-ai", Privilege::user, 30},
     model_store},
    {{"EF-ENC-002", mark("files encrypted one by one where disks are not"), AuditGroup::encryption, Severity::medium,
      mark("on shared disks the filesystem is the only place left to encrypt"), mark("use fscrypt or a LUKS2 volume"),
      "53:SC-28(1), gspp:KONF.11.8", Privilege::owner, 30},
     file_encryption},
    {{"EF-ENC-003", mark("prompts, vectors and logs on encrypted storage"), AuditGroup::encryption, Severity::high,
      mark("prompts are personal data, and vectors can be turned back into text"),
      mark("put data, vector database and logs on the encrypted volume"),
      "53:SC-28, gspp:KONF.11.8, dsg:8, nsa:deploying-ai", Privilege::user, 30},
     data_paths},
    {{"EF-ENC-004", mark("swap encrypted"), AuditGroup::encryption, Severity::high,
      mark("prompts and attention caches are swapped out like any memory"),
      mark("encrypt swap with a random key, or use zram"), "53:SC-28, gs:CON.1.A10", Privilege::user, 30},
     swap},
    {{"EF-ENC-005", mark("compressed swap does not spill in clear"), AuditGroup::encryption, Severity::high,
      mark("zram with a backing device, and zswap, write memory to a disk"),
      mark("remove backing_dev or encrypt what is below"), "53:SC-28", Privilege::user, 90},
     compressed_swap},
    {{"EF-ENC-006", mark("hibernation cannot write memory in clear"), AuditGroup::encryption, Severity::high,
      mark("a hibernation image holds weights and prompts"),
      mark("disable hibernation or encrypt the device that resumes"), "53:SC-28", Privilege::user, 90},
     hibernation},
    {{"EF-ENC-007", mark("memory encrypted"), AuditGroup::encryption, Severity::low,
      mark("who can open an unattended box can read its memory"), mark("turn on TME or SME in the firmware"),
      "hsi:EncryptedRam", Privilege::user, 365},
     memory_encryption},
    {{"EF-ENC-008", mark("GPU in confidential mode"), AuditGroup::encryption, Severity::low,
      mark("on a site that is not trusted, the memory of the GPU can be read"),
      mark("turn on confidential computing, or waive it as not required"), "nsa:deploying-ai", Privilege::user, 365},
     gpu_confidential},
};

}  // namespace

std::span<const Check> encryption_checks() {
  return kChecks;
}

}  // namespace edgefit

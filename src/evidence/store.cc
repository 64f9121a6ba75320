// The folder of evidence: NNNNNN.json, one a record, and ledger.json, which tells what ought to be there.
// A record is drafted and synced beside its place, then linked under a name that must be free: never half, never over
// another.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "base/error_text.h"
#include "base/files.h"
#include "base/json.h"
#include "base/parse.h"
#include "base/sha256.h"
#include "edgefit/evidence.h"
#include "edgefit/text.h"
#include "evidence/ledger.h"

namespace edgefit {
namespace {

Problem cannot(const char* what, const std::string& where, int error) {
  return {fmt::format("{}: {}", what, error_text(error)), printable(where),
          tr("check that the folder exists, may be written and has room")};
}

/// An open file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string name_of_record(uint64_t number) {
  return fmt::format("{:06}.json", number);
}

std::optional<uint64_t> number_of(std::string_view name) {
  if (name.size() < 11 || name.size() > 14 || !name.ends_with(".json")) return std::nullopt;
  const auto number = to_number(name.substr(0, name.size() - 5));
  if (!number || *number < 1 || *number > static_cast<double>(kMostRecords) ||
      name_of_record(static_cast<uint64_t>(*number)) != name)
    return std::nullopt;
  return static_cast<uint64_t>(*number);
}

std::string digest(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.finish();
}

constexpr size_t kMostNames = kMostRecords + 16;

struct Folder {
  Ledger ledger;
  bool has_ledger = false;
  std::map<uint64_t, std::string> files;  ///< number -> path
  uint64_t last() const {
    const uint64_t told = ledger.rows.empty() ? 0 : ledger.rows.rbegin()->first;
    return std::max(told, files.empty() ? 0 : files.rbegin()->first);
  }
};

Result<Folder> look(const std::string& path) {
  Folder folder;
  // The ledger first: a record added meanwhile is then a newer one, not a missing one.
  const auto text = read_small_file(path + "/ledger.json");
  struct stat info {};
  if (text) {
    auto ledger = read_ledger(*text, path + "/ledger.json");
    if (ledger) {
      folder.ledger = std::move(*ledger);
      folder.has_ledger = true;
    }
  } else if (::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    return Problem{tr("no such folder of evidence"), printable(path),
                   tr("edgefit audit --evidence DIR and the like write one")};
  }
  const auto names = Root("").see_names(path, kMostNames);
  if (names.access != Access::ok)
    return Problem{tr("this folder cannot be read"), printable(path), tr("check who may read it")};
  if (names->size() == kMostNames)
    return Problem{tr("too many files for a folder of evidence"), printable(path), tr("begin a new one")};
  for (const auto& name : *names)
    if (const auto number = number_of(name)) folder.files[*number] = path + "/" + name;
  return folder;
}

/// Checks one record after the other and keeps what holds.
class Checker {
 public:
  explicit Checker(const Folder& folder) : folder_(folder) {}

  EvidenceChain run() && {
    for (const auto number : folder_.ledger.rebuilt)
      gap(number, "", say(tr("the ledger was lost and written anew at record {}"), number));
    for (uint64_t number = 1; number <= folder_.last(); ++number) check(number);
    if (!folder_.has_ledger && !folder_.files.empty())
      gap(folder_.last() + 1, "", tr("ledger.json is missing or damaged: removed records would not be seen"));
    chain_.head = before_.empty() && !chain_.records.empty() ? chain_.records.back().sha256 : before_;
    return std::move(chain_);
  }

 private:
  void gap(uint64_t number, std::string topic, std::string text) {
    chain_.gaps.push_back({number, std::move(topic), std::move(text)});
  }

  void check(uint64_t number) {
    const auto row = folder_.ledger.rows.find(number);
    const LedgerRow* told = row == folder_.ledger.rows.end() ? nullptr : &row->second;
    const auto topic = [told] { return told != nullptr ? told->topic : std::string(); };
    const auto file = folder_.files.find(number);
    if (file == folder_.files.end()) {
      before_.clear();
      return gap(number, topic(),
                 told != nullptr ? say(tr("record {} ({}) is missing"), number, told->topic)
                                 : say(tr("record {} is missing"), number));
    }
    const auto text = read_small_file(file->second, kMostRecordBytes);
    auto record = text ? read_evidence_json(*text, file->second) : Result<Evidence>(text.error());
    const std::string sum = text ? digest(*text) : std::string();
    const std::string before = std::exchange(before_, sum);
    if (!record) return gap(number, topic(), say(tr("record {} cannot be read: {}"), number, record.error().what));
    if (told != nullptr && told->sha256 != sum)
      return gap(number, topic(), say(tr("record {} ({}) was changed after it was written"), number, told->topic));
    if (told == nullptr && folder_.has_ledger && number <= folder_.ledger.last())
      return gap(number, "", say(tr("record {} was put in from outside"), number));
    if (record->number != number) return gap(number, "", say(tr("record {} bears another number"), number));
    if (!before.empty() && record->prev != before) lost_link(number);
    record->sha256 = sum;
    chain_.records.push_back(std::move(*record));
  }

  /// The record before is not the one that this one was written after.
  void lost_link(uint64_t number) {
    auto& records = chain_.records;
    if (!chain_.gaps.empty() && chain_.gaps.back().number == number - 1) return;  // known already
    const bool kept = !records.empty() && records.back().number == number - 1;
    gap(number - 1, kept ? topic_of(records.back()) : "",
        say(tr("record {} is not the one that record {} was written after"), number - 1, number));
    if (kept) records.pop_back();
  }

  const Folder& folder_;
  EvidenceChain chain_;
  std::string before_;
};

Result<Done> write_draft(const std::string& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file.get() < 0) return cannot(tr("cannot write this file"), path, errno);
  while (!text.empty()) {
    const ssize_t n = ::write(file.get(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return cannot(tr("cannot write this file"), path, n == 0 ? ENOSPC : errno);
    text.remove_prefix(static_cast<size_t>(n));
  }
  if (::fsync(file.get()) != 0) return cannot(tr("cannot write this file"), path, errno);
  return Done{};
}

/// Gives a draft its name unless the name is taken. Some filesystems have no links; there the rename may not replace.
Result<Done> put_in_place(const std::string& draft, const std::string& path) {
  if (::link(draft.c_str(), path.c_str()) == 0) return Done{};
  if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK)
    return cannot(tr("cannot write this file"), path, errno);
  if (::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0)
    return cannot(tr("cannot write this file"), path, errno);
  return Done{};
}

/// Both drafts are whole on the disk before the first of them is seen: a full disk leaves nothing.
Result<Done> commit(const std::string& folder, uint64_t number, const std::string& record, const std::string& ledger) {
  const std::string drafts[] = {folder + "/.record.draft", folder + "/.ledger.draft"};
  const auto remove_drafts = [&drafts] {
    for (const auto& draft : drafts) ::unlink(draft.c_str());
  };
  remove_drafts();  // of a process that died
  auto done = write_draft(drafts[0], record);
  if (done) done = write_draft(drafts[1], ledger);
  if (done) done = put_in_place(drafts[0], folder + "/" + name_of_record(number));
  if (done && ::rename(drafts[1].c_str(), (folder + "/ledger.json").c_str()) != 0)
    done = cannot(tr("cannot write this file"), folder + "/ledger.json", errno);
  remove_drafts();
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (done && directory.get() >= 0) ::fsync(directory.get());
  return done;
}

/// What the ledger has to say after records that it does not know yet: those of a process that died before it could
/// tell.
void adopt(Folder& folder, const EvidenceChain& chain) {
  if (!folder.has_ledger && !folder.files.empty()) folder.ledger.rebuilt.push_back(folder.last());
  for (const auto& record : chain.records)
    folder.ledger.rows.try_emplace(record.number, LedgerRow{topic_of(record), record.sha256});
}

}  // namespace

Result<EvidenceChain> read_evidence(const std::string& folder) {
  const auto seen = look(folder);
  if (!seen) return seen.error();
  return Checker(*seen).run();
}

Result<Evidence> add_evidence(const std::string& folder, Evidence record) {
  if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST)
    return cannot(tr("cannot make this folder"), folder, errno);
  const std::string lock = folder + "/lock";
  const Descriptor locked(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (locked.get() < 0) return cannot(tr("cannot write this file"), lock, errno);
  while (::flock(locked.get(), LOCK_EX) != 0)
    if (errno != EINTR) return cannot(tr("cannot lock this file"), lock, errno);
  auto seen = look(folder);
  if (!seen) return seen.error();
  if (seen->last() >= kMostRecords)
    return Problem{tr("this folder of evidence is full"), printable(folder), tr("begin a new one")};
  const auto chain = Checker(*seen).run();
  adopt(*seen, chain);
  record.number = seen->last() + 1;
  record.prev = chain.head;
  const std::string text = write_evidence_json(record);
  if (text.size() > kMostRecordBytes) return Problem{tr("this record is too large"), printable(folder), ""};
  // What could not be read again must not be written.
  if (const auto again = read_evidence_json(text, folder); !again) return again.error();
  record.sha256 = digest(text);
  seen->ledger.rows[record.number] = {topic_of(record), record.sha256};
  const auto done = commit(folder, record.number, text, write_ledger(seen->ledger));
  if (!done) return done.error();
  return record;
}

}  // namespace edgefit

#include "golden/shell.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "read/gguf_writer.h"

namespace fs = std::filesystem;

namespace edgefit::golden {

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

namespace {

/// 2026-11-25 00:00:00 UTC: the day of every golden report.
constexpr const char* kEpoch = "SOURCE_DATE_EPOCH=1795564800";
/// Files that no text editor writes: a small llama, the same cut off, and one of another format.
void write_generated(const fs::path& scratch) {
  const std::string tiny = edgefit::test::tiny_llama().file();
  write_file(scratch / "tiny.gguf", tiny);
  write_file(scratch / "cut.gguf", std::string_view(tiny).substr(0, tiny.size() / 2));
  write_file(scratch / "header-cut.gguf", std::string_view(tiny).substr(0, 200));
}

void fill_scratch(const fs::path& scratch, const fs::path& tests, const fs::path& folder, const fs::path& binary) {
  const auto deep = fs::copy_options::recursive;
  fs::copy(tests / "models", scratch / "models", deep);
  fs::copy(tests / "machines", scratch / "machines", deep);
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename();
    const bool result = name == "stdout" || name == "stderr" || name == "exit";
    if (name != "cmd" && !result) fs::copy(entry.path(), scratch / name, deep);
  }
  write_generated(scratch);
  fs::create_directory(scratch / ".bin");
  fs::create_symlink(fs::absolute(binary), scratch / ".bin" / "edgefit");
}

/// The same for everyone: no colour, no terminal, UTF-8, a fixed day. Sanitizers keep their settings.
std::vector<std::string> environment(const fs::path& scratch, const std::vector<std::string>& more) {
  std::vector<std::string> out = {"PATH=" + (scratch / ".bin").string() + ":/usr/bin:/bin", "HOME=" + scratch.string(),
                                  "TERM=dumb", kEpoch};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"}) {
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  }
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

/// In the child: never returns.
[[noreturn]] void become_shell(const fs::path& scratch, const std::string& command, const fs::path& results,
                               std::vector<std::string> variables) {
  const auto open_as = [](const std::string& path, int flags, int target) {
    if (const int fd = ::open(path.c_str(), flags, 0644); fd < 0 || ::dup2(fd, target) < 0) ::_exit(126);
  };
  open_as("/dev/null", O_RDONLY, STDIN_FILENO);
  open_as(results / "stdout", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  open_as(results / "stderr", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  if (::chdir(scratch.c_str()) != 0) ::_exit(126);
  std::vector<char*> pointers;
  for (auto& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  ::execle("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr), pointers.data());
  ::_exit(127);
}

int run_shell(const fs::path& scratch, const std::string& command, const fs::path& results,
              std::vector<std::string> variables) {
  const pid_t child = ::fork();
  if (child == 0) become_shell(scratch, command, results, std::move(variables));
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome run_in_shell(const fs::path& binary, const fs::path& tests, const std::string& name,
                     const std::vector<std::string>& variables) {
  const fs::path folder = tests / "golden" / name;
  std::string pattern = (fs::temp_directory_path() / "edgefit-golden-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
  const fs::path base = pattern, scratch = base / "box", results = base / "results";
  fs::create_directory(scratch);
  fs::create_directory(results);
  fill_scratch(scratch, tests, folder, binary);
  const int code = run_shell(scratch, read_file(folder / "cmd"), results, environment(scratch, variables));
  Outcome outcome{read_file(results / "stdout"), read_file(results / "stderr"), std::to_string(code) + "\n"};
  fs::remove_all(base);
  return outcome;
}

}  // namespace edgefit::golden

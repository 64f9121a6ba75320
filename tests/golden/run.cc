// golden_run BINARY TESTS CASE: runs TESTS/golden/CASE/cmd by a shell in a scratch folder that holds models/,
// machines/, generated GGUF files and the case's own files, and compares stdout, stderr and exit code with the
// case. EDGEFIT_UPDATE_GOLDEN=1 writes what came out instead.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "read/gguf_writer.h"

namespace fs = std::filesystem;

namespace {

/// 2026-11-25 00:00:00 UTC: the day of every golden report.
constexpr const char* kEpoch = "SOURCE_DATE_EPOCH=1795564800";
constexpr std::array<std::string_view, 3> kResults = {"stdout", "stderr", "exit"};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

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
std::vector<std::string> environment(const fs::path& scratch) {
  std::vector<std::string> out = {"PATH=" + (scratch / ".bin").string() + ":/usr/bin:/bin", "HOME=" + scratch.string(),
                                  "LC_ALL=C.UTF-8", "TERM=dumb", kEpoch};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"}) {
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  }
  return out;
}

/// In the child: never returns.
[[noreturn]] void become_shell(const fs::path& scratch, const std::string& command, const fs::path& results) {
  const auto open_as = [](const std::string& path, int flags, int target) {
    if (const int fd = ::open(path.c_str(), flags, 0644); fd < 0 || ::dup2(fd, target) < 0) ::_exit(126);
  };
  open_as("/dev/null", O_RDONLY, STDIN_FILENO);
  open_as(results / "stdout", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  open_as(results / "stderr", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  if (::chdir(scratch.c_str()) != 0) ::_exit(126);
  std::vector<std::string> variables = environment(scratch);
  std::vector<char*> pointers;
  for (auto& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  ::execle("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr), pointers.data());
  ::_exit(127);
}

int run_shell(const fs::path& scratch, const std::string& command, const fs::path& results) {
  const pid_t child = ::fork();
  if (child == 0) become_shell(scratch, command, results);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The first line that differs, with both texts around it.
void print_difference(std::string_view name, const std::string& expected, const std::string& actual) {
  size_t at = 0, line = 1;
  while (at < expected.size() && at < actual.size() && expected[at] == actual[at])
    line += expected[at++] == '\n' ? 1 : 0;
  std::printf("--- %.*s differs in line %zu. Expected:\n%s\n--- but was:\n%s\n", static_cast<int>(name.size()),
              name.data(), line, expected.c_str(), actual.c_str());
}

int run_case(const fs::path& binary, const fs::path& tests, const std::string& name) {
  const fs::path folder = tests / "golden" / name;
  std::string pattern = (fs::temp_directory_path() / "edgefit-golden-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return 2;
  const fs::path base = pattern, scratch = base / "box", results = base / "results";
  fs::create_directory(scratch);
  fs::create_directory(results);
  fill_scratch(scratch, tests, folder, binary);
  const int code = run_shell(scratch, read_file(folder / "cmd"), results);
  write_file(results / "exit", std::to_string(code) + "\n");

  const char* const update = std::getenv("EDGEFIT_UPDATE_GOLDEN");
  int failures = 0;
  for (const auto result : kResults) {
    const std::string actual = read_file(results / result), expected = read_file(folder / result);
    if (actual == expected && fs::exists(folder / result)) continue;
    if (update != nullptr && *update != '\0') {
      write_file(folder / result, actual);
    } else {
      print_difference(result, expected, actual);
      ++failures;
    }
  }
  fs::remove_all(base);
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: golden_run BINARY TESTS CASE\n");
    return 2;
  }
  return run_case(argv[1], argv[2], argv[3]);
}

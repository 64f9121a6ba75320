// One golden case: the real binary run by a shell in a scratch folder that holds models/, machines/, generated GGUF
// files and the case's own files. golden_run compares it with the case, german_run with what another language says.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace edgefit::golden {

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view text);

struct Outcome {
  std::string out, err, exit;  ///< what the files stdout, stderr and exit of the case hold
};
/// `variables`, such as "LC_ALL=C.UTF-8", come after the environment that all cases share.
Outcome run_in_shell(const std::filesystem::path& binary, const std::filesystem::path& tests, const std::string& name,
                     const std::vector<std::string>& variables);

}  // namespace edgefit::golden

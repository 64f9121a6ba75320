#include "read/modelfile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/limits.h"
#include "read/names.h"

namespace edgefit {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view next_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// Cuts the first word off `line`; upper and lower case are the same to Ollama.
std::string first_word(std::string_view& line) {
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string word = lower(line.substr(0, end));
  line = trimmed(line.substr(end));
  if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  return word;
}

/// TEMPLATE """ ... """ holds lines that are no instructions.
void skip_quoted(std::string_view line, std::string_view& rest) {
  const size_t open = line.find("\"\"\"");
  if (open == line.npos || line.find("\"\"\"", open + 3) != line.npos) return;
  const size_t close = rest.find("\"\"\"");
  rest.remove_prefix(close == rest.npos ? rest.size() : close + 3);
}

bool is_path(std::string_view from) {
  return from.starts_with('/') || from.starts_with("./") || from.starts_with("../") || from.ends_with(".gguf") ||
         from.ends_with(".bin");
}

}  // namespace

bool looks_like_modelfile(std::string_view head) {
  while (!head.empty()) {
    std::string_view line = next_line(head);
    if (line.empty() || line.starts_with('#')) continue;
    const std::string word = first_word(line);
    // "from x import y" is Python.
    return (word == "from" || word == "parameter") && !line.empty() && line.find(" import ") == line.npos;
  }
  return false;
}

Result<Model> read_modelfile(std::string_view text, const std::string& source) {
  Model model;
  const std::string file = printable(last_part(source));
  model.source = source;
  model.format = "modelfile";
  model.name = file;
  std::string from;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    skip_quoted(line, text);
    const std::string word = first_word(line);
    if (word == "from" && from.empty()) from = line;
    if (word == "adapter")
      model.warnings.push_back(
          fmt::format("{}: {} {}", file, tr("not counted: adapter"), printable(line.substr(0, 200))));
    if (word != "parameter") continue;
    double n = 0;
    if (first_word(line) == "num_ctx" && parse_count(line, n) && n >= 1 && n <= kMaxTokens)
      model.workload.context = {std::floor(n), {Origin::Kind::file, fmt::format("{}: num_ctx", file)}};
  }
  if (from.empty()) return Problem{tr("this Modelfile has no FROM"), printable(source), tr("add FROM ./model.gguf")};
  if (printable(from) != from)
    return Problem{tr("FROM holds letters that no file name should"), printable(source), tr("rename the file")};
  if (!is_path(from))
    return Problem{say(tr("FROM names a model of a registry, not a file: {}"), printable(from.substr(0, 200))),
                   printable(source),
                   tr("name the manifest in Ollama's store: models/manifests/registry.ollama.ai/library/NAME/TAG")};
  model.files.push_back(from);
  return model;
}

}  // namespace edgefit

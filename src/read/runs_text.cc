// Runs in text: llama-bench's Markdown table, and the timing lines of llama-server, llama-cli and ollama run --verbose.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/parse.h"
#include "edgefit/text.h"
#include "read/runs.h"

namespace edgefit {
namespace {

constexpr size_t kMostColumns = 64;

/// Digits with a point at the start of a text: "5342.12 +- 11.04".
std::optional<double> decimal_at(std::string_view text) {
  text = trim(text);
  size_t end = 0;
  while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.')) ++end;
  double out = 0, unit = 0;
  bool digits = false;
  for (const char c : text.substr(0, std::min<size_t>(end, 32))) {
    if (c == '.') {
      if (unit > 0) return std::nullopt;
      unit = 1;
      continue;
    }
    digits = true;
    out = out * 10 + (c - '0');
    unit *= 10;
  }
  if (!digits) return std::nullopt;
  return unit > 0 ? out / unit : out;
}

using Cells = std::vector<std::string_view>;

Cells cells_of(std::string_view line) {
  line = trim(line);
  if (!line.starts_with('|') || line.size() < 2) return {};
  line.remove_prefix(1);
  if (line.ends_with('|')) line.remove_suffix(1);
  Cells out = split(line, '|');
  return out.size() > kMostColumns ? Cells{} : out;
}

std::string_view cell(const Cells& header, const Cells& row, std::string_view name) {
  for (size_t i = 0; i < header.size() && i < row.size(); ++i)
    if (header[i] == name) return row[i];
  return {};
}

/// "pp512", "tg128 @ d4096"; nothing for tests of both.
bool read_test(std::string_view test, MeasuredRun& run) {
  const size_t at = test.find('@');
  if (at != std::string_view::npos) {
    const auto depth = trim(test.substr(at + 1));
    if (!depth.starts_with('d')) return false;
    run.depth = leading_number(depth.substr(1));
    if (!run.depth || *run.depth > kMostTokens) return false;
  } else {
    run.depth = 0;
  }
  const auto what = trim(test.substr(0, at));
  const auto tokens = what.size() > 2 ? to_number(what.substr(2)) : std::nullopt;
  if (!tokens || *tokens < 1 || *tokens > kMostTokens) return false;
  run.prefill = what.starts_with("pp");
  (run.prefill ? run.prompt : run.output) = *tokens;
  return run.prefill || what.starts_with("tg");
}

std::optional<MeasuredRun> run_of(const Cells& header, const Cells& row) {
  MeasuredRun run;
  run.source = "llama-bench";
  run.runtime = "llama.cpp";
  run.model = printable(cell(header, row, "model"));
  const auto speed = decimal_at(cell(header, row, "t/s"));
  if (!speed || !read_test(cell(header, row, "test"), run)) return std::nullopt;
  run.speed = {*speed};
  const auto text = cell(header, row, "t/s");
  constexpr std::string_view kPlusMinus = "\xC2\xB1";
  if (const size_t at = text.find(kPlusMinus); at != std::string_view::npos && *speed > 0) {
    if (const auto deviation = decimal_at(text.substr(at + kPlusMinus.size()))) run.deviation = *deviation / *speed;
  }
  Bytes bytes;
  if (parse_bytes(cell(header, row, "size"), bytes) && bytes.value > 0) run.weight_bytes = bytes;
  double parameters = 0;
  if (parse_count(cell(header, row, "params"), parameters) && parameters > 0) run.parameters = parameters;
  run.backend = backend_in(cell(header, row, "backend"));
  if (const auto layers = to_number(cell(header, row, "ngl")); layers && *layers <= 1e6) {
    run.gpu_layers = static_cast<int>(*layers);
    if (*layers == 0) run.backend = Backend::cpu;
  }
  run.batch = to_number(cell(header, row, "n_batch"));
  run.ubatch = to_number(cell(header, row, "n_ubatch"));
  run.kv_type = printable(cell(header, row, "type_k"));
  run.kv_type_v = printable(cell(header, row, "type_v"));
  if (const auto flash = to_number(cell(header, row, "fa"))) run.flash_attention = *flash > 0;
  return run;
}

/// "4.707087s", "130.079ms", "1m2.5s" as Go prints durations.
std::optional<double> go_seconds(std::string_view text) {
  struct UnitRow {
    std::string_view unit;
    double seconds;
  };
  // Longer names first: "ms" begins with "m".
  constexpr std::array kUnits = {UnitRow{"ms", 1e-3}, UnitRow{"\xC2\xB5s", 1e-6}, UnitRow{"us", 1e-6},
                                 UnitRow{"ns", 1e-9}, UnitRow{"h", 3600},         UnitRow{"m", 60},
                                 UnitRow{"s", 1}};
  text = trim(text);
  double out = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto number = decimal_at(text);
    const size_t digits = text.find_first_not_of("0123456789.");
    if (!number || digits == std::string_view::npos) return std::nullopt;
    text.remove_prefix(digits);
    const auto* unit =
        std::find_if(kUnits.begin(), kUnits.end(), [text](const auto& row) { return text.starts_with(row.unit); });
    if (unit == kUnits.end()) return std::nullopt;
    out += *number * unit->seconds;
    text.remove_prefix(unit->unit.size());
  }
  return out;
}

/// Timings of one answer as they come by, line by line.
struct Timings {
  std::optional<double> prompt, prompt_seconds, output, output_seconds;

  void flush(const char* source, const char* runtime, std::vector<MeasuredRun>& runs) {
    MeasuredRun run;
    run.source = source;
    run.runtime = runtime;
    if (prompt && prompt_seconds && *prompt_seconds > 0) {
      run.prefill = true;
      run.prompt = prompt;
      run.depth = 0;
      run.speed = {*prompt / *prompt_seconds};
      add_run(runs, run);
    }
    if (output && output_seconds && *output_seconds > 0) {
      run.prefill = false;
      run.prompt.reset();
      run.output = output;
      run.depth = prompt.value_or(0);
      run.speed = {*output / *output_seconds};
      add_run(runs, std::move(run));
    }
    *this = {};
  }
};

/// "     eval time =    4567.80 ms /   298 tokens (...": milliseconds and tokens after the word.
bool read_server_line(std::string_view line, std::string_view word, std::optional<double>& tokens,
                      std::optional<double>& seconds) {
  const size_t at = line.find(word);
  if (at == std::string_view::npos) return false;
  const auto after = line.substr(at + word.size());
  const size_t slash = after.find('/');
  if (slash == std::string_view::npos || after.find("ms") > slash) return false;
  const auto time = decimal_at(after);
  const auto count = leading_number(trim(after.substr(slash + 1)));
  if (!time || !count || *count > kMostTokens) return false;
  seconds = *time * 1e-3;
  tokens = count;
  return true;
}

}  // namespace

void take_bench_table(std::string_view text, std::vector<MeasuredRun>& runs) {
  Cells header;
  std::string build;
  const size_t first = runs.size();
  for (const auto line : split_lines(text)) {
    if (trim(line).starts_with("build:")) build = printable(trim(trim(line).substr(6)).substr(0, 64));
    const Cells row = cells_of(line);
    if (row.empty()) continue;
    if (std::find(row.begin(), row.end(), "t/s") != row.end()) {
      header = row;
      continue;
    }
    if (auto run = header.empty() ? std::nullopt : run_of(header, row)) add_run(runs, std::move(*run));
  }
  for (size_t i = first; i < runs.size(); ++i) runs[i].build = build;
}

void take_timing_lines(std::string_view text, std::vector<MeasuredRun>& runs) {
  Timings server, ollama;
  for (const auto line : split_lines(text)) {
    // "prompt eval time" first: "eval time" is in it too.
    if (line.find("prompt eval time =") != std::string_view::npos) {
      server.flush("llama-server", "llama.cpp", runs);
      read_server_line(line, "prompt eval time =", server.prompt, server.prompt_seconds);
    } else {
      read_server_line(line, " eval time =", server.output, server.output_seconds);
    }
    const auto pair = key_value(line, ':');
    if (!pair) continue;
    const auto [key, value] = *pair;
    if (key == "prompt eval count") {
      ollama.flush("ollama", "ollama", runs);
      ollama.prompt = leading_number(value);
    }
    if (key == "prompt eval duration") ollama.prompt_seconds = go_seconds(value);
    if (key == "eval count") ollama.output = leading_number(value);
    if (key == "eval duration") ollama.output_seconds = go_seconds(value);
  }
  server.flush("llama-server", "llama.cpp", runs);
  ollama.flush("ollama", "ollama", runs);
}

}  // namespace edgefit

#include "cli/output.h"

#include <fmt/format.h>
#include <langinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/error_text.h"
#include "cli/choices.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array<std::string_view, 3> kWhen = {"auto", "always", "never"};

bool locale_is_utf8() {
  return std::string_view(nl_langinfo(CODESET)) == "UTF-8";
}

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

/// --color, then NO_COLOR (any non-empty value, no-color.org), then FORCE_COLOR and CLICOLOR_FORCE, then the device.
bool wants_color(std::string_view flag) {
  if (flag != "auto") return flag == "always";
  if (is_set("NO_COLOR")) return false;
  if (is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE")) return true;
  const char* const terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

/// "text" is what people call the terminal's form.
const Form* find_form(const std::vector<Form>& forms, std::string_view word) {
  if (word == "text") word = "terminal";
  const auto at = std::find_if(forms.begin(), forms.end(),
                               [word](const Form& form) { return form.name == word || form.extension == word; });
  return at == forms.end() ? nullptr : &*at;
}

std::string list_of(const std::vector<Form>& forms) {
  std::string out;
  for (const auto& form : forms) out.append(out.empty() ? "" : ", ").append(form.name);
  return out;
}

/// Of a file name: by the longest extension that ends it. "case.json" is also the whole name of a file.
const Form* find_form_of_file(const std::vector<Form>& forms, std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  const Form* best = nullptr;
  for (const auto& form : forms) {
    const bool whole = file == form.extension && form.extension.find('.') != std::string_view::npos;
    const bool ends = whole || (file.size() > form.extension.size() + 1 && file.ends_with(form.extension) &&
                                file[file.size() - form.extension.size() - 1] == '.');
    if (ends && (best == nullptr || form.extension.size() > best->extension.size())) best = &form;
  }
  return best;
}

std::string_view extension_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const size_t dot = file.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : file.substr(dot + 1);
}

Problem unknown_form(std::string_view word, std::string_view flag, const std::vector<Form>& forms) {
  return {fmt::format(fmt::runtime(tr("unknown format '{}'")), word), std::string(flag),
          fmt::format(fmt::runtime(tr("formats are {}")), list_of(forms))};
}

Result<Done> write_file(const std::string& path, bool append, std::string_view text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), append ? "ae" : "we"),
                                                             std::fclose);
  const bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
                       std::fflush(file.get()) == 0;
  if (written) return Done{};
  return Problem{tr("cannot write the report"), fmt::format("{}: {}", path, error_text(errno)),
                 tr("check that the folder exists, may be written and has room")};
}

}  // namespace

const std::vector<Form>& text_and_json() {
  static const std::vector<Form> kForms = {{"terminal", "txt"}, {"json", "json"}};
  return kForms;
}

void declare_output(Flags& flags, OutputFlags& output, const std::vector<Form>& forms) {
  flags.heading(tr("Output"));
  flags.list("-o", output.files, "[FORM:]FILE", tr("also write a file, form by extension; repeats"));
  constexpr size_t kRoom = 50;  // columns beside a flag
  const std::string list = list_of(forms), sentence = fmt::format(fmt::runtime(tr("on stdout: {}")), list);
  flags.text("--format", output.format, "FORM", sentence.size() > kRoom ? list : sentence, [forms] {
    std::vector<std::string> names;
    for (const auto& form : forms) names.emplace_back(form.name);
    return names;
  });
  flags.text("--color", output.color, "WHEN", tr("auto, always or never"), names_of(kWhen));
}

Result<Outputs> Outputs::make(const OutputFlags& asked, std::vector<Form> forms) {
  if (std::find(kWhen.begin(), kWhen.end(), asked.color) == kWhen.end()) {
    return Problem{fmt::format(fmt::runtime(tr("unknown value '{}'")), asked.color), "--color",
                   tr("say auto, always or never")};
  }
  Outputs out;
  const Form* form = find_form(forms, asked.format);
  if (form == nullptr) return unknown_form(asked.format, "--format", forms);
  out.form_ = form->name;
  out.style_ = style_of_stdout(asked.color);
  for (const auto& file : asked.files) {
    const size_t colon = file.find(':');
    const Form* named =
        colon == std::string::npos ? nullptr : find_form(forms, std::string_view(file).substr(0, colon));
    const std::string path = named != nullptr ? file.substr(colon + 1) : file;
    const Form* chosen = named != nullptr ? named : find_form_of_file(forms, path);
    if (path.empty()) return Problem{tr("no file name"), "-o " + file, tr("write -o report.json")};
    if (chosen == nullptr) {
      Problem problem = unknown_form(extension_of(path), "-o " + file, forms);
      problem.hint += tr("; name one before the file: -o json:FILE");
      return problem;
    }
    out.files_.push_back({chosen->name, path, named != nullptr && named->name == "markdown"});
  }
  return out;
}

Result<Done> Outputs::write(const std::function<std::string(std::string_view form, const Style& style)>& render) const {
  Style plain = style_;
  plain.color = false;
  for (const auto& file : files_) {
    if (auto written = write_file(file.path, file.append, render(file.form, plain)); !written) return written;
  }
  return write_stdout(render(form_, style_));
}

Style style_of_stdout(std::string_view color) {
  return {wants_color(color), locale_is_utf8(), 80};
}

Result<Done> write_stdout(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EPIPE) {
      return Done{};
    } else if (errno != EINTR) {
      return Problem{tr("cannot write the report"), fmt::format("stdout: {}", error_text(errno)), ""};
    }
  }
  return Done{};
}

void print_problem(const Problem& problem) {
  std::string text = fmt::format(fmt::runtime(tr("error: {}")), printable(problem.what)) + "\n";
  if (!problem.where.empty()) text += fmt::format(fmt::runtime(tr("  in {}")), printable(problem.where)) + "\n";
  if (!problem.hint.empty()) text += fmt::format(fmt::runtime(tr("  hint: {}")), printable(problem.hint)) + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace edgefit

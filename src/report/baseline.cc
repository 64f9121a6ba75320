#include "edgefit/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/json.h"
#include "edgefit/text.h"
#include "report/reporters.h"

namespace edgefit {
namespace {

using Pointer = Json::json_pointer;

/// A plain value of an assessment that may move.
struct Watched {
  const char* part;
  const char* pointer;
  const char* title;
  const char* unit;  ///< empty for words
};
constexpr std::array kWatched = {
    Watched{"verdict", "/verdict", mark("verdict"), ""},
    Watched{"question", "/model/name", mark("model"), ""},
    Watched{"question", "/model/precision", mark("precision"), ""},
    Watched{"question", "/model/parameters", mark("parameters"), "1"},
    Watched{"question", "/model/weight_bytes", mark("weights"), "B"},
    Watched{"question", "/host/name", mark("box"), ""},
    Watched{"question", "/runtime/name", mark("engine"), ""},
    Watched{"question", "/runtime/release", mark("release of the engine"), ""},
    Watched{"question", "/runtime/backend", mark("backend"), ""},
    Watched{"question", "/workload/context", mark("context asked"), "tok"},
    Watched{"question", "/workload/sequences", mark("requests at once"), "1"},
    Watched{"question", "/workload/prompt_tokens", mark("prompt"), "tok"},
    Watched{"question", "/workload/output_tokens", mark("answer"), "tok"},
    Watched{"question", "/workload/depth", mark("depth"), "tok"},
    Watched{"question", "/workload/kv_type", mark("K cache"), ""},
    Watched{"question", "/workload/kv_type_v", mark("V cache"), ""},
    Watched{"question", "/placement/gpu_layers", mark("layers on the GPU"), "1"},
};
/// Estimates with a range.
constexpr std::array kSpeeds = {
    Watched{"speed", "/speed/time_to_first_token_seconds", mark("first token"), "s"},
    Watched{"speed", "/speed/decode_tokens_per_second", mark("each request"), "tok/s"},
    Watched{"speed", "/speed/decode_tokens_per_second_total", mark("all requests"), "tok/s"},
    Watched{"speed", "/speed/prefill_tokens_per_second", mark("prompt"), "tok/s"},
    Watched{"speed", "/speed/load_seconds", mark("loading"), "s"},
    Watched{"speed", "/speed/latency_seconds", mark("one inference"), "s"},
    Watched{"speed", "/speed/inferences_per_second", mark("inferences"), "1/s"},
};
constexpr std::array kSpeedWords = {
    Watched{"speed", "/speed/reason", mark("why no speed"), ""},
    Watched{"speed", "/speed/bound_by", mark("limited by"), ""},
};
constexpr std::array kLimits = {
    Watched{"limits", "/limits/max_context", mark("largest context"), "tok"},
    Watched{"limits", "/limits/max_sequences", mark("most requests"), "1"},
};
struct End {
  const char* key;
  const char* title;
};
constexpr std::array kEnds = {End{"value", ""}, End{"high", mark("at most")}, End{"low", mark("at least")}};

const Json* at(const Json& json, const std::string& pointer) {
  const Pointer path(pointer);
  return json.contains(path) ? &json.at(path) : nullptr;
}
std::optional<double> number_at(const Json& json, const std::string& pointer) {
  const Json* value = at(json, pointer);
  return value != nullptr && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}
std::string word_at(const Json& json, const std::string& pointer) {
  const Json* value = at(json, pointer);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

/// The members of a list by a word of theirs; a list of another shape is an empty one.
std::map<std::string, const Json*> by_word(const Json& json, const char* list, const char* key) {
  std::map<std::string, const Json*> out;
  const Json* items = at(json, list);
  if (items == nullptr || !items->is_array()) return out;
  for (const auto& item : *items) {
    if (const std::string word = word_at(item, std::string("/") + key); !word.empty()) out[word] = &item;
  }
  return out;
}

class Comparison {
 public:
  Comparison(const Json& old_one, const Json& new_one) : old_(old_one), new_(new_one) {
    live_ = is_live(old_) && is_live(new_);
  }

  std::vector<Move> run() {
    for (const auto& row : kWatched) plain(row);
    pools();
    speeds();
    for (const auto& row : kLimits) plain(row);
    checks();
    options();
    return std::move(moves_);
  }

 private:
  static bool is_live(const Json& json) {
    const Json* pools = at(json, "/memory");
    return pools != nullptr && pools->is_array() && std::any_of(pools->begin(), pools->end(), [](const Json& pool) {
             return word_at(pool, "/have_basis") == name_of(HaveBasis::free_now);
           });
  }

  /// Free memory of a running box is never twice the same.
  bool moved(std::optional<double> was, std::optional<double> now, bool follows_free_memory) const {
    if (!was || !now) return was.has_value() != now.has_value();
    const double least = live_ && follows_free_memory ? 0.01 * std::abs(*was) : 0;
    return std::abs(*now - *was) > least;
  }

  void plain(const Watched& row) {
    const std::string_view pointer = row.pointer;
    Move move{row.part, std::string(pointer.substr(pointer.rfind('/') + 1)), tr(row.title), row.unit, {}, {}, {}, {}};
    move.was = number_at(old_, row.pointer);
    move.now = number_at(new_, row.pointer);
    move.was_word = word_at(old_, row.pointer);
    move.now_word = word_at(new_, row.pointer);
    const bool limit = move.part == "limits";
    if (moved(move.was, move.now, limit) || move.was_word != move.now_word) moves_.push_back(std::move(move));
  }

  /// One row for a value with its range: the value, or the end that moved alone.
  void estimate(Move move, const Json& old_one, const Json& new_one, const std::string& pointer) {
    for (const auto& end : kEnds) {
      move.was = number_at(old_one, pointer + "/" + end.key);
      move.now = number_at(new_one, pointer + "/" + end.key);
      if (!moved(move.was, move.now, false)) continue;
      if (*end.title != '\0') {
        move.what += std::string(".") + end.key;
        move.title += std::string(", ") + tr(end.title);
      }
      moves_.push_back(std::move(move));
      return;
    }
  }

  void speeds() {
    constexpr std::string_view kTotal = "/speed/decode_tokens_per_second_total";
    const auto alone = [](const Json& json) { return number_at(json, "/workload/sequences").value_or(1) == 1; };
    for (const auto& row : kSpeeds) {
      if (row.pointer == kTotal && alone(old_) && alone(new_)) continue;  // says the same as each request
      estimate({row.part,
                std::string(row.pointer).substr(std::string_view("/speed/").size()),
                tr(row.title),
                row.unit,
                {},
                {},
                {},
                {}},
               old_, new_, row.pointer);
    }
    for (const auto& row : kSpeedWords) plain(row);
  }

  void pools() {
    const auto before = by_word(old_, "/memory", "pool"), after = by_word(new_, "/memory", "pool");
    static const Json kNone = Json::object();
    auto all = before;
    all.insert(after.begin(), after.end());
    for (const auto& [id, any] : all) {
      const Json& was = before.contains(id) ? *before.at(id) : kNone;
      const Json& now = after.contains(id) ? *after.at(id) : kNone;
      estimate({"memory", id + ".need", fmt::format("{} {}", printable(id), tr("needs")), "B", {}, {}, {}, {}}, was,
               now, "/need");
      Move have{"memory", id + ".have", fmt::format("{} {}", printable(id), tr("has")), "B", {}, {}, {}, {}};
      have.was = number_at(was, "/have");
      have.now = number_at(now, "/have");
      if (moved(have.was, have.now, true)) moves_.push_back(std::move(have));
    }
  }

  void checks() {
    const auto before = by_word(old_, "/checks", "id"), after = by_word(new_, "/checks", "id");
    auto all = after;
    all.insert(before.begin(), before.end());
    for (const auto& [id, any] : all) {
      Move move{"checks", id, fmt::format("{} {}", printable(id), printable(word_at(*any, "/title"))), "", {}, {},
                {},       {}};
      if (before.contains(id)) move.was_word = word_at(*before.at(id), "/verdict");
      if (after.contains(id)) move.now_word = word_at(*after.at(id), "/verdict");
      if (move.was_word != move.now_word) moves_.push_back(std::move(move));
    }
  }

  /// An option is the same when it makes the same changes, wherever it stands in the list.
  static std::map<std::string, std::string> verdicts_of_options(const Json& json) {
    std::map<std::string, std::string> out;
    const Json* options = at(json, "/options");
    if (options == nullptr || !options->is_array()) return out;
    for (const auto& option : *options) {
      const Json* changes = at(option, "/changes");
      if (changes == nullptr || !changes->is_array()) continue;
      std::string text;
      for (const auto& change : *changes) {
        const double quantity = number_at(change, "/quantity").value_or(1);
        text += fmt::format("{}{} {}", text.empty() ? "" : " + ", word_at(change, "/op"), word_at(change, "/what"));
        if (quantity != 1) text += fmt::format(" {:g}x", quantity);
        if (const std::string to = word_at(change, "/to"); !to.empty()) text += " " + to;
      }
      out[text] = word_at(option, "/verdict");
    }
    return out;
  }

  void options() {
    const auto before = verdicts_of_options(old_), after = verdicts_of_options(new_);
    auto all = before;
    all.insert(after.begin(), after.end());
    for (const auto& [text, any] : all) {
      Move move{"options", text, printable(text), "", {}, {}, {}, {}};
      if (before.contains(text)) move.was_word = before.at(text);
      if (after.contains(text)) move.now_word = after.at(text);
      if (move.was_word != move.now_word) moves_.push_back(std::move(move));
    }
  }

  const Json& old_;
  const Json& new_;
  bool live_ = false;
  std::vector<Move> moves_;
};

}  // namespace

Result<Moves> moved_since(std::string_view old_json, const std::string& where, const Answer& answer) {
  const auto old_one = parse_json(old_json, where);
  if (!old_one) return old_one.error();
  const char* hint = tr("edgefit assess MODEL -o old.json writes a baseline");
  if (!old_one->is_object() || word_at(*old_one, "/format") != "edgefit.assessment") {
    return Problem{tr("this is no assessment: \"format\" is not \"edgefit.assessment\""), where, hint};
  }
  if (!word_at(*old_one, "/format_version").starts_with("1.")) {
    return Problem{tr("this assessment needs another edgefit: \"format_version\" is not 1.x"), where, hint};
  }
  const auto new_one = parse_json(render_json(answer, {}), {});
  if (!new_one) return new_one.error();
  Moves out;
  out.old_as_of = word_at(*old_one, "/as_of");
  out.old_edgefit = word_at(*old_one, "/edgefit");
  out.old_verdict = word_at(*old_one, "/verdict");
  out.list = Comparison(*old_one, *new_one).run();
  return out;
}

}  // namespace edgefit

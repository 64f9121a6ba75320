#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <unordered_set>
#include <vector>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {

namespace {

/// Walks over the text and tells the handler how far the parser has come, for line and column.
struct Walker {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at = nullptr;
  const char** furthest = nullptr;

  reference operator*() const { return *at; }
  Walker& operator++() {
    *furthest = ++at;
    return *this;
  }
  Walker operator++(int) {
    Walker old = *this;
    ++*this;
    return old;
  }
  bool operator==(const Walker& other) const { return at == other.at; }
  bool operator!=(const Walker& other) const { return at != other.at; }
};

/// Builds the value bottom-up and stops at the first limit or duplicate key.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(JsonLimits limits) : limits_(limits) {}

  Json root;
  std::string what, hint;
  bool parser_failed = false;
  size_t parser_position = 0;

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(number_integer_t value) override { return add(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(Json(value)); }
  bool number_float(number_float_t value, const string_t&) override { return add(Json(value)); }
  bool string(string_t& value) override { return add(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }

  bool start_object(size_t) override { return open(Json::object()); }
  bool start_array(size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (!open_.back().keys.insert(name).second) {
      what = say(tr("duplicate key \"{}\""), printable(name.substr(0, 80)));
      hint = tr("remove one of them");
      return false;
    }
    open_.back().key = std::move(name);
    return true;
  }

  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    parser_failed = true;
    parser_position = position;
    what = say(tr("not valid JSON: {}"), reason(error.what()));
    return false;
  }

 private:
  /// An object or array that is not closed yet.
  struct Level {
    Json value;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  // The library's text is "[id] parse error at line 1, column 2: syntax error while parsing value - invalid
  // literal; last read: '...'"; only the part between is kept, the rest may echo a hostile file.
  static std::string reason(std::string_view text) {
    for (std::string_view before : {"syntax error while parsing ", "] "})
      if (const size_t at = text.find(before); at != text.npos) {
        text.remove_prefix(at + before.size());
        break;
      }
    text = text.substr(0, text.find("; last read"));
    return printable(text.substr(0, 160));
  }

  bool count() {
    if (++values_ <= limits_.values) return true;
    what = say(tr("too many values ({})"), limits_.values);
    return false;
  }

  void place(Json&& value) {
    if (open_.empty()) {
      root = std::move(value);
      return;
    }
    Level& level = open_.back();
    // The ordered map is a vector of pairs; keys are known to be new, so its linear search is not needed.
    if (level.value.is_object()) {
      level.value.get_ref<Json::object_t&>().emplace_back(std::move(level.key), std::move(value));
    } else {
      level.value.get_ref<Json::array_t&>().push_back(std::move(value));
    }
  }

  bool add(Json&& value) {
    if (!count()) return false;
    place(std::move(value));
    return true;
  }

  bool open(Json&& value) {
    if (!count()) return false;
    if (open_.size() >= limits_.depth) {
      what = say(tr("nested too deep ({})"), limits_.depth);
      return false;
    }
    open_.push_back({std::move(value), {}, {}});
    return true;
  }

  bool close() {
    Json value = std::move(open_.back().value);
    open_.pop_back();
    place(std::move(value));
    return true;
  }

  JsonLimits limits_;
  size_t values_ = 0;
  std::vector<Level> open_;
};

/// Of the character before `position`: the last one that the parser looked at.
std::string line_and_column(std::string_view text, size_t position) {
  const std::string_view before = text.substr(0, std::min(position > 0 ? position - 1 : 0, text.size()));
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("{}:{}", lines + 1, before.size() - start + 1);
}

}  // namespace

Result<Json> parse_json(std::string_view text, const std::string& where, JsonLimits limits) {
  Builder builder(limits);
  const char* furthest = text.data();
  try {
    const Walker first{text.data(), &furthest}, last{text.data() + text.size(), &furthest};
    if (Json::sax_parse(first, last, &builder)) return std::move(builder.root);
  } catch (const std::exception& error) {
    builder.what = say(tr("not valid JSON: {}"), printable(error.what()));
  }
  const size_t position = builder.parser_failed ? builder.parser_position : static_cast<size_t>(furthest - text.data());
  return Problem{builder.what, fmt::format("{}:{}", printable(where), line_and_column(text, position)), builder.hint};
}

const Json& member(const Json& json, const char* key) {
  static const Json kNothing;
  if (!json.is_object()) return kNothing;
  const auto at = json.find(key);
  return at == json.end() ? kNothing : *at;
}

const Json& items(const Json& json) {
  static const Json kNone = Json::array();
  return json.is_array() ? json : kNone;
}

std::string text_at(const Json& json, const char* key) {
  const Json& value = member(json, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<double> number_at(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
  return value.get<double>();
}

}  // namespace edgefit

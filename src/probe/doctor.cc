#include "probe/doctor.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/host_fields.h"
#include "probe/host_words.h"

namespace edgefit {
namespace {

std::string text_of_value(double value) {
  return fmt::format("{:.17g}", value);
}
template <class U>
std::string text_of_value(Quantity<U> value) {
  return fmt::format("{:.17g} {}", value.value, kUnitName<U>);
}
std::string text_of_value(const std::string& value) {
  return printable(value);
}
std::string text_of_value(const std::vector<std::string>& values) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : " ") + printable(value);
  return out;
}

/// A visitor that sorts facts by the source they come from.
class Sources {
 public:
  template <class T, class... Rest>
  void leaf(const char* key, const Fact<T>& fact, Rest...) {
    const std::string name = path_ + key;
    if (fact)
      said_[printable(fact.origin.text)].push_back(
          fmt::format("{} = {} [{}]", name, text_of_value(*fact), confidence_of(fact.origin.kind)));
    else
      gaps_.push_back(name + ": " + printable(fact.why));
  }
  template <class T>
  void number(const char* key, const Fact<T>& fact, FactRange) {
    leaf(key, fact);
  }
  template <class T>
  void version(const char* key, const Fact<T>& fact, FactRange) {
    leaf(key, fact);
  }
  template <class Enum, class Find>
  void word(const char* key, Enum value, const char* (*name)(Enum), Find) {
    said_[kNone].push_back(path_ + key + " = " + name(value));
  }
  void plain(const char* key, const std::string& text) {
    if (!text.empty()) said_[kNone].push_back(path_ + key + " = " + printable(text));
  }
  template <class List>
  void pairs(const char* key, const List& list) {
    for (const auto& [name, value] : list) said_[kNone].push_back(path_ + key + "." + printable(name + " = " + value));
  }
  void words(const char*, const std::vector<std::string>&) {}
  void whole(const char*, int) {}
  void bytes(const char*, Bytes) {}
  template <class Visit>
  void object(const char* key, Visit visit) {
    inside(std::string(key) + ".", visit);
  }
  template <class Item, class Visit>
  void list(const char* key, const std::vector<Item>& items, Visit visit) {
    for (size_t i = 0; i < items.size(); ++i) inside(fmt::format("{}[{}].", key, i), [&] { visit(items[i]); });
  }

  std::string text() const {
    std::string out;
    for (const auto& [source, lines] : said_) {
      out += "\n" + (source.empty() ? std::string("(found by comparing sources)") : source) + "\n";
      for (const auto& line : lines) out += "  " + line + "\n";
    }
    out += "\nnot known\n";
    for (const auto& gap : gaps_) out += "  " + gap + "\n";
    return out;
  }

 private:
  static constexpr const char* kNone = "";
  template <class Visit>
  void inside(const std::string& step, Visit visit) {
    const size_t length = path_.size();
    path_ += step;
    visit();
    path_.resize(length);
  }
  std::string path_;
  std::map<std::string, std::vector<std::string>> said_;
  std::vector<std::string> gaps_;
};

}  // namespace

std::string doctor_text(const Host& host, const Vendors& vendors) {
  std::string out = fmt::format("edgefit probe --doctor {} {}\n", mode_word(host.mode), printable(host.taken));
  for (const auto& [name, version] : host.tools) out += "  " + printable(name + " " + version) + "\n";
  for (const auto* inquiry : vendors.inquiries()) {
    if (inquiry->outcome() == Inquiry::Outcome::nobody_asked) continue;
    out += "\nanswer of " + inquiry->source() + "\n";
    const auto text = inquiry->recorded();
    for (const auto line : split_lines(text)) {
      out += " ";
      for (const auto field : split(line, '\t')) out += " " + printable(field);
      out += "\n";
    }
  }
  Sources sources;
  visit_machine(sources, host);
  visit_devices(sources, host);
  out += sources.text();
  out += "\nsources that disagree\n";
  for (const auto& c : host.conflicts)
    out += "  " + printable(fmt::format("{}: {} against {}, used {}", c.fact, c.first, c.second, c.used)) + "\n";
  out += "\ncalls that failed\n";
  for (const auto& e : host.errors)
    out += "  " + printable(fmt::format("{}: {} {} {}", e.source, e.call, e.code, e.text)) + "\n";
  return out;
}

}  // namespace edgefit

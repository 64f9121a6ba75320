#include "audit/service_unit.h"

#include <algorithm>
#include <map>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

// systemd.unit(5), in the order in which they win.
constexpr const char* kFolders[] = {"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
                                    "/usr/lib/systemd/system", "/lib/systemd/system"};

/// Secrets stand in Environment= lines; whoever reads them sees that they are set.
std::string without_secrets(std::string_view text) {
  std::string out;
  for (const auto line : split_lines(text)) {
    const auto small = lower(line);
    const bool secret = small.find("key=") != std::string::npos || small.find("token=") != std::string::npos ||
                        small.find("password=") != std::string::npos || small.find("secret=") != std::string::npos;
    const auto end = secret ? line.rfind('=') + 1 : line.size();
    out += std::string(line.substr(0, end)) + (secret ? "***" : "") + "\n";
  }
  return out;
}

void read_settings(std::string_view text, ServiceUnit& unit) {
  bool service = false;
  std::string joined;
  for (auto line : split_lines(text)) {
    joined += trim(line);
    if (joined.ends_with('\\')) {
      joined.back() = ' ';
      continue;
    }
    std::string whole;
    whole.swap(joined);
    if (whole.empty() || whole.starts_with('#') || whole.starts_with(';')) continue;
    if (whole.starts_with('[')) {
      service = whole == "[Service]";
      continue;
    }
    const auto pair = key_value(whole, '=');
    if (!service || !pair) continue;
    const std::string key(pair->first);
    if (pair->second.empty())
      std::erase_if(unit.settings, [&](const auto& setting) { return setting.first == key; });
    else
      unit.settings.emplace_back(key, std::string(pair->second));
  }
}

void add_file(const Box& box, const std::string& path, ServiceUnit& unit) {
  const auto& text = box.read(path, without_secrets);
  if (text.access == Access::denied) unit.access = Access::denied;
  read_settings(*text, unit);
}

}  // namespace

std::string ServiceUnit::last(std::string_view key) const {
  const auto values = all(key);
  return values.empty() ? std::string() : values.back();
}

std::vector<std::string> ServiceUnit::all(std::string_view key) const {
  std::vector<std::string> values;
  for (const auto& [name, value] : settings)
    if (name == key) values.push_back(value);
  return values;
}

ServiceUnit read_unit(const Box& box, const std::string& name) {
  ServiceUnit unit;
  for (const char* folder : kFolders) {
    const std::string path = std::string(folder) + "/" + name;
    const Access access = box.access(path);
    if (access == Access::absent) continue;
    unit.access = access;
    unit.path = path;
    add_file(box, path, unit);
    break;
  }
  if (unit.path.empty()) return unit;
  std::map<std::string, std::string> drop_ins;  // by name: the first folder wins
  for (const char* folder : kFolders) {
    const std::string place = std::string(folder) + "/" + name + ".d";
    const auto& names = box.list(place);
    if (names.access == Access::denied) unit.access = Access::denied;
    for (const auto& file : *names)
      if (file.ends_with(".conf")) drop_ins.try_emplace(file, place + "/" + file);
  }
  for (const auto& [file, path] : drop_ins) add_file(box, path, unit);
  return unit;
}

std::string environment_words(std::string_view line) {
  std::string out;
  char quote = 0;
  bool any = false;
  for (const char c : line) {
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
      any = true;
    } else if (quote == 0 && (c == ' ' || c == '\t')) {
      if (any) out += '\0';
      any = false;
    } else {
      out += c;
      any = true;
    }
  }
  if (any) out += '\0';
  return out;
}

}  // namespace edgefit

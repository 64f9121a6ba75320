#include <fmt/format.h>

#include <algorithm>

#include "base/parse.h"
#include "edgefit/text.h"
#include "probe/child.h"
#include "probe/topology.h"

namespace edgefit {
namespace {

constexpr int kDeadlineMs = 2000;
constexpr std::string_view kNothing = "-";  // stands for an empty word

/// The numbers of a line from word 1 on; 0 where there is none.
class Numbers {
 public:
  explicit Numbers(const std::vector<std::string_view>& line) : line_(line) {}
  double at(size_t i) const { return i < line_.size() ? to_number(line_[i]).value_or(0) : 0; }
  int whole(size_t i) const { return static_cast<int>(std::clamp(at(i), -1.0, 2147483647.0)); }
  unsigned hex(size_t i) const {
    return static_cast<unsigned>(i < line_.size() ? to_hex(line_[i]).value_or(0) & 0xffff : 0);
  }
  std::string word(size_t i) const {
    return i < line_.size() && line_[i] != kNothing ? std::string(line_[i]) : std::string();
  }

 private:
  const std::vector<std::string_view>& line_;
};

std::string_view word_or_nothing(const std::string& word) {
  return word.empty() ? kNothing : std::string_view(word);
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

}  // namespace

std::string topology_text(const Topology& t) {
  std::string out = fmt::format("hwloc {} {}\ncounts {} {} {} {}\n", t.api, t.runtime, t.packages, t.cores,
                                t.allowed_packages, t.allowed_cores);
  for (const auto& pu : t.pus)
    out += fmt::format("pu {} {} {} {}\n", pu.os_index, pu.core, pu.package, pu.allowed ? 1 : 0);
  for (const auto& node : t.nodes)
    out += fmt::format("node {} {:.0f} {} {} {} {:.0f} {:.12f}\n", node.os_index, node.bytes, node.pus,
                       node.allowed ? 1 : 0, word_or_nothing(node.subtype), node.read_bandwidth, node.read_latency);
  for (const auto& cache : t.caches)
    out += fmt::format("cache {} {:.0f} {} {} {}\n", cache.level, cache.size.value, cache.count, cache.shared_by,
                       word_or_nothing(cache.type));
  const auto infos = [&](const auto& list) {
    for (const auto& [key, value] : list) out += fmt::format("info\t{}\t{}\n", one_line(key), one_line(value));
  };
  infos(t.infos);
  for (const auto& device : t.devices) {
    out += fmt::format("device {} {:x} {:x} {:x}\n", device.bdf, device.class_code, device.vendor, device.device);
    infos(device.infos);
  }
  return out;
}

Topology parse_topology(std::string_view text) {
  Topology t;
  for (const auto line : split_lines(text)) {
    const auto parts = words(line);
    if (parts.empty()) continue;
    const Numbers n(parts);
    if (parts[0] == "hwloc") {
      t.api = n.word(1);
      t.runtime = n.word(2);
    } else if (parts[0] == "counts") {
      t.packages = n.whole(1);
      t.cores = n.whole(2);
      t.allowed_packages = n.whole(3);
      t.allowed_cores = n.whole(4);
    } else if (parts[0] == "pu") {
      t.pus.push_back({n.whole(1), n.whole(2), n.whole(3), n.at(4) != 0});
    } else if (parts[0] == "node") {
      t.nodes.push_back({n.whole(1), n.at(2), n.word(5), n.whole(3), n.at(4) != 0, n.at(6), n.at(7)});
    } else if (parts[0] == "cache") {
      t.caches.push_back({n.whole(1), n.word(5), Bytes{n.at(2)}, n.whole(3), n.whole(4)});
    } else if (parts[0] == "device") {
      t.devices.push_back({n.word(1), n.hex(2), n.hex(3), n.hex(4), {}});
    } else if (parts[0] == "info") {
      // Infos of the machine come first, those of a device follow it.
      const auto fields = split(line, '\t');
      auto& infos = t.devices.empty() ? t.infos : t.devices.back().infos;
      if (fields.size() == 3) infos.emplace_back(fields[1], fields[2]);
    }
  }
  return t;
}

Result<Topology> read_topology(const Root& root, const std::string& xml) {
  if (root.live() && xml.empty()) return load_topology(root);
  auto child = Child::start(
      [&](const Child::Write& write) {
        const auto topology = load_topology(root, xml);
        if (!topology) return write("problem\t" + topology.error().what + "\t" + topology.error().where);
        const auto text = topology_text(*topology);
        for (const auto line : split_lines(text)) write(std::string(line));
      },
      kDeadlineMs);
  if (!child) return child.error();
  const auto text = child->finish();
  if (!text)
    return Problem{say(tr("hwloc cannot read this: it {}"), text.error().what), xml.empty() ? root.prefix() : xml, {}};
  if (const auto problem = split(trim(*text), '\t'); problem.size() == 3 && problem[0] == "problem")
    return Problem{std::string(problem[1]), std::string(problem[2]), {}};
  return parse_topology(*text);
}

}  // namespace edgefit

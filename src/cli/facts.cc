#include "cli/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "cli/flags.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

/// "60", "60GB/s", "55.9 GiB/s": a bare number counts in GB/s, as vendors do.
std::optional<BytesPerSecond> parse_bandwidth(std::string text) {
  if (text.ends_with("/s")) text.resize(text.size() - 2);
  double number = 0;
  Bytes bytes;
  if (!text.empty() && text.find_first_not_of("0123456789.") == std::string::npos && parse_count(text, number)) {
    bytes.value = number * 1e9;
  } else if (!parse_bytes(text, bytes)) {
    return std::nullopt;
  }
  return bytes.value > 0 ? std::optional(BytesPerSecond{bytes.value}) : std::nullopt;
}

bool set_size(Fact<Bytes>& fact, const std::string& value, const Origin& origin) {
  Bytes size;
  if (!parse_bytes(value, size) || size.value < 1) return false;
  fact = {size, origin};
  return true;
}

/// A count or a measure whose unit may be typed: "2", "750W", "300 mm".
bool set_number(double& number, std::string text, std::string_view unit, double least) {
  if (!unit.empty() && lower(text).ends_with(unit)) text.resize(text.size() - unit.size());
  while (text.ends_with(' ')) text.pop_back();
  return parse_count(text, number) && number >= least;
}

bool set_count(Fact<double>& fact, const std::string& value, const Origin& origin) {
  double number = 0;
  if (!set_number(number, value, "", 0) || number != std::floor(number) || number > 1000) return false;
  fact = {number, origin};
  return true;
}

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words(1);
  for (const char c : list) {
    if (c == ',') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

/// Each row states one fact; false when the value does not parse.
struct FactRow {
  std::string_view key;
  const char* example;
  bool (*state)(Host& host, const std::string& value, const Origin& origin);
};
constexpr std::array kFacts = {
    FactRow{"memory.peak_bandwidth", "--fact memory.peak_bandwidth=60GB/s",
            [](Host& host, const std::string& value, const Origin& origin) {
              const auto bandwidth = parse_bandwidth(value);
              if (bandwidth) host.memory.peak_bandwidth = {*bandwidth, origin};
              return bandwidth.has_value();
            }},
    FactRow{"memory.os_total", "--fact memory.os_total=64GiB",
            [](Host& host, const std::string& value, const Origin& origin) {
              Memory& memory = host.memory;
              if (!set_size(memory.os_total, value, origin)) return false;
              const bool limited = memory.limit && *memory.limit < *memory.os_total;
              memory.usable = limited ? memory.limit : memory.os_total;
              memory.usable_sure = Fact<Bytes>::unknown(tr("stated by the user"));
              return true;
            }},
    FactRow{"memory.available", "--fact memory.available=48GiB",
            [](Host& host, const std::string& value, const Origin& origin) {
              host.memory.usable_sure = Fact<Bytes>::unknown(tr("stated by the user"));
              return set_size(host.memory.available, value, origin);
            }},
    FactRow{"memory.slots_free", "--fact memory.slots_free=2",
            [](Host& host, const std::string& value, const Origin& origin) {
              return set_count(host.memory.slots_free, value, origin);
            }},
    FactRow{"memory.type", "--fact memory.type=\"DDR5 UDIMM\"",
            [](Host& host, const std::string& value, const Origin& origin) {
              host.memory.module_type = {value, origin};
              return true;
            }},
    FactRow{"slots.free", "--fact slots.free=1",
            [](Host& host, const std::string& value, const Origin& origin) {
              return set_count(host.chassis.free_slots, value, origin);
            }},
    FactRow{"psu.watts", "--fact psu.watts=750",
            [](Host& host, const std::string& value, const Origin& origin) {
              double watts = 0;
              if (!set_number(watts, value, "w", 1)) return false;
              host.chassis.psu = {Watts{watts}, origin};
              return true;
            }},
    FactRow{"gpu.max_length", "--fact gpu.max_length=300",
            [](Host& host, const std::string& value, const Origin& origin) {
              double length = 0;
              if (!set_number(length, value, "mm", 1)) return false;
              host.chassis.gpu_length = {length, origin};
              return true;
            }},
    FactRow{"gpu.shared_max", "--fact gpu.shared_max=56GiB",
            [](Host& host, const std::string& value, const Origin& origin) {
              bool any = false;
              for (Gpu& gpu : host.gpus) any = (gpu.pool == "ram" && set_size(gpu.shared_max, value, origin)) || any;
              return any;
            }},
    FactRow{"cpu.isa", "--fact cpu.isa=avx2,fma",
            [](Host& host, const std::string& value, const Origin& origin) {
              host.cpu.isa = {words_of(lower(value)), origin};
              return true;
            }},
    FactRow{"disk.free", "--fact disk.free=200GiB",
            [](Host& host, const std::string& value, const Origin& origin) {
              if (host.storage.empty()) host.storage.push_back({".", {}, {}, {}, {}, {}});
              return set_size(host.storage.front().free, value, origin);
            }},
};

}  // namespace

Result<Done> state_fact(Host& host, const std::string& typed) {
  const size_t equals = typed.find('=');
  const std::string key = lower(typed.substr(0, equals));
  const std::string value = equals == std::string::npos ? std::string() : typed.substr(equals + 1);
  const auto* row = std::find_if(kFacts.begin(), kFacts.end(), [&key](const FactRow& fact) { return fact.key == key; });
  if (row == kFacts.end()) {
    std::vector<std::string_view> keys;
    std::string all = tr("facts are");
    for (const auto& fact : kFacts) {
      keys.push_back(fact.key);
      all.append(" ").append(fact.key);
    }
    const std::string near = did_you_mean(key, keys);
    return Problem{fmt::format(fmt::runtime(tr("unknown fact '{}'")), key), "--fact", near.empty() ? all : near};
  }
  if (!value.empty() && row->state(host, value, {Origin::Kind::user, "--fact " + typed})) return Done{};
  return Problem{fmt::format(fmt::runtime(tr("bad value '{}'")), value), "--fact " + key,
                 fmt::format(fmt::runtime(tr("write it like {}")), row->example)};
}

std::vector<std::string> fact_keys() {
  std::vector<std::string> out;
  for (const auto& fact : kFacts) out.push_back(std::string(fact.key) + "=");
  return out;
}

}  // namespace edgefit

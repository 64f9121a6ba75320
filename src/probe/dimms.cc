#include "probe/dimms.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "edgefit/text.h"
#include "probe/parse.h"

namespace edgefit {
namespace {

constexpr size_t kMaxSlots = 1024;
const Origin kFirmware{Origin::Kind::firmware, kUdevDmi};

/// Transfers a second that exist of each type (JEDEC); half of it is a clock in MHz that firmware gave instead.
struct SpeedRange {
  std::string_view type;
  double low, high;
};
constexpr SpeedRange kSpeedRanges[] = {{"DDR3", 800, 2133},    {"DDR4", 1600, 3200},   {"DDR5", 3200, 8800},
                                       {"LPDDR3", 800, 2133},  {"LPDDR4", 1600, 4267}, {"LPDDR5", 3200, 9600},
                                       {"LPDDR4X", 1600, 4267}, {"LPDDR5X", 3200, 9600}};

using Properties = std::map<std::string_view, std::string_view>;

Fact<double> speed(const Properties& values, std::string_view key, const std::string& type) {
  const auto at = values.find(key);
  const auto mts = at == values.end() ? std::nullopt : to_number(at->second);
  if (!mts || *mts <= 0) return Fact<double>::unknown(tr("firmware gives no speed"));
  Fact<double> fact = {*mts, kFirmware};
  for (const auto& range : kSpeedRanges) {
    if (type != range.type || (*mts >= range.low && *mts <= range.high)) continue;
    if (2 * *mts < range.low || 2 * *mts > range.high)
      return Fact<double>::unknown(say(tr("firmware gives {} MT/s, which {} does not have"), *mts, type));
    fact = {2 * *mts, {Origin::Kind::derived, std::string(kUdevDmi) + ": twice the clock"}};
  }
  return fact;
}

Dimm make_dimm(const Properties& values) {
  const auto text = [&](std::string_view key) {
    const auto at = values.find(key);
    return at == values.end() ? std::string() : std::string(at->second);
  };
  Dimm dimm;
  dimm.locator = text("LOCATOR");
  if (const auto bank = text("BANK_LOCATOR"); !bank.empty()) dimm.locator += (dimm.locator.empty() ? "" : " ") + bank;
  const auto size = to_number(text("SIZE"));
  dimm.size = size && *size > 0 ? Fact<Bytes>(Bytes{*size}, kFirmware)
                                : Fact<Bytes>::unknown(tr("firmware gives no size"));
  const auto type = text("TYPE");
  dimm.type = type.empty() ? Fact<std::string>::unknown(tr("firmware gives no type")) : Fact<std::string>(type, kFirmware);
  dimm.rated_mts = speed(values, "SPEED_MTS", type);
  dimm.configured_mts = speed(values, "CONFIGURED_SPEED_MTS", type);
  const auto width = to_number(text("DATA_WIDTH"));
  dimm.width_bits = width && *width > 0 && *width <= 1024 ? Fact<double>(*width, kFirmware)
                                                          : Fact<double>::unknown(tr("firmware gives no width"));
  return dimm;
}

/// Letters and digits after `word` in upper-case text, one separator skipped: "CHANNEL B" gives "B".
std::string token_after(std::string_view text, std::string_view word) {
  const auto at = text.find(word);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + word.size());
  if (!text.empty() && !std::isalnum(static_cast<unsigned char>(text[0]))) text.remove_prefix(1);
  const auto end = std::find_if(text.begin(), text.end(), [](unsigned char c) { return !std::isalnum(c); });
  return {text.begin(), end};
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Socket, controller and channel in the words that boards use; empty when the text names no channel.
std::string channel_token(std::string locator) {
  std::transform(locator.begin(), locator.end(), locator.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string place;
  for (const auto word : {"CPU", "PROC", "SOCKET", "NODE", "CONTROLLER"})
    if (const auto token = token_after(locator, word); !token.empty()) place += std::string(word) + token + "/";
  for (const auto word : words(locator))  // "P1-DIMMA1", "P0 CHANNEL B"
    if (word.size() >= 2 && word[0] == 'P' && is_digit(word[1]) && (word.size() == 2 || !is_digit(word[2])))
      place += std::string(word.substr(0, 2)) + "/";
  // "ChannelA-DIMM0", "P0 CHANNEL B", "Controller1-ChannelA"
  if (const auto token = token_after(locator, "CHANNEL"); !token.empty()) return place + token;
  // "DIMM_A1", "P1-DIMMA1", "DIMMB2": the letter is the channel, the digit the slot in it
  const auto dimm = token_after(locator, "DIMM");
  if (dimm.size() == 2 && is_letter(dimm[0]) && is_digit(dimm[1])) return place + dimm[0];
  return {};
}

/// Dell's "A1".."A12": the letter is the processor; the first slots of each are one a channel, so that up to four
/// modules a processor sit in channels of their own.
std::string dell_token(const std::string& locator) {
  const auto name = words(locator);
  if (name.empty() || name[0].size() != 2 || !is_letter(name[0][0]) || name[0][1] < '1' || name[0][1] > '4') return {};
  return std::string(name[0]);
}

bool soldered(const Dimm& dimm) {
  return dimm.type && dimm.type->starts_with("LPDDR");
}

}  // namespace

DimmTable parse_udev_dmi(std::string_view text) {
  DimmTable table;
  std::map<int, Properties> devices;
  std::string_view ecc;
  bool array_seen = false;
  for (const auto line : split_lines(text)) {
    if (!line.starts_with("E:MEMORY_")) continue;
    const auto pair = key_value(line.substr(9), '=');
    if (!pair) continue;
    auto [key, value] = *pair;
    if (key.starts_with("ARRAY_")) array_seen = true;
    if (key == "ARRAY_EC_TYPE") ecc = value;
    if (!key.starts_with("DEVICE_")) continue;
    key.remove_prefix(7);
    const auto index = leading_number(key);
    const auto under = key.find('_');
    if (!index || under == std::string_view::npos || *index >= static_cast<double>(kMaxSlots)) continue;
    devices[static_cast<int>(*index)][key.substr(under + 1)] = value;
  }
  const char* why = text.empty() ? tr("this system shows no SMBIOS memory table without root")
                                 : tr("firmware lists no memory modules");
  if (devices.empty()) {
    table.slots = Fact<double>::unknown(why);
    table.ecc = Fact<std::string>::unknown(why);
    return table;
  }
  table.slots = {static_cast<double>(devices.size()), kFirmware};
  if (array_seen || !ecc.empty())
    table.ecc = {ecc.empty() ? "none" : std::string(ecc), kFirmware};
  else
    table.ecc = Fact<std::string>::unknown(tr("firmware does not tell"));
  for (const auto& [index, values] : devices) {
    const auto present = values.find("PRESENT");
    if (present == values.end() || present->second != "0") table.dimms.push_back(make_dimm(values));
  }
  return table;
}

Channels channels_of(std::vector<Dimm>& dimms) {
  const char* remedy = "--fact memory.peak_bandwidth=GB/s";
  const auto unknown = [&](const char* why) {
    return Channels{Fact<double>::unknown(why), Fact<BytesPerSecond>::unknown(why, remedy)};
  };
  if (dimms.empty()) return unknown(tr("firmware does not list the memory modules"));
  const bool dell = std::none_of(dimms.begin(), dimms.end(), [](const Dimm& d) { return !channel_token(d.locator).empty(); });
  std::set<std::string> seen;
  double bytes_per_second = 0;
  bool speed_known = true;
  for (size_t i = 0; i < dimms.size(); ++i) {
    Dimm& dimm = dimms[i];
    // Soldered memory is listed device by device, each with its own part of the bus.
    std::string token = soldered(dimm) ? "device " + std::to_string(i)
                        : dell         ? dell_token(dimm.locator)
                                       : channel_token(dimm.locator);
    if (token.empty()) return unknown(tr("slot names do not tell the memory channels apart"));
    dimm.channel = {token, {Origin::Kind::derived, kUdevDmi}};
    if (!seen.insert(token).second) continue;
    const auto& mts = dimm.configured_mts ? dimm.configured_mts : dimm.rated_mts;
    if (mts && dimm.width_bits)
      bytes_per_second += *dimm.width_bits / 8 * *mts * 1e6;
    else
      speed_known = false;
  }
  Channels out;
  out.count = {static_cast<double>(seen.size()), {Origin::Kind::derived, kUdevDmi}};
  out.peak_bandwidth = speed_known
                           ? Fact<BytesPerSecond>(BytesPerSecond{bytes_per_second},
                                                  {Origin::Kind::derived, "SMBIOS: channels x width x transfers a second"})
                           : Fact<BytesPerSecond>::unknown(tr("firmware gives no speed of the modules"), remedy);
  return out;
}

}  // namespace edgefit

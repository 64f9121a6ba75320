#include "probe/dimms.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/parse.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr size_t kMaxSlots = 1024;

/// Transfers a second that exist of each type (JEDEC); half of it is a clock in MHz that firmware gave instead.
struct SpeedRange {
  std::string_view type;
  double low, high;
};
constexpr SpeedRange kSpeedRanges[] = {{"DDR3", 800, 2133},     {"DDR4", 1600, 3200},   {"DDR5", 3200, 8800},
                                       {"LPDDR3", 800, 2133},   {"LPDDR4", 1600, 4267}, {"LPDDR5", 3200, 9600},
                                       {"LPDDR4X", 1600, 4267}, {"LPDDR5X", 3200, 9600}};

using Properties = std::map<std::string_view, std::string_view>;

Fact<double> speed(const Properties& values, std::string_view key, const std::string& type, const Origin& origin) {
  const auto at = values.find(key);
  const auto mts = at == values.end() ? std::nullopt : to_number(at->second);
  if (!mts || *mts <= 0) return Fact<double>::unknown(tr("firmware gives no speed"));
  Fact<double> fact = {*mts, origin};
  for (const auto& range : kSpeedRanges) {
    if (type != range.type || (*mts >= range.low && *mts <= range.high)) continue;
    if (2 * *mts < range.low || 2 * *mts > range.high)
      return Fact<double>::unknown(say(tr("firmware gives {} MT/s, which {} does not have"), *mts, type));
    fact = {2 * *mts, {Origin::Kind::derived, origin.text + ": twice the clock"}};
  }
  return fact;
}

/// udev prints these words where firmware leaves a field open or newer than udev itself.
bool tells(std::string_view word) {
  return !word.empty() && word != "Unknown" && word != "Other" && word != "<OUT OF SPEC>";
}

Dimm make_dimm(const Properties& values, const Origin& origin) {
  const auto text = [&](std::string_view key) {
    const auto at = values.find(key);
    return at == values.end() ? std::string() : std::string(at->second);
  };
  Dimm dimm;
  dimm.locator = text("LOCATOR");
  if (const auto bank = text("BANK_LOCATOR"); !bank.empty()) dimm.locator += (dimm.locator.empty() ? "" : " ") + bank;
  const auto size = to_number(text("SIZE"));
  dimm.size =
      size && *size > 0 ? Fact<Bytes>(Bytes{*size}, origin) : Fact<Bytes>::unknown(tr("firmware gives no size"));
  const auto type = text("TYPE");
  dimm.type = tells(type) ? Fact<std::string>(type, origin) : Fact<std::string>::unknown(tr("firmware gives no type"));
  dimm.rated_mts = speed(values, "SPEED_MTS", type, origin);
  dimm.configured_mts = speed(values, "CONFIGURED_SPEED_MTS", type, origin);
  const auto width = to_number(text("DATA_WIDTH"));
  dimm.width_bits = width && *width > 0 && *width <= 1024 ? Fact<double>(*width, origin)
                                                          : Fact<double>::unknown(tr("firmware gives no width"));
  return dimm;
}

/// What udev calls a form factor (SMBIOS 3.7, 7.18.1) and detail (7.18.3), and how a shop calls the module.
struct FormRow {
  std::string_view form, detail;  ///< an empty detail fits any
  const char* name;
};
constexpr FormRow kForms[] = {{"DIMM", "LRDIMM", "LRDIMM"},
                              {"DIMM", "Registered (Buffered)", "RDIMM"},
                              {"DIMM", "Unbuffered (Unregistered)", "UDIMM"},
                              {"DIMM", "", "DIMM"},
                              {"SODIMM", "", "SODIMM"},
                              {"CAMM", "", "CAMM2"},
                              {"Row Of Chips", "", "soldered"},
                              {"Chip", "", "soldered"},
                              {"TSOP", "", "soldered"},
                              {"Die", "", "soldered"}};

/// "DDR5 UDIMM"; empty when firmware leaves the type or the form open, as virtual machines do.
std::string module_type(const Properties& values) {
  const auto text = [&](std::string_view key) {
    const auto at = values.find(key);
    return at == values.end() ? std::string_view() : at->second;
  };
  const auto type = text("TYPE"), form = text("FORM_FACTOR"), detail = text("TYPE_DETAIL");
  if (!type.starts_with("DDR") && !type.starts_with("LPDDR")) return {};
  for (const auto& row : kForms)
    if (form == row.form && detail.find(row.detail) != std::string_view::npos)
      return std::string(type) + " " + row.name;
  return {};
}

/// Modules that keep their contents take a slot but are no main memory (SMBIOS 3.7, 7.18.2 and 7.18.6).
bool is_persistent(const Properties& values) {
  const auto type = values.find("TYPE"), technology = values.find("MEMORY_TECHNOLOGY");
  return (type != values.end() && (type->second == "Logical non-volatile device" || type->second == "Flash")) ||
         (technology != values.end() && technology->second == "Intel Optane DC persistent memory");
}

Fact<std::string> common_type(const std::set<std::string>& types, const Origin& origin) {
  if (types.size() > 1)
    return Fact<std::string>::unknown(tr("the modules are of different types"), "--fact memory.type=\"DDR5 UDIMM\"");
  if (types.empty() || types.begin()->empty())
    return Fact<std::string>::unknown(tr("firmware gives no type and form of the modules"),
                                      "--fact memory.type=\"DDR5 UDIMM\"");
  return {*types.begin(), origin};
}

bool has_check_bits(const Properties& values) {
  const auto total = values.find("TOTAL_WIDTH"), data = values.find("DATA_WIDTH");
  if (total == values.end() || data == values.end()) return false;
  return to_number(total->second).value_or(0) > to_number(data->second).value_or(0);
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

/// What a slot's name tells: the channel itself, or a letter and a number whose meaning depends on the board.
struct SlotName {
  std::string place;    ///< socket and controller, when named
  std::string channel;  ///< "A" of "ChannelA-DIMM0"
  char letter = 0;      ///< "A" of "DIMM_A1" or "A1"
  int number = 0;
};

SlotName parse_slot_name(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  SlotName slot;
  for (const auto word : {"CPU", "PROC", "SOCKET", "NODE", "CONTROLLER"})
    if (const auto token = token_after(name, word); !token.empty()) slot.place += std::string(word) + token + "/";
  const auto parts = words(name);
  for (const auto word : parts)  // "P1-DIMMA1", "P0 CHANNEL B"
    if (word.size() >= 2 && word[0] == 'P' && is_digit(word[1]) && (word.size() == 2 || !is_digit(word[2])))
      slot.place += std::string(word.substr(0, 2)) + "/";
  slot.channel = token_after(name, "CHANNEL");
  auto bare = token_after(name, "DIMM");
  if (bare.empty() && !parts.empty()) bare = parts[0];
  const auto number =
      bare.size() > 1 && is_letter(bare[0]) ? to_number(std::string_view(bare).substr(1)) : std::nullopt;
  if (number && *number >= 1 && *number <= 99) {
    slot.letter = bare[0];
    slot.number = static_cast<int>(*number);
  }
  return slot;
}

/// The channel of a slot; empty when the names do not tell. `slots` = the largest number behind any letter.
/// Up to three slots: "A1", "B2" is a channel and the slot in it (desktops). From eight on the letter is the processor
/// (Dell's A1..A12), whose slots 1 to 4 lie in channels of their own. Between, both kinds of boards exist.
std::string channel_token(const SlotName& slot, int slots) {
  if (!slot.channel.empty()) return slot.place + slot.channel;
  if (slot.letter == 0) return {};
  if (slots <= 3) return slot.place + slot.letter;
  if (slots >= 8 && slot.number <= 4) return slot.place + slot.letter + std::to_string(slot.number);
  return {};
}

bool soldered(const Dimm& dimm) {
  return dimm.type && dimm.type->starts_with("LPDDR");
}

}  // namespace

DimmTable parse_udev_dmi(std::string_view text, const std::string& source) {
  const Origin firmware{Origin::Kind::firmware, source};
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
    table.slots_free = Fact<double>::unknown(why, "--fact memory.slots_free=N");
    table.module_type = Fact<std::string>::unknown(why, "--fact memory.type=\"DDR5 UDIMM\"");
    table.ecc = Fact<std::string>::unknown(why);
    return table;
  }
  table.slots = {static_cast<double>(devices.size()), firmware};
  const bool checked =
      std::any_of(devices.begin(), devices.end(), [](const auto& device) { return has_check_bits(device.second); });
  const bool widths = std::any_of(devices.begin(), devices.end(),
                                  [](const auto& device) { return device.second.contains("TOTAL_WIDTH"); });
  if (tells(ecc) && widths && !checked)  // what the board can do, not what these modules do
    table.ecc = Fact<std::string>::unknown(tr("firmware names an error correction that the modules have no bits for"));
  else if (array_seen && (ecc.empty() || tells(ecc)))
    table.ecc = {ecc.empty() ? "none" : std::string(ecc), firmware};
  else if (checked)
    table.ecc = {"ECC", {Origin::Kind::derived, source + ": total width above data width"}};
  else
    table.ecc = Fact<std::string>::unknown(tr("firmware does not tell"));
  std::set<std::string> types;
  size_t persistent = 0;
  for (const auto& [index, values] : devices) {
    const auto present = values.find("PRESENT");
    Dimm dimm = make_dimm(values, firmware);
    table.slot_names.push_back(dimm.locator);
    if (present != values.end() && present->second == "0") continue;
    if (is_persistent(values)) {
      ++persistent;
      continue;
    }
    table.dimms.push_back(std::move(dimm));
    types.insert(module_type(values));
  }
  table.slots_free = {static_cast<double>(devices.size() - table.dimms.size() - persistent), firmware};
  table.module_type = common_type(types, firmware);
  return table;
}

Fact<BytesPerSecond> peak_of_channels(const std::vector<Dimm>& dimms, double channels, const std::string& counted_by) {
  const char* remedy = "--fact memory.peak_bandwidth=GB/s";
  if (dimms.empty()) return Fact<BytesPerSecond>::unknown(tr("firmware does not list the memory modules"), remedy);
  double slowest = 0;
  for (const auto& dimm : dimms) {
    const auto& mts = dimm.configured_mts ? dimm.configured_mts : dimm.rated_mts;
    if (!mts || !dimm.width_bits)
      return Fact<BytesPerSecond>::unknown(tr("firmware gives no speed of the modules"), remedy);
    const double bytes = *dimm.width_bits / 8 * *mts * 1e6;
    slowest = slowest > 0 ? std::min(slowest, bytes) : bytes;
  }
  const double count = std::min(channels, static_cast<double>(dimms.size()));
  Fact<BytesPerSecond> peak = {BytesPerSecond{count * slowest},
                               {Origin::Kind::derived, counted_by + ": channels x the slowest module"}};
  peak.why = tr("slot names do not tell which module is in which channel");
  return peak;
}

Channels channels_of(std::vector<Dimm>& dimms, const std::vector<std::string>& slot_names) {
  const char* remedy = "--fact memory.peak_bandwidth=GB/s";
  const auto unknown = [&](const char* why) {
    return Channels{Fact<double>::unknown(why), Fact<BytesPerSecond>::unknown(why, remedy)};
  };
  if (dimms.empty()) return unknown(tr("firmware does not list the memory modules"));
  int slots = 0;
  for (const auto& name : slot_names) slots = std::max(slots, parse_slot_name(name).number);
  std::set<std::string> seen;
  double bytes_per_second = 0;
  bool speed_known = true;
  for (size_t i = 0; i < dimms.size(); ++i) {
    Dimm& dimm = dimms[i];
    // Soldered memory is listed device by device, each with its own part of the bus.
    const std::string token =
        soldered(dimm) ? "device " + std::to_string(i) : channel_token(parse_slot_name(dimm.locator), slots);
    if (token.empty()) return unknown(tr("slot names do not tell the memory channels apart"));
    dimm.channel = {token, {Origin::Kind::derived, "SMBIOS: slot names"}};
    if (!seen.insert(token).second) continue;
    const auto& mts = dimm.configured_mts ? dimm.configured_mts : dimm.rated_mts;
    if (mts && dimm.width_bits)
      bytes_per_second += *dimm.width_bits / 8 * *mts * 1e6;
    else
      speed_known = false;
  }
  Channels out;
  out.count = {static_cast<double>(seen.size()), {Origin::Kind::derived, "SMBIOS: slot names"}};
  out.peak_bandwidth =
      speed_known ? Fact<BytesPerSecond>(BytesPerSecond{bytes_per_second},
                                         {Origin::Kind::derived, "SMBIOS: channels x width x transfers a second"})
                  : Fact<BytesPerSecond>::unknown(tr("firmware gives no speed of the modules"), remedy);
  return out;
}

}  // namespace edgefit

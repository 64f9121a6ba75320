// Which JSON key fills which member of a row. The build-time generator, the run-time loader and the tests all walk
// these tables, so a new column is one line here, in the row and in the schema.
#pragma once

#include <cmath>
#include <span>
#include <string_view>
#include <variant>

#include "edgefit/catalog.h"
#include "edgefit/text.h"

namespace edgefit {

enum class Presence : uint8_t { optional, required };

/// One column of a table, in the order in which the row declares its members.
template <class Row>
struct RowColumn {
  std::string_view key;
  std::variant<std::string_view Row::*, Maybe Row::*, std::span<const double> Row::*> member;
  Presence presence = Presence::optional;
  std::span<const std::string_view> words = {};  ///< the only texts that may stand here, when not empty
};

inline constexpr std::string_view kSoldWords[] = {"new", "used", "discontinued", "part_of_system"};
inline constexpr std::string_view kBuyWords[] = {"card", "module", "system", "chip"};
inline constexpr std::string_view kPartKinds[] = {"ram", "ssd", "psu"};
inline constexpr std::string_view kPriceKinds[] = {mark_in("price", "list"), mark_in("price", "street"),
                                                   mark_in("price", "offer"), mark_in("price", "used")};

/// One number of a group in a runtime file: JSON unit x `scale` is the unit of the member.
template <class Row>
struct NumberColumn {
  std::string_view key;
  double Row::*member;
  double scale = 1;
  Presence presence = Presence::optional;
};
using BackendColumn = NumberColumn<BackendProfile>;

inline constexpr RowColumn<AcceleratorRow> kAcceleratorColumns[] = {
    {"key", &AcceleratorRow::key, Presence::required},
    {"vendor", &AcceleratorRow::vendor, Presence::required},
    {"name", &AcceleratorRow::name, Presence::required},
    {"kind", &AcceleratorRow::kind, Presence::required},
    {"arch", &AcceleratorRow::arch},
    {"chip", &AcceleratorRow::chip},
    {"compute_cap", &AcceleratorRow::compute_cap},
    {"gfx", &AcceleratorRow::gfx},
    {"memory_gib", &AcceleratorRow::memory_gib},
    {"memory_type", &AcceleratorRow::memory_type},
    {"bandwidth_gbs", &AcceleratorRow::bandwidth_gbs},
    {"fp32_tflops", &AcceleratorRow::fp32_tflops},
    {"fp16_vector_tflops", &AcceleratorRow::fp16_vector_tflops},
    {"fp16_dense_tflops", &AcceleratorRow::fp16_dense_tflops},
    {"fp16_acc16_dense_tflops", &AcceleratorRow::fp16_acc16_dense_tflops},
    {"bf16_dense_tflops", &AcceleratorRow::bf16_dense_tflops},
    {"fp8_dense_tflops", &AcceleratorRow::fp8_dense_tflops},
    {"fp4_dense_tflops", &AcceleratorRow::fp4_dense_tflops},
    {"int8_dense_tops", &AcceleratorRow::int8_dense_tops},
    {"int4_dense_tops", &AcceleratorRow::int4_dense_tops},
    {"sm_or_cu", &AcceleratorRow::sm_or_cu},
    {"boost_mhz", &AcceleratorRow::boost_mhz},
    {"l2_mib", &AcceleratorRow::l2_mib},
    {"tdp_w", &AcceleratorRow::tdp_w},
    {"bus", &AcceleratorRow::bus},
    {"form_factor", &AcceleratorRow::form_factor},
    {"length_mm", &AcceleratorRow::length_mm},
    {"pci_ids", &AcceleratorRow::pci_ids},
    {"msrp_usd", &AcceleratorRow::msrp_usd},
    {"msrp_year", &AcceleratorRow::msrp_year},
    {"year", &AcceleratorRow::year},
    {"notes", &AcceleratorRow::notes},
    {"source", &AcceleratorRow::source, Presence::required},
    {"tier", &AcceleratorRow::tier, Presence::required},
    {"as_of", &AcceleratorRow::as_of, Presence::required},
    {"memory_options_gib", &AcceleratorRow::memory_options_gib},
    {"usable_gib", &AcceleratorRow::usable_gib},
    {"sold", &AcceleratorRow::sold, Presence::optional, kSoldWords},
    {"buy_as", &AcceleratorRow::buy_as, Presence::optional, kBuyWords},
    {"cooling", &AcceleratorRow::cooling},
};

inline constexpr RowColumn<CpuRow> kCpuColumns[] = {
    {"key", &CpuRow::key, Presence::required},
    {"name", &CpuRow::name, Presence::required},
    {"vendor", &CpuRow::vendor, Presence::required},
    {"cores", &CpuRow::cores},
    {"threads", &CpuRow::threads},
    {"mem_type", &CpuRow::mem_type},
    {"channels_64bit", &CpuRow::channels_64bit},
    {"max_mts", &CpuRow::max_mts},
    {"peak_gbs", &CpuRow::peak_gbs},
    {"avx2", &CpuRow::avx2},
    {"avx512", &CpuRow::avx512},
    {"vnni", &CpuRow::vnni},
    {"amx", &CpuRow::amx},
    {"sve_bits", &CpuRow::sve_bits},
    {"tdp_w", &CpuRow::tdp_w},
    {"year", &CpuRow::year},
    {"max_sockets", &CpuRow::max_sockets},
    {"notes", &CpuRow::notes},
    {"source", &CpuRow::source, Presence::required},
    {"as_of", &CpuRow::as_of, Presence::required},
};

inline constexpr RowColumn<SystemRow> kSystemColumns[] = {
    {"key", &SystemRow::key, Presence::required},
    {"name", &SystemRow::name, Presence::required},
    {"type", &SystemRow::type, Presence::required},
    {"accelerator_key", &SystemRow::accelerator_key},
    {"accel_count", &SystemRow::accel_count},
    {"memory_gib", &SystemRow::memory_gib},
    {"memory_type", &SystemRow::memory_type},
    {"bandwidth_gbs", &SystemRow::bandwidth_gbs},
    {"cpu", &SystemRow::cpu},
    {"power_w_max", &SystemRow::power_w_max},
    {"form_factor", &SystemRow::form_factor},
    {"price_usd", &SystemRow::price_usd},
    {"price_date", &SystemRow::price_date},
    {"price_kind", &SystemRow::price_kind, Presence::optional, kPriceKinds},
    {"price_source", &SystemRow::price_source},
    {"tier", &SystemRow::tier, Presence::required},
    {"notes", &SystemRow::notes},
    {"as_of", &SystemRow::as_of, Presence::required},
    {"memory_options_gib", &SystemRow::memory_options_gib},
    {"memory_max_gib", &SystemRow::memory_max_gib},
    {"price_low_usd", &SystemRow::price_low_usd},
    {"price_high_usd", &SystemRow::price_high_usd},
    {"source", &SystemRow::source, Presence::required},
    {"sold", &SystemRow::sold, Presence::optional, kSoldWords},
    {"buy_as", &SystemRow::buy_as, Presence::optional, kBuyWords},
};

inline constexpr RowColumn<PartRow> kPartColumns[] = {
    {"key", &PartRow::key, Presence::required},
    {"kind", &PartRow::kind, Presence::required, kPartKinds},
    {"name", &PartRow::name, Presence::required},
    {"memory_type", &PartRow::memory_type},
    {"form_factor", &PartRow::form_factor},
    {"memory_gib", &PartRow::memory_gib},
    {"modules", &PartRow::modules},
    {"speed_mts", &PartRow::speed_mts},
    {"ecc", &PartRow::ecc},
    {"disk_gb", &PartRow::disk_gb},
    {"pcie_generation", &PartRow::pcie_generation},
    {"watts", &PartRow::watts},
    {"sold", &PartRow::sold, Presence::optional, kSoldWords},
    {"buy_as", &PartRow::buy_as, Presence::optional, kBuyWords},
    {"notes", &PartRow::notes},
    {"source", &PartRow::source, Presence::required},
    {"tier", &PartRow::tier, Presence::required},
    {"as_of", &PartRow::as_of, Presence::required},
};

inline constexpr RowColumn<PriceRow> kPriceColumns[] = {
    {"item", &PriceRow::item, Presence::required},
    {"low", &PriceRow::low, Presence::required},
    {"high", &PriceRow::high, Presence::required},
    {"currency", &PriceRow::currency, Presence::required},
    {"kind", &PriceRow::kind, Presence::required, kPriceKinds},
    {"as_of", &PriceRow::as_of, Presence::required},
    {"source", &PriceRow::source, Presence::required},
    {"notes", &PriceRow::notes},
    {"supplier", &PriceRow::supplier},
    {"quantity", &PriceRow::quantity},
};

inline constexpr RowColumn<RateRow> kRateColumns[] = {
    {"currency", &RateRow::currency, Presence::required},
    {"usd", &RateRow::usd, Presence::required},
    {"source", &RateRow::source, Presence::required},
    {"as_of", &RateRow::as_of, Presence::required},
};

/// Members of "memory" in a backend of a runtime file. A rule without SM dependence leaves the slopes out.
inline constexpr BackendColumn kMemoryColumns[] = {
    {"low_mib", &BackendProfile::runtime_low, kMiB, Presence::required},
    {"low_mib_per_sm", &BackendProfile::runtime_low_per_sm, kMiB},
    {"typical_mib", &BackendProfile::runtime_typical, kMiB, Presence::required},
    {"typical_mib_per_sm", &BackendProfile::runtime_typical_per_sm, kMiB},
    {"high_mib", &BackendProfile::runtime_high, kMiB, Presence::required},
    {"high_mib_per_sm", &BackendProfile::runtime_high_per_sm, kMiB},
    {"typical_cc9_mib", &BackendProfile::runtime_typical_cc9, kMiB},
    {"shared_share", &BackendProfile::shared_share, 1},
    {"shared_share_large", &BackendProfile::shared_share_large, 1},
    {"shared_large_gib", &BackendProfile::shared_large, kGiB},
};

/// Members of "speed" in a backend of a runtime file.
inline constexpr BackendColumn kSpeedColumns[] = {
    {"bandwidth_efficiency", &BackendProfile::bandwidth_efficiency, 1, Presence::required},
    {"microseconds_per_layer", &BackendProfile::seconds_per_layer, 1e-6, Presence::required},
    {"moe_extra", &BackendProfile::moe_extra, 1, Presence::required},
    {"kv_read_factor", &BackendProfile::kv_read_factor, 1, Presence::required},
    {"decode_compute_factor", &BackendProfile::decode_compute_factor, 1, Presence::required},
    {"decode_compute_factor_cc6", &BackendProfile::decode_compute_factor_cc6},
    {"split_exponent", &BackendProfile::split_exponent},
    {"compute_efficiency", &BackendProfile::compute_efficiency, 1, Presence::required},
    {"compute_efficiency_cc6", &BackendProfile::compute_efficiency_cc6},
    {"compute_efficiency_cc7", &BackendProfile::compute_efficiency_cc7},
    {"compute_efficiency_cc12", &BackendProfile::compute_efficiency_cc12},
    {"prefill_microseconds_per_layer", &BackendProfile::prefill_seconds_per_layer, 1e-6, Presence::required},
    {"compute_efficiency_vnni", &BackendProfile::compute_efficiency_vnni},
    {"half_accumulation", &BackendProfile::half_accumulation},
    {"prefill_moe_factor", &BackendProfile::prefill_moe_factor},
    {"batch_cost", &BackendProfile::batch_cost},
    {"decode_low", &BackendProfile::decode_low, 1, Presence::required},
    {"decode_high", &BackendProfile::decode_high, 1, Presence::required},
    {"prefill_low", &BackendProfile::prefill_low, 1, Presence::required},
    {"prefill_high", &BackendProfile::prefill_high, 1, Presence::required},
};

/// Members of "inference" in a backend of a runtime file: networks that answer at once.
inline constexpr BackendColumn kInferenceColumns[] = {
    {"efficiency", &BackendProfile::inference_efficiency, 1, Presence::required},
    {"microseconds", &BackendProfile::inference_seconds, 1e-6, Presence::required},
    {"low", &BackendProfile::inference_low, 1, Presence::required},
    {"high", &BackendProfile::inference_high, 1, Presence::required},
    {"efficiency_int8", &BackendProfile::inference_efficiency_int8},
    {"efficiency_fp32", &BackendProfile::inference_efficiency_fp32},
};

/// Members of "server" in a runtime file, in the order of ServerProfile: servers that fill a share of each card.
inline constexpr NumberColumn<ServerProfile> kServerColumns[] = {
    {"memory_share", &ServerProfile::memory_share, 1, Presence::required},
    {"graphs_in_share", &ServerProfile::graphs_in_share},
    {"sliding_saved", &ServerProfile::sliding_saved},
    {"whole_prompt", &ServerProfile::whole_prompt},
    {"block", &ServerProfile::block, 1, Presence::required},
    {"latent_block", &ServerProfile::latent_block, 1, Presence::required},
    {"large_card_gib", &ServerProfile::large_card, kGiB},
    {"requests", &ServerProfile::requests, 1, Presence::required},
    {"requests_large", &ServerProfile::requests_large},
    {"tokens", &ServerProfile::tokens, 1, Presence::required},
    {"tokens_large", &ServerProfile::tokens_large},
    {"sampler_low", &ServerProfile::sampler_low, 1, Presence::required},
    {"sampler_typical", &ServerProfile::sampler_typical, 1, Presence::required},
    {"sampler_high", &ServerProfile::sampler_high, 1, Presence::required},
    {"outside_low_gib", &ServerProfile::outside_low, kGiB, Presence::required},
    {"outside_typical_gib", &ServerProfile::outside_typical, kGiB, Presence::required},
    {"outside_high_gib", &ServerProfile::outside_high, kGiB, Presence::required},
    {"several_low_gib", &ServerProfile::several_low, kGiB, Presence::required},
    {"several_typical_gib", &ServerProfile::several_typical, kGiB, Presence::required},
    {"several_high_gib", &ServerProfile::several_high, kGiB, Presence::required},
    {"graphs_low_gib", &ServerProfile::graphs_low, kGiB, Presence::required},
    {"graphs_typical_gib", &ServerProfile::graphs_typical, kGiB, Presence::required},
    {"graphs_high_gib", &ServerProfile::graphs_high, kGiB, Presence::required},
    {"weights_low", &ServerProfile::weights_low, 1, Presence::required},
    {"weights_high", &ServerProfile::weights_high, 1, Presence::required},
    {"host_low_gib", &ServerProfile::host_low, kGiB, Presence::required},
    {"host_typical_gib", &ServerProfile::host_typical, kGiB, Presence::required},
    {"host_high_gib", &ServerProfile::host_high, kGiB, Presence::required},
    {"host_rank_low_gib", &ServerProfile::host_rank_low, kGiB, Presence::required},
    {"host_rank_typical_gib", &ServerProfile::host_rank_typical, kGiB, Presence::required},
    {"host_rank_high_gib", &ServerProfile::host_rank_high, kGiB, Presence::required},
    {"swap_space_gib", &ServerProfile::swap_space, kGiB},
};

/// Text that is there and numbers that are numbers: checked again when the compiler reads the generated rows.
template <class Row, size_t N>
constexpr bool sane(std::span<const Row> rows, const RowColumn<Row> (&columns)[N]) {
  for (const Row& row : rows) {
    for (const auto& column : columns) {
      if (const auto* text = std::get_if<std::string_view Row::*>(&column.member)) {
        if (column.presence == Presence::required && (row.**text).empty()) return false;
      } else if (const auto* number = std::get_if<Maybe Row::*>(&column.member)) {
        const Maybe& value = row.**number;
        if (value && !(*value >= 0 && *value < 1e9)) return false;
      }
    }
  }
  return true;
}

constexpr bool sane(std::span<const RuntimeProfile> profiles) {
  for (const auto& profile : profiles) {
    if (profile.name.empty() || profile.source.empty() || profile.as_of.empty() || profile.date.size() < 4)
      return false;
    const ServerProfile& s = profile.server;
    if (fills_cards(profile.rules) &&
        !(s.block > 0 && s.requests > 0 && s.tokens > 0 && s.sampler_low <= s.sampler_typical &&
          s.sampler_typical <= s.sampler_high && s.outside_low <= s.outside_typical &&
          s.outside_typical <= s.outside_high && s.several_low <= s.several_typical &&
          s.several_typical <= s.several_high && s.graphs_low <= s.graphs_typical &&
          s.graphs_typical <= s.graphs_high && s.weights_low <= 1 && s.weights_high >= 1 &&
          s.host_low <= s.host_typical && s.host_typical <= s.host_high && s.host_rank_low <= s.host_rank_typical &&
          s.host_rank_typical <= s.host_rank_high))
      return false;
    for (const auto& backend : profile.backends) {
      if (backend.source.empty()) return false;
      if (backend.memory_known &&
          !(backend.runtime_low <= backend.runtime_typical && backend.runtime_typical <= backend.runtime_high))
        return false;
      if (backend.speed_known && !(backend.decode_low <= 1 && backend.decode_high >= 1 && backend.prefill_low <= 1 &&
                                   backend.prefill_high >= 1 && backend.bandwidth_efficiency > 0))
        return false;
    }
  }
  return true;
}

constexpr bool sane(std::span<const ModelProfile> profiles) {
  for (const auto& profile : profiles) {
    if (profile.key.empty() || profile.name.empty() || profile.hub.empty() || profile.source.empty() ||
        profile.as_of.empty() || profile.text.empty() || !profile.parameters)
      return false;
  }
  return true;
}

}  // namespace edgefit

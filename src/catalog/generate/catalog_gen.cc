// edgefit_catalog_gen OUT.cc FILE.json...: turns profiles/ into constexpr rows at build time, because parsing a
// JSON tree at each start would cost more than looking at the machine. Wrong facts stop the build with file and
// pointer.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "base/files.h"
#include "catalog/columns.h"
#include "catalog/rows.h"

namespace {

using edgefit::Maybe;

std::string quoted(std::string_view text) {
  if (text.empty()) return "{}";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '?') out += '\\';
    out += c;
  }
  return out + '"';
}

/// 17 digits: reads back as the very same double.
std::string number(double value) {
  std::string text = fmt::format("{:.17g}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

/// The arrays that rows point to, printed before the rows.
struct Writer {
  std::string lists, tables;
  int next_list = 0;

  std::string list(std::span<const double> numbers) {
    if (numbers.empty()) return "{}";
    std::string name = fmt::format("kList{}", next_list++);
    lists += fmt::format("constexpr double {}[] = {{", name);
    for (const double n : numbers) lists += number(n) + ", ";
    lists += "};\n";
    return name;
  }

  template <class Row, size_t N>
  void table(const char* type, const char* name, std::span<const Row> rows, const edgefit::RowColumn<Row> (&columns)[N],
             const char* columns_name) {
    tables += fmt::format("constexpr {} {}[] = {{\n", type, name);
    for (const Row& row : rows) {
      tables += "    {";
      for (const auto& column : columns) {
        if (const auto* text = std::get_if<std::string_view Row::*>(&column.member))
          tables += quoted(row.**text);
        else if (const auto* maybe = std::get_if<Maybe Row::*>(&column.member))
          tables += row.**maybe ? number(*(row.**maybe)) : "{}";
        else
          tables += list(row.*std::get<std::span<const double> Row::*>(column.member));
        tables += ", ";
      }
      tables += "},\n";
    }
    tables += fmt::format("}};\nstatic_assert(sane(std::span<const {}>({}), {}));\n\n", type, name, columns_name);
  }
};

std::string backend(const edgefit::BackendProfile& b) {
  std::string out = fmt::format("    {{Backend::{}, ", edgefit::name_of(b.backend));
  for (const double value : {b.runtime_low,
                             b.runtime_low_per_sm,
                             b.runtime_typical,
                             b.runtime_typical_per_sm,
                             b.runtime_high,
                             b.runtime_high_per_sm,
                             b.driver_reserve_fraction,
                             b.bandwidth_efficiency,
                             b.seconds_per_layer,
                             b.moe_extra,
                             b.kv_read_factor,
                             b.compute_efficiency,
                             b.decode_low,
                             b.decode_high,
                             b.prefill_low,
                             b.prefill_high,
                             b.batch_cost,
                             b.runtime_typical_cc9,
                             b.compute_efficiency_cc12,
                             b.decode_compute_factor,
                             b.prefill_seconds_per_layer,
                             b.shared_share,
                             b.shared_share_large,
                             b.shared_large,
                             b.decode_compute_factor_cc6,
                             b.compute_efficiency_cc6,
                             b.compute_efficiency_cc7,
                             b.compute_efficiency_vnni,
                             b.half_accumulation,
                             b.prefill_moe_factor,
                             b.split_exponent,
                             b.inference_efficiency,
                             b.inference_seconds,
                             b.inference_low,
                             b.inference_high,
                             b.inference_efficiency_int8,
                             b.inference_efficiency_fp32})
    out += number(value) + ", ";
  return out + fmt::format("{}, {}, {}}},\n", b.memory_known, b.speed_known, quoted(b.source));
}

const char* rules_name(edgefit::EngineRules rules) {
  switch (rules) {
    case edgefit::EngineRules::llama_cpp:
      return "llama_cpp";
    case edgefit::EngineRules::vllm:
      return "vllm";
    case edgefit::EngineRules::sglang:
      return "sglang";
    case edgefit::EngineRules::tensorrt_llm:
      return "tensorrt_llm";
    case edgefit::EngineRules::onnxruntime:
      return "onnxruntime";
    case edgefit::EngineRules::other:
      break;
  }
  return "other";
}

/// In the order of the columns, which is that of the members.
std::string server(const edgefit::ServerProfile& s) {
  std::string out;
  for (const auto& column : edgefit::kServerColumns) out += number(s.*column.member) + ", ";
  return "{" + out + "}";
}

std::string runtimes(const edgefit::RowStore& store) {
  std::string arrays, rows;
  int next = 0;
  for (const auto& profile : store.runtimes) {
    std::string name = "{}";
    if (!profile.backends.empty()) {
      name = fmt::format("kBackends{}", next++);
      arrays += fmt::format("constexpr BackendProfile {}[] = {{\n", name);
      for (const auto& b : profile.backends) arrays += backend(b);
      arrays += "};\n";
    }
    rows += fmt::format("    {{{}, {}, {}, EngineRules::{}, {}, {}, {}, {}, {}, {}, {}}},\n", quoted(profile.name),
                        quoted(profile.release), quoted(profile.date), rules_name(profile.rules),
                        quoted(profile.command), number(profile.fit_margin), number(profile.constant_seconds), name,
                        quoted(profile.source), quoted(profile.as_of), server(profile.server));
  }
  return arrays + "constexpr RuntimeProfile kRuntimes[] = {\n" + rows +
         "};\nstatic_assert(sane(std::span<const RuntimeProfile>(kRuntimes)));\n\n";
}

/// The length of each text is written too: compilers count long ones step by step, up to a limit.
std::string models(const edgefit::RowStore& store) {
  std::string rows;
  for (const auto& profile : store.models)
    rows += fmt::format("    {{{}, {}, {}, {}, {}, {},\n     {{{}, {}}}}},\n", quoted(profile.key),
                        quoted(profile.name), quoted(profile.hub), number(profile.parameters.value_or(0)),
                        quoted(profile.source), quoted(profile.as_of), quoted(profile.text), profile.text.size());
  return "constexpr std::array<ModelProfile, " + std::to_string(store.models.size()) + "> kModels{{\n" + rows +
         "}};\nstatic_assert(sane(std::span<const ModelProfile>(kModels)));\n\n";
}

std::string source_of(const edgefit::RowStore& store) {
  using namespace edgefit;
  Writer w;
  w.table<AcceleratorRow>("AcceleratorRow", "kAccelerators", store.accelerators, kAcceleratorColumns,
                          "kAcceleratorColumns");
  w.table<CpuRow>("CpuRow", "kCpus", store.cpus, kCpuColumns, "kCpuColumns");
  w.table<SystemRow>("SystemRow", "kSystems", store.systems, kSystemColumns, "kSystemColumns");
  w.table<PartRow>("PartRow", "kParts", store.parts, kPartColumns, "kPartColumns");
  w.table<PriceRow>("PriceRow", "kPrices", store.prices, kPriceColumns, "kPriceColumns");
  w.table<RateRow>("RateRow", "kRates", store.rates, kRateColumns, "kRateColumns");
  return fmt::format(
      "// Made by edgefit_catalog_gen from profiles/; edit those files.\n"
      "#include <array>\n\n#include \"catalog/columns.h\"\n\n"
      "namespace edgefit {{\nnamespace {{\n\n{}\n{}{}{}}}  // namespace\n\n"
      "const Catalog& builtin_catalog() {{\n"
      "  static constexpr Catalog kCatalog{{kAccelerators, kCpus, kSystems, kRuntimes, kModels, {},\n"
      "                                    kParts, kPrices, kRates}};\n"
      "  return kCatalog;\n}}\n\n}}  // namespace edgefit\n",
      w.lists, w.tables, runtimes(store), models(store), quoted(newest(store)));
}

int complain(const edgefit::Problem& problem) {
  fmt::print(stderr, "error: {}\n  in {}\n", problem.what, problem.where);
  if (!problem.hint.empty()) fmt::print(stderr, "  hint: {}\n", problem.hint);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: edgefit_catalog_gen OUT.cc FILE.json...\n");
    return 2;
  }
  edgefit::RowStore store;
  for (int i = 2; i < argc; ++i) {
    const auto text = edgefit::read_small_file(argv[i]);
    if (!text) return complain(text.error());
    const auto done = edgefit::read_rows(*text, argv[i], store);
    if (!done) return complain(done.error());
  }
  std::ofstream out(argv[1], std::ios::binary);
  out << source_of(store);
  out.close();
  if (!out) return complain({"cannot write", argv[1], {}});
  return 0;
}

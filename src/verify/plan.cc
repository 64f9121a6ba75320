// What the shapes of load usually take, and the limits that answers must keep.
#include <fmt/format.h>

#include <array>

#include "base/parse.h"
#include "edgefit/text.h"
#include "edgefit/verify.h"

namespace edgefit {
namespace {

struct ShapeRow {
  LoadShape shape;
  const char* name;
  int requests;
  double duration;
};
constexpr int kUnlimited = 1'000'000;
constexpr std::array kShapes = {
    ShapeRow{LoadShape::single, mark("single"), 20, 120},    ShapeRow{LoadShape::users, mark("users"), 60, 300},
    ShapeRow{LoadShape::open, mark("open"), 60, 300},        ShapeRow{LoadShape::soak, mark("soak"), kUnlimited, 900},
    ShapeRow{LoadShape::long_context, mark("long"), 5, 600},
};

const ShapeRow& row_of(LoadShape shape) {
  return kShapes[static_cast<size_t>(shape)];
}

struct SloRow {
  const char* name;
  double Slo::*limit;
};
constexpr std::array kLimits = {SloRow{"ttft", &Slo::ttft}, SloRow{"tpot", &Slo::tpot},
                                SloRow{"latency", &Slo::latency}};

constexpr std::array kKinds = {"llama.cpp", "ollama", "vllm", "other"};
constexpr std::array kFaults = {"none",        "connect",   "certificate", "status", "not_stream",
                                "error_event", "malformed", "reset",       "cut",    "timeout",
                                "too_large",   "not_sent",  "stopped"};

}  // namespace

const char* name_of(LoadShape shape) {
  return row_of(shape).name;
}

const char* name_of(ServerKind kind) {
  return kKinds[static_cast<size_t>(kind)];
}

const char* name_of(ReplyFault fault) {
  return kFaults[static_cast<size_t>(fault)];
}

std::optional<LoadShape> find_load_shape(std::string_view name) {
  for (const auto& row : kShapes)
    if (row.name == name) return row.shape;
  return std::nullopt;
}

LoadPlan load_plan(LoadShape shape) {
  LoadPlan plan;
  plan.shape = shape;
  plan.requests = row_of(shape).requests;
  plan.duration = row_of(shape).duration;
  return plan;
}

Result<Slo> parse_slo(std::string_view text) {
  Slo slo{0, 0, 0};
  for (const auto part : split(text, ',')) {
    const auto pair = key_value(part, '=');
    const SloRow* row = nullptr;
    Seconds limit{};
    for (const auto& known : kLimits)
      if (pair && pair->first == known.name) row = &known;
    if (row == nullptr || !parse_seconds(pair->second, limit) || limit.value <= 0)
      return Problem{say(tr("bad limit '{}'"), printable(part)), "--slo",
                     tr("like ttft=2s,tpot=100ms,latency=30s; what is left out has no limit")};
    slo.*row->limit = limit.value;
  }
  return slo;
}

}  // namespace edgefit

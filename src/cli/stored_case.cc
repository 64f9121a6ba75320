#include "cli/stored_case.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "edgefit/case_file.h"
#include "edgefit/read.h"
#include "edgefit/text.h"

namespace edgefit {
namespace {

constexpr std::array kNumbers = {&Workload::context, &Workload::sequences, &Workload::prompt_tokens,
                                 &Workload::output_tokens, &Workload::depth};

bool says_nothing(const Workload& load) {
  return !load.kv_type && !load.kv_type_v &&
         std::none_of(kNumbers.begin(), kNumbers.end(), [&load](auto member) { return bool(load.*member); });
}

}  // namespace

Result<std::optional<Case>> find_stored_case(const std::string& model) {
  if (stated_format(model) != kCaseFormat) return std::optional<Case>();
  const auto text = read_small_file(model);
  if (!text) return text.error();
  auto question = read_case(*text, printable(model));
  if (!question) return question.error();
  return std::optional(std::move(*question));
}

Workload load_over(Workload typed, const Workload& stored) {
  if (says_nothing(typed)) return stored;
  const auto fill = [](auto& fact, const auto& kept) {
    if (!fact && kept && !kept.assumed()) fact = kept;
  };
  for (const auto member : kNumbers) fill(typed.*member, stored.*member);
  if (typed.kv_type) return typed;  // it says both caches
  fill(typed.kv_type, stored.kv_type);
  fill(typed.kv_type_v, stored.kv_type_v);
  return typed;
}

}  // namespace edgefit

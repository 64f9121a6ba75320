#include "report/why.h"

#include <algorithm>
#include <set>

namespace edgefit {
namespace {

bool same_figure(const Node& a, const Node& b) {
  return &a == &b || (a.op == b.op && a.name == b.name && a.value == b.value && a.rule == b.rule);
}

template <class Q>
const char* unit_of(const Figure<Q>&) {
  return kUnitName<typename Q::unit>;
}

/// The part of "gpu0.kv_cache" behind the dot, or the whole id.
std::string_view short_name(std::string_view id) {
  const size_t dot = id.find('.');
  return dot == std::string_view::npos ? id : id.substr(dot + 1);
}

}  // namespace

std::vector<const Node*> parts_of(const Node& node) {
  if (node.op == Node::Op::given) return {&node};
  return inputs_of(node);
}

std::vector<const Node*> givens_below(const std::vector<const Node*>& nodes) {
  std::vector<const Node*> todo = nodes, found;
  std::set<const Node*> seen;
  std::set<std::pair<std::string_view, std::string_view>> told;
  while (!todo.empty()) {
    const Node* node = todo.back();
    todo.pop_back();
    if (node == nullptr || !seen.insert(node).second) continue;
    if (node->op == Node::Op::given && told.emplace(node->name, node->origin.text).second) found.push_back(node);
    todo.push_back(node->left);
    todo.push_back(node->right);
  }
  return found;
}

Why::Why(const Answer& answer) {
  const auto pools = pools_of(*answer.question.host);
  for (const auto& pool : answer.assessment.pools) {
    const auto& id = pools.at(static_cast<size_t>(pool.pool)).id;
    for (const auto& line : pool.lines) {
      add(id + "." + name_of(line.term), line.bytes.why, line.bytes.value, unit_of(line.bytes), &line);
    }
  }
  const auto add_speed = [this](const char* id, const auto& estimate) {
    if (estimate) add(id, estimate->value.why, estimate->value.value, unit_of(estimate->value));
  };
  const auto& speed = answer.assessment.speed;
  add_speed("decode", speed.decode);
  add_speed("decode_total", speed.decode_total);
  add_speed("prefill", speed.prefill);
  add_speed("time_to_first_token", speed.time_to_first_token);
  add_speed("load", speed.load);
  add_speed("answer_time", speed.answer_time);
  add_speed("tokens_per_joule", speed.tokens_per_joule);
  add_speed("latency", speed.latency);
  add_speed("inferences_per_second", speed.inferences_per_second);
  add_parts();
}

void Why::add(std::string id, const Node* node, double value, const char* unit, const Line* line) {
  const auto taken = [this](const std::string& name) {
    return std::any_of(entries_.begin(), entries_.end(), [&](const WhyEntry& entry) { return entry.id == name; });
  };
  std::string unique = id;
  for (int i = 2; taken(unique); ++i) unique = id + "#" + std::to_string(i);
  entries_.push_back({std::move(unique), node, value, unit, line});
}

void Why::add_parts() {
  // The list grows while it is walked: parts of parts follow.
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].node == nullptr) continue;
    for (const Node* part : parts_of(*entries_[i].node)) {
      if (part->op == Node::Op::name && find(part) == nullptr) add(part->name, part, part->value, part->unit);
    }
  }
}

const WhyEntry* Why::find(const Node* node) const {
  if (node == nullptr) return nullptr;
  const auto at = std::find_if(entries_.begin(), entries_.end(), [node](const WhyEntry& entry) {
    return entry.node != nullptr && same_figure(*entry.node, *node);
  });
  return at == entries_.end() ? nullptr : &*at;
}

const WhyEntry* Why::find(const Line& line) const {
  const auto at =
      std::find_if(entries_.begin(), entries_.end(), [&line](const WhyEntry& entry) { return entry.line == &line; });
  return at == entries_.end() ? nullptr : &*at;
}

std::vector<const WhyEntry*> Why::matching(std::string_view term) const {
  std::vector<const WhyEntry*> exact, loose;
  for (const auto& entry : entries_) {
    if (entry.id == term) exact.push_back(&entry);
    const bool of_pool = entry.id.starts_with(std::string(term) + ".");
    const bool repeated = entry.id.starts_with(std::string(term) + "#");
    const bool by_name = entry.node != nullptr && entry.node->name == term;
    if (of_pool || repeated || by_name || short_name(entry.id) == term) loose.push_back(&entry);
  }
  return exact.empty() ? loose : exact;
}

std::vector<std::string> Why::terms() const {
  std::vector<std::string> terms;
  const auto add_once = [&terms](std::string_view term) {
    if (std::find(terms.begin(), terms.end(), term) == terms.end()) terms.emplace_back(term);
  };
  for (const auto& entry : entries_) add_once(short_name(entry.id));
  for (const auto& entry : entries_) add_once(entry.id);
  return terms;
}

}  // namespace edgefit

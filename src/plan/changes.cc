#include "plan/changes.h"

#include <array>

namespace edgefit {
namespace {

using Kind = ChangeRow::Kind;
constexpr std::array kChanges = {
    ChangeRow{"max_requests", Kind::setting, fewer_at_a_time},
    ChangeRow{"memory_share", Kind::setting, other_shares},
    ChangeRow{"tensor", Kind::setting, more_ranks},
    ChangeRow{"eager", Kind::setting, without_graphs},
    ChangeRow{"quant", Kind::setting, lower_precisions},
    ChangeRow{"kv_type", Kind::setting, smaller_caches},
    ChangeRow{"gpu_layers", Kind::setting, free_placements},
    ChangeRow{"cpu_moe", Kind::setting, experts_in_ram},
    ChangeRow{"context", Kind::last_mile, shorter_contexts},
    ChangeRow{"sequences", Kind::last_mile, fewer_sequences},
    ChangeRow{"gpu", Kind::purchase, cards},
    ChangeRow{"ram", Kind::purchase, memory_kits},
    ChangeRow{"box", Kind::purchase, boxes},
};

}  // namespace

std::span<const ChangeRow> change_rows() {
  return kChanges;
}

Case apply(const Case& question, const Candidate& candidate) {
  Case out = question;
  for (const auto& change : candidate.changes) out = change.apply(out);
  return out;
}

Candidate operator+(const Candidate& a, const Candidate& b) {
  Candidate out = a;
  out.changes.insert(out.changes.end(), b.changes.begin(), b.changes.end());
  out.loss.precision += b.loss.precision;
  out.loss.cache += b.loss.cache;
  out.loss.context += b.loss.context;
  out.loss.sequences += b.loss.sequences;
  out.loss.speed += b.loss.speed;
  out.price = a.price.kind == "none" ? b.price : b.price.kind == "none" ? a.price : a.price + b.price;
  if (b.power) out.power = out.power.value_or(Watts{}) + *b.power;
  out.memory += b.memory;
  out.new_box = a.new_box || b.new_box;
  out.boxes = std::max(a.boxes, b.boxes);
  out.unseen.insert(out.unseen.end(), b.unseen.begin(), b.unseen.end());
  return out;
}

}  // namespace edgefit

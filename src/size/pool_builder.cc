#include "size/pool_builder.h"

#include <algorithm>
#include <cmath>

#include "size/spread.h"

namespace edgefit {

void PoolBuilder::add(Term term, Figure<Bytes> bytes) {
  const Spread spread = spread_of(term, question_, partial_);
  add(term, bytes, bytes.quantity() * spread.low, bytes.quantity() * spread.high);
}

void PoolBuilder::add(Term term, Figure<Bytes> bytes, Bytes low, Bytes high) {
  if (bytes.value <= 0) return;
  if (bytes.value != std::floor(bytes.value)) bytes = floor(bytes);
  low = Bytes{std::min(std::floor(low.value), bytes.value)};
  high = Bytes{std::max(std::ceil(high.value), bytes.value)};
  const auto same =
      std::find_if(pool_.lines.begin(), pool_.lines.end(), [term](const Line& l) { return l.term == term; });
  if (same == pool_.lines.end()) {
    pool_.lines.push_back({term, bytes, low, high});
  } else {
    // A device that shares host memory, or a second adapter: both parts are one line.
    *same = {term, (same->bytes + bytes).named(name_of(term), "pool.shared"), same->low + low, same->high + high};
  }
  const auto count = [&](Interval<Bytes>& sum) {
    sum.low += low;
    sum.value += bytes.quantity();
    sum.high += high;
  };
  count(pool_.need);
  if (device_ && pool_.pool == 0) count(pool_.device_need);
}

PoolFit& pool_at(std::vector<PoolFit>& pools, int index) {
  const auto found = std::find_if(pools.begin(), pools.end(), [index](const PoolFit& p) { return p.pool == index; });
  if (found != pools.end()) return *found;
  PoolFit& pool = pools.emplace_back();
  pool.pool = index;
  return pool;
}

}  // namespace edgefit

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/gemm_s8s8/group_order.h"
#include "kernels/pack/panels.h"

// What the tests of the int8 GEMM families share: weights on both sides of every limit of 16-bit
// sums, and the tables of k groups.

namespace linnet::test {

enum class WeightKind {
  uniform,      // -127…127
  extreme,      // 127 now and then, else -127
  largest,      // 127
  smallest,     // -127
  at_limit,     // pairs that add up to ±128: the unsigned form just fits
  past_limit,   // ±129: it just does not
  alternating,  // 127, -127, …
  small,        // -20…20: groups fit together
  halves,       // mostly ±64: two groups are at the limit or just past it
  normal        // as networks have them: the row's largest magnitude is 127
};
inline constexpr unsigned kWeightKinds = 10;

// One weight: `previous` is the one before it, `second` says that both are a pair of which `sign`
// is the sign.
template <typename Pick>
int make_weight(WeightKind kind, const Pick& pick, bool second, int previous, int sign) {
  switch (kind) {
    case WeightKind::uniform:
      return pick(-127, 127);
    case WeightKind::extreme:
      return pick(0, 7) == 0 ? 127 : -127;
    case WeightKind::largest:
      return 127;
    case WeightKind::smallest:
      return -127;
    case WeightKind::at_limit:
      return second ? sign * 128 - previous : sign * pick(1, 127);
    case WeightKind::past_limit:
      return second ? sign * 129 - previous : sign * pick(2, 127);
    case WeightKind::alternating:
      return second ? -127 : 127;
    case WeightKind::small:
      return pick(-20, 20);
    case WeightKind::halves:
      return pick(0, 3) == 0 ? pick(-65, 65) : pick(0, 1) * 128 - 64;
    case WeightKind::normal:
      return 0;
  }
  return 0;
}

// n rows of k values.
inline std::vector<int8_t> make_weights(WeightKind kind, size_t n, size_t k, unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  std::vector<int8_t> w(n * k);
  if (kind == WeightKind::normal) {
    std::normal_distribution<float> normal;
    std::vector<float> row(k);
    for (size_t j = 0; j < n; ++j) {
      float largest = 1e-6f;
      for (float& value : row) largest = std::max(largest, std::fabs(value = normal(random)));
      for (size_t i = 0; i < k; ++i) {
        w[j * k + i] = static_cast<int8_t>(std::lrint(row[i] / largest * 127.0f));
      }
    }
    return w;
  }
  int previous = 0, sign = 1;
  for (size_t i = 0; i < n * k; ++i) {
    const bool second = i % k % 2 == 1;
    if (!second) sign = pick(0, 1) == 0 ? 1 : -1;
    previous = make_weight(kind, pick, second, previous, sign);
    w[i] = static_cast<int8_t>(previous);
  }
  return w;
}

// The tables of k groups for the panels of an n by k matrix, as the kernels of `isa` want them;
// empty if they want none.
inline std::vector<uint64_t> make_group_order(Isa isa, const int8_t* panels, size_t n, size_t k) {
  for (size_t v = 0; v < kGroupOrder.count; ++v) {
    const auto& variant = kGroupOrder.variants[v];
    if (variant.isa != isa || variant.run == nullptr) continue;
    const size_t count = static_cast<size_t>(panel_count(n));
    std::vector<uint64_t> order(count * group_order_bytes(k) / 8);
    variant.run({.w = panels,
                 .w_panel_stride = static_cast<size_t>(panel_bytes_s8(k)),
                 .panels = count,
                 .k = k,
                 .order = order.data(),
                 .order_stride = group_order_bytes(k)});
    return order;
  }
  return {};
}

}  // namespace linnet::test

#pragma once

#include "kernels/minmax_f32/minmax_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline V finite_or_zero(V x) {
  return select(abs(x) < V(__builtin_inff()), x, V(0.0f));
}

struct PlainMin {
  template <class V>
  V operator()(V a, V b) const {
    return min_of(a, b);
  }
  float operator()(float a, float b) const { return a < b ? a : b; }
};
struct PlainMax {
  template <class V>
  V operator()(V a, V b) const {
    return max_of(a, b);
  }
  float operator()(float a, float b) const { return a > b ? a : b; }
};

template <class V>
inline void minmax_f32_body(const MinmaxF32Args& args) {
  constexpr size_t kParts = 8 / V::kLanes;
  V lo[kParts], hi[kParts];
  for (size_t j = 0; j < kParts; ++j) lo[j] = hi[j] = V(0.0f);
  size_t i = 0;
  for (; i + 8 <= args.count; i += 8) {
    for (size_t j = 0; j < kParts; ++j) {
      const V x = finite_or_zero(V::load(args.x + i + j * V::kLanes));
      lo[j] = min_of(lo[j], x);
      hi[j] = max_of(hi[j], x);
    }
  }
  for (; i < args.count; i += V::kLanes) {
    const size_t rest = args.count - i < V::kLanes ? args.count - i : V::kLanes;
    const V x = finite_or_zero(V::load_partial(args.x + i, rest));
    lo[0] = min_of(lo[0], x);
    hi[0] = max_of(hi[0], x);
  }
  float lane[8];
  for (size_t j = 0; j < kParts; ++j) lo[j].store(lane + j * V::kLanes);
  *args.lo = combine_lanes(lane, PlainMin()) + 0.0f;  // never −0
  for (size_t j = 0; j < kParts; ++j) hi[j].store(lane + j * V::kLanes);
  *args.hi = combine_lanes(lane, PlainMax()) + 0.0f;
}

}  // namespace
}  // namespace linnet

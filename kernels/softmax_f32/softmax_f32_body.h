#pragma once

#include "kernels/math_f32/math_f32.h"
#include "kernels/softmax_f32/softmax_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline void softmax_row(const float* x, float* y, size_t n) {
  const float lowest = -__builtin_inff();
  const float max = reduce_lanes<V>(
      x, nullptr, n, lowest, [](V v) { return v; }, NanMax());
  const V shift = max;
  const float sum = reduce_lanes<V>(
      x, y, n, 0.0f, [=](V v) { return exp_f32(v - shift); }, Add());
  const V divisor = sum;
  map_f32<V>(y, y, n, [=](V v) { return v / divisor; });
}

// `count` neighbouring columns (at most V::kLanes), n values each, `inner` apart.
template <class V>
inline void softmax_columns(const float* x, float* y, size_t n, size_t inner, size_t count) {
  const auto load = [&](const float* p) {
    return count == V::kLanes ? V::load(p) : V::load_partial(p, count);
  };
  const auto store = [&](V v, float* p) {
    if (count == V::kLanes) {
      v.store(p);
    } else {
      v.store_partial(p, count);
    }
  };
  V max = -__builtin_inff();
  for (size_t r = 0; r < n; ++r) max = NanMax()(max, load(x + r * inner));
  V sum = 0.0f;
  for (size_t r = 0; r < n; ++r) {
    const V e = exp_f32(load(x + r * inner) - max);
    sum = sum + e;
    store(e, y + r * inner);
  }
  for (size_t r = 0; r < n; ++r) store(load(y + r * inner) / sum, y + r * inner);
}

template <class V>
inline void softmax_f32_body(const SoftmaxF32Args& args) {
  for (size_t o = 0; o < args.outer; ++o) {
    const size_t start = o * args.n * args.inner;
    if (args.inner == 1) {
      softmax_row<V>(args.x + start, args.y + start, args.n);
      continue;
    }
    for (size_t i = 0; i < args.inner; i += V::kLanes) {
      const size_t rest = args.inner - i;
      const size_t count = rest < V::kLanes ? rest : V::kLanes;
      softmax_columns<V>(args.x + start + i, args.y + start + i, args.n, args.inner, count);
    }
  }
}

}  // namespace
}  // namespace linnet

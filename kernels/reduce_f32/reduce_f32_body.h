#pragma once

#include "kernels/reduce_f32/reduce_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

// kWide vectors of neighbouring columns over all rows; `count` columns of the last vector.
template <class V, size_t kWide, class Combine>
inline void reduce_columns(const float* x, float* y, size_t rows, size_t stride, size_t count,
                           float identity, float divisor, Combine combine) {
  constexpr size_t kBlock = 64;
  V total[kWide];
  for (V& t : total) t = V(identity);
  for (size_t begin = 0; begin < rows; begin += kBlock) {
    const size_t end = rows - begin < kBlock ? rows : begin + kBlock;
    V part[kWide];
    for (V& p : part) p = V(identity);
    for (size_t r = begin; r < end; ++r) {
      const float* row = x + r * stride;
      for (size_t j = 0; j < kWide; ++j) {
        const float* at = row + j * V::kLanes;
        part[j] = combine(part[j], count == V::kLanes ? V::load(at) : V::load_partial(at, count));
      }
    }
    for (size_t j = 0; j < kWide; ++j) total[j] = combine(total[j], part[j]);
  }
  for (size_t j = 0; j < kWide; ++j) {
    (total[j] / V(divisor)).store_partial(y + j * V::kLanes, count);
  }
}

template <class V, class Combine>
inline void reduce_all(const ReduceF32Args& args, float identity, float divisor, Combine combine) {
  constexpr size_t kWide = 32 / V::kLanes;
  for (size_t o = 0; o < args.outer; ++o) {
    const float* x = args.x + o * args.reduce * args.inner;
    float* y = args.y + o * args.inner;
    if (args.inner == 1) {
      if (args.inner_begin < args.inner_end) {
        const auto same = [](V v) { return v; };
        *y = reduce_lanes<V>(x, nullptr, args.reduce, identity, same, combine) / divisor;
      }
      continue;
    }
    size_t i = args.inner_begin;
    for (; i + 32 <= args.inner_end; i += 32) {
      reduce_columns<V, kWide>(x + i, y + i, args.reduce, args.inner, V::kLanes, identity, divisor,
                               combine);
    }
    for (; i < args.inner_end; i += V::kLanes) {
      const size_t rest = args.inner_end - i;
      reduce_columns<V, 1>(x + i, y + i, args.reduce, args.inner,
                           rest < V::kLanes ? rest : V::kLanes, identity, divisor, combine);
    }
  }
}

template <class V>
inline void reduce_f32_body(const ReduceF32Args& args) {
  const float infinity = __builtin_inff();
  switch (args.op) {
    case ReduceOp::sum:
      return reduce_all<V>(args, 0.0f, 1.0f, Add());
    case ReduceOp::mean:
      return reduce_all<V>(args, 0.0f, static_cast<float>(args.reduce), Add());
    case ReduceOp::max:
      return reduce_all<V>(args, -infinity, 1.0f, NanMax());
    case ReduceOp::min:
      return reduce_all<V>(args, infinity, 1.0f, NanMin());
  }
}

}  // namespace
}  // namespace linnet

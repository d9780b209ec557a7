#pragma once

#include "kernels/reduce_s8/reduce_s8.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

struct AddInt {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
};
struct MaxInt {
  template <class T>
  T operator()(T a, T b) const {
    return max_of(a, b);
  }
  int32_t operator()(int32_t a, int32_t b) const { return a > b ? a : b; }
};
struct MinInt {
  template <class T>
  T operator()(T a, T b) const {
    return min_of(a, b);
  }
  int32_t operator()(int32_t a, int32_t b) const { return a < b ? a : b; }
};

// kWide vectors of neighbouring columns over all rows; `count` columns of the last vector.
// `offset` is subtracted from what the rows give.
template <class V, size_t kWide, class Combine>
inline void reduce_columns(const ReduceS8Args& args, const int8_t* x, int8_t* y, size_t count,
                           int32_t identity, int32_t offset, Combine combine) {
  using Int = typename V::Int;
  const S8Output<V> output(args.zero_point_out, -128, 127);
  Int total[kWide];
  for (Int& t : total) t = Int(identity);
  for (size_t r = 0; r < args.reduce; ++r) {
    const int8_t* row = x + r * args.inner;
    for (size_t j = 0; j < kWide; ++j) {
      const int8_t* at = row + j * V::kLanes;
      const Int q = count == V::kLanes ? Int::load_s8(at) : Int::load_s8_partial(at, count);
      total[j] = combine(total[j], q);
    }
  }
  for (size_t j = 0; j < kWide; ++j) {
    output(to_float(total[j] - Int(offset)) * V(args.multiplier))
        .store_s8_partial(y + j * V::kLanes, count);
  }
}

template <class V, class Combine>
inline void reduce_row(const ReduceS8Args& args, const int8_t* x, int8_t* y, int32_t identity,
                       int32_t offset, Combine combine) {
  int32_t total = identity;
  for (size_t r = 0; r < args.reduce; ++r) total = combine(total, static_cast<int32_t>(x[r]));
  const S8Output<V> output(args.zero_point_out, -128, 127);
  const V value = static_cast<float>(total - offset);
  output(value * V(args.multiplier)).store_s8_partial(y, 1);
}

template <class V, class Combine>
inline void reduce_all(const ReduceS8Args& args, int32_t identity, int32_t offset,
                       Combine combine) {
  constexpr size_t kWide = 32 / V::kLanes;
  for (size_t o = 0; o < args.outer; ++o) {
    const int8_t* x = args.x + o * args.reduce * args.inner;
    int8_t* y = args.y + o * args.inner;
    size_t i = args.inner_begin;
    if (args.inner == 1) {
      if (i < args.inner_end) reduce_row<V>(args, x, y, identity, offset, combine);
      continue;
    }
    for (; i + 32 <= args.inner_end; i += 32) {
      reduce_columns<V, kWide>(args, x + i, y + i, V::kLanes, identity, offset, combine);
    }
    for (; i < args.inner_end; i += V::kLanes) {
      const size_t rest = args.inner_end - i;
      const size_t count = rest < V::kLanes ? rest : V::kLanes;
      reduce_columns<V, 1>(args, x + i, y + i, count, identity, offset, combine);
    }
  }
}

template <class V>
inline void reduce_s8_body(const ReduceS8Args& args) {
  const int32_t zero = args.zero_point_in;
  switch (args.op) {
    case ReduceOp::sum:
    case ReduceOp::mean:
      return reduce_all<V>(args, 0, zero * static_cast<int32_t>(args.reduce), AddInt());
    case ReduceOp::max:
      return reduce_all<V>(args, -128, zero, MaxInt());
    case ReduceOp::min:
      return reduce_all<V>(args, 127, zero, MinInt());
  }
}

}  // namespace
}  // namespace linnet

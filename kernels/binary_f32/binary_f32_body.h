#pragma once

#include "kernels/binary_f32/binary_f32.h"
#include "kernels/math_f32/math_f32.h"
#include "kernels/math_f32/pow_f32.h"
#include "kernels/vec/broadcast_loops.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

struct Sub {
  template <class V>
  V operator()(V a, V b) const {
    return a - b;
  }
};
struct Mul {
  template <class V>
  V operator()(V a, V b) const {
    return a * b;
  }
};
struct Div {
  template <class V>
  V operator()(V a, V b) const {
    return a / b;
  }
};
struct Pow {
  template <class V>
  V operator()(V a, V b) const {
    float base[V::kLanes], exponent[V::kLanes];
    a.store(base);
    b.store(exponent);
    for (size_t j = 0; j < V::kLanes; ++j) base[j] = pow_f32(base[j], exponent[j]);
    return V::load(base);
  }
};

template <class V, class Op>
struct BinaryF32Row {
  Op op;
  V lo, hi;

  template <bool a_scalar, bool b_scalar>
  void run(const float* a, const float* b, float* y, size_t count) const {
    const V first_a = *a, first_b = *b;
    size_t i = 0;
    for (; i + V::kLanes <= count; i += V::kLanes) {
      const V va = a_scalar ? first_a : V::load(a + i);
      const V vb = b_scalar ? first_b : V::load(b + i);
      clamp(op(va, vb), lo, hi).store(y + i);
    }
    if (i == count) return;
    const V va = a_scalar ? first_a : V::load_partial(a + i, count - i);
    const V vb = b_scalar ? first_b : V::load_partial(b + i, count - i);
    clamp(op(va, vb), lo, hi).store_partial(y + i, count - i);
  }
};

template <class V, class Op>
inline void apply(const BinaryF32Args& args, Op op) {
  const BinaryF32Row<V, Op> row = {op, V(args.lo), V(args.hi)};
  for_rows(args.shape, args.a, args.b, args.y, row);
}

template <class V>
inline void binary_f32_body(const BinaryF32Args& args) {
  switch (args.op) {
    case BinaryF32::add:
      return apply<V>(args, Add());
    case BinaryF32::sub:
      return apply<V>(args, Sub());
    case BinaryF32::mul:
      return apply<V>(args, Mul());
    case BinaryF32::div:
      return apply<V>(args, Div());
    case BinaryF32::minimum:
      return apply<V>(args, NanMin());
    case BinaryF32::maximum:
      return apply<V>(args, NanMax());
    case BinaryF32::pow:
      return apply<V>(args, Pow());
  }
}

}  // namespace
}  // namespace linnet

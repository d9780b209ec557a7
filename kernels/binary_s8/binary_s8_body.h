#pragma once

#include "kernels/binary_s8/binary_s8.h"
#include "kernels/vec/broadcast_loops.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
struct AddS8 {
  V ka, kb;
  V operator()(typename V::Int a, typename V::Int b) const {
    return to_float(a) * ka + to_float(b) * kb;
  }
};
template <class V>
struct SubS8 {
  V ka, kb;
  V operator()(typename V::Int a, typename V::Int b) const {
    return to_float(a) * ka - to_float(b) * kb;
  }
};
template <class V>
struct MulS8 {
  V ka;
  V operator()(typename V::Int a, typename V::Int b) const { return to_float(a * b) * ka; }
};

template <class V, class Op>
struct BinaryS8Row {
  using Int = typename V::Int;
  Op op;
  Int zero_a, zero_b;
  S8Output<V> output;

  template <bool a_scalar, bool b_scalar>
  void run(const int8_t* a, const int8_t* b, int8_t* y, size_t count) const {
    const Int first_a = Int(static_cast<int32_t>(*a)) - zero_a;
    const Int first_b = Int(static_cast<int32_t>(*b)) - zero_b;
    size_t i = 0;
    for (; i + V::kLanes <= count; i += V::kLanes) {
      const Int va = a_scalar ? first_a : Int::load_s8(a + i) - zero_a;
      const Int vb = b_scalar ? first_b : Int::load_s8(b + i) - zero_b;
      output(op(va, vb)).store_s8(y + i);
    }
    if (i == count) return;
    const Int va = a_scalar ? first_a : Int::load_s8_partial(a + i, count - i) - zero_a;
    const Int vb = b_scalar ? first_b : Int::load_s8_partial(b + i, count - i) - zero_b;
    output(op(va, vb)).store_s8_partial(y + i, count - i);
  }
};

template <class V, class Op>
inline void apply(const BinaryS8Args& args, Op op) {
  using Int = typename V::Int;
  const BinaryS8Row<V, Op> row = {op, Int(args.zero_point_a), Int(args.zero_point_b),
                                  S8Output<V>(args.zero_point_y, args.clamp_min, args.clamp_max)};
  for_rows(args.shape, args.a, args.b, args.y, row);
}

template <class V>
inline void binary_s8_body(const BinaryS8Args& args) {
  const V ka = args.multiplier_a, kb = args.multiplier_b;
  switch (args.op) {
    case BinaryS8::add:
      return apply<V>(args, AddS8<V>{ka, kb});
    case BinaryS8::sub:
      return apply<V>(args, SubS8<V>{ka, kb});
    case BinaryS8::mul:
      return apply<V>(args, MulS8<V>{ka});
  }
}

}  // namespace
}  // namespace linnet

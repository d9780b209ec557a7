#pragma once

#include "kernels/binary_s8/binary_s8_body.h"

// binary_s8 on x86, a register of bytes (vec/bytes_avx2.h) at a time; what is left of a row goes
// the way of binary_s8_body.h.

namespace linnet {
namespace {

// The float 2^23 + u has u in its last bits.
constexpr int32_t kFloatOfByte = 0x4b00;  // upper half of its bits
constexpr float kByteFloat = 8388608.0f;

template <class B>
struct FourFloats {
  typename B::Float v[4];
};

// bytes − zero point; `shift` is 2^23 + 128 + zero point.
template <class B>
[[gnu::always_inline]] inline FourFloats<B> to_floats(typename B::Reg bytes,
                                                      typename B::Float shift) {
  const typename B::Reg u = B::flip(bytes), top = B::set16(kFloatOfByte);
  const typename B::Reg low = B::low8(u, B::zero()), high = B::high8(u, B::zero());
  return {{B::sub(B::bits_of_float(B::low16(low, top)), shift),
           B::sub(B::bits_of_float(B::high16(low, top)), shift),
           B::sub(B::bits_of_float(B::low16(high, top)), shift),
           B::sub(B::bits_of_float(B::high16(high, top)), shift)}};
}

template <class B, BinaryS8 kOp>
[[gnu::always_inline]] inline typename B::Float combine(typename B::Float a, typename B::Float b,
                                                        typename B::Float ka,
                                                        typename B::Float kb) {
  if constexpr (kOp == BinaryS8::add) return B::add(B::mul(a, ka), B::mul(b, kb));
  if constexpr (kOp == BinaryS8::sub) return B::sub(B::mul(a, ka), B::mul(b, kb));
  // The product of the differences is below 2^24: no rounding.
  return B::mul(B::mul(a, b), ka);
}

// Rest: a row of binary_s8_body.h.
template <class B, BinaryS8 kOp, class Rest>
struct BinaryS8BytesRow {
  using Reg = typename B::Reg;
  using Float = typename B::Float;
  Float shift_a, shift_b, ka, kb;
  Reg zero, low, high;  // of y; zero in 16 bits
  Rest rest;

  // Packing saturates, so the clamp can wait for the bytes.
  Reg output(const Float* t) const {
    const Reg first = B::pack16(B::round(t[0]), B::round(t[1]));
    const Reg second = B::pack16(B::round(t[2]), B::round(t[3]));
    const Reg bytes = B::pack8(B::add16_saturated(first, zero), B::add16_saturated(second, zero));
    return B::min8(B::max8(bytes, low), high);
  }

  template <bool a_scalar, bool b_scalar>
  void run(const int8_t* a, const int8_t* b, int8_t* y, size_t count) const {
    const FourFloats<B> first_a = to_floats<B>(B::set8(*a), shift_a);
    const FourFloats<B> first_b = to_floats<B>(B::set8(*b), shift_b);
    size_t i = 0;
    for (; i + B::kBytes <= count; i += B::kBytes) {
      const FourFloats<B> va = a_scalar ? first_a : to_floats<B>(B::load(a + i), shift_a);
      const FourFloats<B> vb = b_scalar ? first_b : to_floats<B>(B::load(b + i), shift_b);
      Float t[4];
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) t[q] = combine<B, kOp>(va.v[q], vb.v[q], ka, kb);
      B::store(y + i, output(t));
    }
    if (i == count) return;
    rest.template run<a_scalar, b_scalar>(a_scalar ? a : a + i, b_scalar ? b : b + i, y + i,
                                          count - i);
  }
};

// The loops of V alone.
template <BinaryS8 kOp, class V, class Op>
inline BinaryS8Row<V, Op> make_row(const BinaryS8Args& args, Op op) {
  using Int = typename V::Int;
  return {op, Int(args.zero_point_a), Int(args.zero_point_b),
          S8Output<V>(args.zero_point_y, args.clamp_min, args.clamp_max)};
}

// Registers of B, then the smaller ones of More, then V.
template <BinaryS8 kOp, class V, class Op, class B, class... More>
inline auto make_row(const BinaryS8Args& args, Op op) {
  const auto rest = make_row<kOp, V, Op, More...>(args, op);
  return BinaryS8BytesRow<B, kOp, decltype(make_row<kOp, V, Op, More...>(args, op))>{
      B::set_float(kByteFloat + static_cast<float>(128 + args.zero_point_a)),
      B::set_float(kByteFloat + static_cast<float>(128 + args.zero_point_b)),
      B::set_float(args.multiplier_a),
      B::set_float(args.multiplier_b),
      B::set16(args.zero_point_y),
      B::set8(args.clamp_min),
      B::set8(args.clamp_max),
      rest};
}

template <BinaryS8 kOp, class V, class Op, class... B>
inline void apply_bytes(const BinaryS8Args& args, Op op) {
  for_rows(args.shape, args.a, args.b, args.y, make_row<kOp, V, Op, B...>(args, op));
}

// Whether no result before the clamp leaves int32.
inline bool fits_int32(const BinaryS8Args& args) {
  const float a = __builtin_fabsf(args.multiplier_a), b = __builtin_fabsf(args.multiplier_b);
  if (args.op == BinaryS8::mul) return a <= 16384.0f;
  return a <= 2097152.0f && b <= 2097152.0f;
}

template <class V, class B, class... More>
inline void binary_s8_bytes(const BinaryS8Args& args) {
  if (merged(args.shape).inner < B::kBytes) {
    if constexpr (sizeof...(More) > 0) {
      return binary_s8_bytes<V, More...>(args);
    } else {
      return binary_s8_body<V>(args);
    }
  }
  if (!fits_int32(args)) return binary_s8_body<V>(args);
  const V ka = args.multiplier_a, kb = args.multiplier_b;
  switch (args.op) {
    case BinaryS8::add:
      return apply_bytes<BinaryS8::add, V, AddS8<V>, B, More...>(args, {ka, kb});
    case BinaryS8::sub:
      return apply_bytes<BinaryS8::sub, V, SubS8<V>, B, More...>(args, {ka, kb});
    case BinaryS8::mul:
      return apply_bytes<BinaryS8::mul, V, MulS8<V>, B, More...>(args, {ka});
  }
}

}  // namespace
}  // namespace linnet

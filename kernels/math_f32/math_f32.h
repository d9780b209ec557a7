#pragma once

#include <cstddef>
#include <cstdint>

// Transcendental functions of floats over the vector classes of kernels/vec: polynomials and single
// IEEE operations only, so every ISA gives the same bits. Largest errors, over all floats:
//   exp      1 ulp (subnormal results included); exp_nonpositive 1 ulp of results from 2^-126
//   log      1 ulp
//   tanh     1.2e-7 absolute
//   sigmoid  1.2e-7 absolute
//   erf      1.3e-7 absolute
// NaN in, NaN out. Coefficients: our own minimax fits (Remez exchange) of the functions named at
// each. Reductions of the argument as in Cody and Waite, "Software Manual for the Elementary
// Functions", 1980, chapters 5 and 6.

namespace linnet {
namespace {

// 2^n for −126 <= n <= 127; any other n gives some float.
template <class V>
inline V power_of_two(typename V::Int n) {
  return from_bits(shift_left<23>(n + 127));
}

// min(max(x, lo), hi); NaN stays NaN.
template <class V>
inline V clamp(V x, V lo, V hi) {
  return min_of(hi, max_of(lo, x));
}

template <class V>
inline V exp_f32(V x) {
  // Outside these bounds the result is inf and 0 anyway; inside, n fits the exponent twice halved.
  x = clamp<V>(x, -104.0f, 89.0f);
  const typename V::Int n = round_to_int(x * 1.44269504f);
  const V whole = to_float(n);
  // ln 2 in two parts; the first has 9 significant bits, so whole · first is exact.
  const V r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;
  // (e^r − 1 − r) / r² on |r| <= ln 2 / 2
  V p = r * 0x1.6a21dep-10f + 0x1.123b68p-7f;
  p = p * r + 0x1.5558fap-5f;
  p = p * r + 0x1.55549p-3f;
  p = p * r + 0x1.fffffcp-2f;
  const V mantissa = (p * (r * r) + r) + 1.0f;
  const typename V::Int half = shift_right<1>(n);
  return mantissa * power_of_two<V>(half) * power_of_two<V>(n - half);
}

// exp for x <= 0 in about half the operations, with fused multiply-adds; 0 from about −87.7 down.
template <class V>
inline V exp_nonpositive_f32(V x) {
  x = max_of(V(-88.0f), x);
  const typename V::Int n = round_to_int(x * 1.44269504f);  // >= −127, whose power is 0
  const V whole = to_float(n);
  const V r = mul_add(whole, V(2.12194440e-4f), mul_add(whole, V(-0.693359375f), x));
  V p = mul_add(r, V(0x1.6a21dep-10f), V(0x1.123b68p-7f));
  p = mul_add(p, r, V(0x1.5558fap-5f));
  p = mul_add(p, r, V(0x1.55549p-3f));
  p = mul_add(p, r, V(0x1.fffffcp-2f));
  const V mantissa = mul_add(p, r * r, r) + 1.0f;
  return mantissa * power_of_two<V>(n);
}

template <class V>
inline V log_f32(V x) {
  const typename V::Mask tiny = x < V(0x1p-126f);
  const V scaled = select(tiny, x * 0x1p23f, x);
  const typename V::Int bits = to_bits(scaled);
  V e = to_float(shift_right<23>(bits) - 127) - select(tiny, V(23.0f), V(0.0f));
  V m = from_bits((bits & 0x007fffff) + 0x3f800000);  // [1, 2)
  const typename V::Mask upper = m > V(1.41421356f);
  m = select(upper, m * 0.5f, m);
  e = e + select(upper, V(1.0f), V(0.0f));
  const V f = m - 1.0f;
  // (log(1 + f) − f + f²/2) / f³ on √½ − 1 … √2 − 1
  V p = f * -0x1.38b3c2p-4f + 0x1.055a9p-3f;
  p = p * f - 0x1.0d853p-3f;
  p = p * f + 0x1.22da3cp-3f;
  p = p * f - 0x1.54724ap-3f;
  p = p * f + 0x1.99a008p-3f;
  p = p * f - 0x1.000226p-2f;
  p = p * f + 0x1.555554p-2f;
  const V square = f * f;
  const V small = (p * f * square - e * 2.12194440e-4f) - square * 0.5f;
  V y = (small + f) + e * 0.693359375f;
  const V infinity = __builtin_inff();
  y = select(x == infinity, x, y);
  y = select(x == V(0.0f), neg(infinity), y);
  y = select(x < V(0.0f), V(__builtin_nanf("")), y);
  return select(is_nan(x), x, y);
}

template <class V>
inline V tanh_f32(V x) {
  const V a = abs(x);
  const V z = x * x;
  // (tanh x − x) / x³ as a polynomial of x², |x| <= 5/8
  V p = z * -0x1.76ac22p-8f + 0x1.5256dap-6f;
  p = p * z - 0x1.b8444ap-5f;
  p = p * z + 0x1.110768p-3f;
  p = p * z - 0x1.555534p-2f;
  const V inner = x * z * p + x;
  const V outer = V(1.0f) - V(2.0f) / (exp_f32(a + a) + 1.0f);
  return copysign(select(a < V(0.625f), inner, outer), x);
}

template <class V>
inline V sigmoid_f32(V x) {
  return V(1.0f) / (exp_f32(neg(x)) + 1.0f);
}

template <class V>
inline V erf_f32(V x) {
  const V z = x * x;
  // erf(x) / x as a polynomial of x², |x| <= 1
  V p = z * -0x1.273f74p-11f + 0x1.4246c0p-8f;
  p = p * z - 0x1.b5a358p-6f;
  p = p * z + 0x1.ce0942p-4f;
  p = p * z - 0x1.812674p-2f;
  p = p * z + 0x1.20dd74p+0f;
  // −log(erfc(a)) on 1 <= a <= 4; beyond 4, erf rounds to 1
  const V a = min_of(abs(x), V(4.0f));
  V q = a * 0x1.2d9132p-10f - 0x1.e43dacp-7f;
  q = q * a + 0x1.6b0adep-4f;
  q = q * a + 0x1.4f1952p-1f;
  q = q * a + 0x1.1e1066p+0f;
  q = q * a + 0x1.5e3644p-9f;
  const V outer = copysign(V(1.0f) - exp_f32(neg(q)), x);
  return select(a < V(1.0f), p * x, select(is_nan(x), x, outer));
}

}  // namespace
}  // namespace linnet

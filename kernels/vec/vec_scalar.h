#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// The one-lane member of the vector classes (vec_scalar.h, vec_avx2.h, vec_neon.h) that float and
// int8 kernels are written over. A kernel's body is a template over the vector class `V`; each ISA
// file instantiates it with its own class. All three offer the same operations, each one IEEE
// operation or exact, so the bits agree:
//   V::kLanes, V::Int, V::Mask, load, store, load_partial (the rest 0), store_partial, V(float)
//   + − · /, comparisons, select(mask, a, b), min_of(a, b) = a < b ? a : b, max_of(a, b) = a > b ?
//   a : b, abs, neg, sqrt, copysign, floor, ceil, round_even (half to even), round_to_int (half to
//   even, |v| < 2^22, else unspecified), to_float, to_bits, from_bits,
//   mul_add(a, b, c) = a · b + c, rounded once
//   Int: + − · &, shift_left<n>, shift_right<n> (arithmetic; + − · and << wrap), and loads and
//   stores of s8 (stores: values in −128…127) and u8 (0…255)
//   V::Bytes: kBytes int8 values with load, store, max_of
// Everything is in an anonymous namespace: see kernels/isa.h for the reason.

namespace linnet {
namespace {

inline float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

inline uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

struct S1 {
  int32_t v;

  S1() = default;
  S1(int32_t value) : v(value) {}
  static S1 load_s8(const int8_t* p) { return *p; }
  static S1 load_s8_partial(const int8_t* p, size_t) { return *p; }
  void store_s8(int8_t* p) const { *p = static_cast<int8_t>(v); }
  void store_s8_partial(int8_t* p, size_t) const { store_s8(p); }
  void store_u8(uint8_t* p) const { *p = static_cast<uint8_t>(v); }
  void store_u8_partial(uint8_t* p, size_t) const { store_u8(p); }
};

inline S1 wrapped(uint32_t v) { return static_cast<int32_t>(v); }
inline uint32_t raw(S1 a) { return static_cast<uint32_t>(a.v); }
inline S1 operator+(S1 a, S1 b) { return wrapped(raw(a) + raw(b)); }
inline S1 operator-(S1 a, S1 b) { return wrapped(raw(a) - raw(b)); }
inline S1 operator*(S1 a, S1 b) { return wrapped(raw(a) * raw(b)); }
inline S1 operator&(S1 a, S1 b) { return wrapped(raw(a) & raw(b)); }
inline S1 max_of(S1 a, S1 b) { return a.v > b.v ? a : b; }
inline S1 min_of(S1 a, S1 b) { return a.v < b.v ? a : b; }
template <int n>
inline S1 shift_left(S1 a) {
  return wrapped(raw(a) << n);
}
template <int n>
inline S1 shift_right(S1 a) {
  return a.v >> n;
}

struct B1 {
  static constexpr size_t kBytes = 1;
  int8_t v;
  static B1 load(const int8_t* p) { return {*p}; }
  void store(int8_t* p) const { *p = v; }
};
inline B1 max_of(B1 a, B1 b) { return a.v > b.v ? a : b; }

struct F1 {
  static constexpr size_t kLanes = 1;
  struct Mask {
    bool v;
  };
  using Int = S1;
  using Bytes = B1;
  float v;

  F1() = default;
  F1(float value) : v(value) {}
  static F1 load(const float* p) { return *p; }
  static F1 load_partial(const float* p, size_t) { return *p; }
  void store(float* p) const { *p = v; }
  void store_partial(float* p, size_t) const { *p = v; }
};

inline F1 operator+(F1 a, F1 b) { return a.v + b.v; }
inline F1 operator-(F1 a, F1 b) { return a.v - b.v; }
inline F1 operator*(F1 a, F1 b) { return a.v * b.v; }
inline F1 operator/(F1 a, F1 b) { return a.v / b.v; }
inline F1::Mask operator<(F1 a, F1 b) { return {a.v < b.v}; }
inline F1::Mask operator>(F1 a, F1 b) { return {a.v > b.v}; }
inline F1::Mask operator>=(F1 a, F1 b) { return {a.v >= b.v}; }
inline F1::Mask operator==(F1 a, F1 b) { return {a.v == b.v}; }
inline F1::Mask is_nan(F1 a) { return {a.v != a.v}; }
inline F1::Mask either(F1::Mask a, F1::Mask b) { return {a.v || b.v}; }
inline F1 select(F1::Mask mask, F1 a, F1 b) { return mask.v ? a : b; }
inline F1 min_of(F1 a, F1 b) { return a.v < b.v ? a : b; }
inline F1 max_of(F1 a, F1 b) { return a.v > b.v ? a : b; }
inline F1 mul_add(F1 a, F1 b, F1 c) { return __builtin_fmaf(a.v, b.v, c.v); }
inline F1 sqrt(F1 a) { return __builtin_sqrtf(a.v); }
inline F1 abs(F1 a) { return float_of_bits(bits_of_float(a.v) & 0x7fffffffu); }
inline F1 neg(F1 a) { return float_of_bits(bits_of_float(a.v) ^ 0x80000000u); }
inline F1 copysign(F1 magnitude, F1 sign) {
  return float_of_bits((bits_of_float(magnitude.v) & 0x7fffffffu) |
                       (bits_of_float(sign.v) & 0x80000000u));
}
inline S1 to_bits(F1 a) { return wrapped(bits_of_float(a.v)); }
inline F1 from_bits(S1 a) { return float_of_bits(raw(a)); }
inline F1 to_float(S1 a) { return static_cast<float>(a.v); }

// Adding 2^23 to a magnitude below it leaves no bits for a fraction: the addition rounds.
inline F1 round_even(F1 a) {
  const F1 magnitude = abs(a);
  const F1 rounded = (magnitude + 8388608.0f) - 8388608.0f;
  return select(magnitude < 8388608.0f, copysign(rounded, a), a);
}
inline F1 floor(F1 a) {
  const F1 rounded = round_even(a);
  return copysign(select(rounded > a, rounded - 1.0f, rounded), a);
}
inline F1 ceil(F1 a) { return neg(floor(neg(a))); }

// The same idea with 1.5·2^23, whose low bits then hold the integer, negative ones too.
inline S1 round_to_int(F1 a) { return wrapped(bits_of_float(a.v + 12582912.0f) - 0x4b400000u); }

}  // namespace
}  // namespace linnet

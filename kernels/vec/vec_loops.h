#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// Loops and reductions over the vector classes of vec_scalar.h, vec_avx2.h and vec_neon.h.

namespace linnet {
namespace {

// y[i] = f(x[i]) for i < count; f maps V to V. y may be x.
template <class V, class F>
inline void map_f32(const float* x, float* y, size_t count, F f) {
  size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) f(V::load(x + i)).store(y + i);
  if (i < count) f(V::load_partial(x + i, count - i)).store_partial(y + i, count - i);
}

// clamp(round_half_even(t) + zero_point, …) of kernels/requantize.h; low and high are the clamp's
// bounds − zero_point. t is no NaN.
template <class V>
inline typename V::Int round_to_quantized(V t, V low, V high, typename V::Int zero_point) {
  return round_to_int(min_of(max_of(t, low), high)) + zero_point;
}

// An int8 output's zero point and clamp.
template <class V>
struct S8Output {
  typename V::Int zero_point;
  V low, high;

  S8Output(int32_t zero, int32_t clamp_min, int32_t clamp_max)
      : zero_point(zero),
        low(static_cast<float>(clamp_min - zero)),
        high(static_cast<float>(clamp_max - zero)) {}
  typename V::Int operator()(V t) const { return round_to_quantized<V>(t, low, high, zero_point); }
};

// y[i] = f(x[i]) for i < count; f maps V::Int to V::Int. y may be x.
template <class V, class F>
inline void map_s8(const int8_t* x, int8_t* y, size_t count, F f) {
  using Int = typename V::Int;
  size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) f(Int::load_s8(x + i)).store_s8(y + i);
  if (i < count) {
    f(Int::load_s8_partial(x + i, count - i)).store_s8_partial(y + i, count - i);
  }
}

// Operations that reductions and binary kernels share, on vectors and on floats alike.
struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
};

// numpy's maximum and minimum: NaN if either is; of equal operands b.
struct NanMax {
  template <class V>
  V operator()(V a, V b) const {
    return select(either(a > b, is_nan(a)), a, b);
  }
  float operator()(float a, float b) const { return a > b || a != a ? a : b; }
};
struct NanMin {
  template <class V>
  V operator()(V a, V b) const {
    return select(either(a < b, is_nan(a)), a, b);
  }
  float operator()(float a, float b) const { return a < b || a != a ? a : b; }
};

// Lane j with lane j + 4, then + 2, then + 1: ((0+4)+(2+6)) + ((1+5)+(3+7)).
template <class Combine>
inline float combine_lanes(float* lane, Combine combine) {
  for (size_t width = 4; width >= 1; width /= 2) {
    for (size_t j = 0; j < width; ++j) lane[j] = combine(lane[j], lane[j + width]);
  }
  return lane[0];
}

// Reduces map(x[0…n)) by 8 partial lanes (index mod 8) and combine_lanes: the order is the same for
// every vector class. `identity` fills what n leaves over. The mapped values are stored to y unless
// it is null; y may be x.
template <class V, class Map, class Combine>
inline float reduce_lanes(const float* x, float* y, size_t n, float identity, Map map,
                          Combine combine) {
  constexpr size_t kParts = 8 / V::kLanes;
  V partial[kParts];
  for (size_t j = 0; j < kParts; ++j) partial[j] = V(identity);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (size_t j = 0; j < kParts; ++j) {
      const V value = map(V::load(x + i + j * V::kLanes));
      if (y) value.store(y + i + j * V::kLanes);
      partial[j] = combine(partial[j], value);
    }
  }
  float lane[8] = {};
  if (i < n) {
    memcpy(lane, x + i, (n - i) * sizeof(float));
    for (size_t j = 0; j < 8; j += V::kLanes) map(V::load(lane + j)).store(lane + j);
    if (y) memcpy(y + i, lane, (n - i) * sizeof(float));
    for (size_t j = n - i; j < 8; ++j) lane[j] = identity;
    for (size_t j = 0; j < kParts; ++j) {
      partial[j] = combine(partial[j], V::load(lane + j * V::kLanes));
    }
  }
  for (size_t j = 0; j < kParts; ++j) partial[j].store(lane + j * V::kLanes);
  return combine_lanes(lane, combine);
}

}  // namespace
}  // namespace linnet

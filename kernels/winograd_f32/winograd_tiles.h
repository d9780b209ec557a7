#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pack/winograd_points.h"

// One-dimensional transforms over a vector class V (kernels/vec), and which pixels a tile has.
// Private to the files of this family.

namespace linnet {
namespace {

struct Winograd4 {
  static constexpr size_t kOut = 4, kIn = 6;
  static constexpr float kA = kWinogradA, kB = kWinogradB;
  static constexpr float kP = kA * kA, kQ = kB * kB;

  template <class V>
  [[gnu::always_inline]] static inline void input(const V (&d)[6], V (&v)[6]) {
    const V e = mul_add(V(-kQ), d[2], d[4]), o = mul_add(V(-kQ), d[1], d[3]);
    const V f = mul_add(V(-kP), d[2], d[4]), g = mul_add(V(-kP), d[1], d[3]);
    v[0] = mul_add(V(kP * kQ), d[0], mul_add(V(-(kP + kQ)), d[2], d[4]));
    v[1] = mul_add(V(kA), o, e);
    v[2] = mul_add(V(-kA), o, e);
    v[3] = mul_add(V(kB), g, f);
    v[4] = mul_add(V(-kB), g, f);
    v[5] = mul_add(V(kP * kQ), d[1], mul_add(V(-(kP + kQ)), d[3], d[5]));
  }
  template <class V>
  [[gnu::always_inline]] static inline void output(const V (&m)[6], V (&y)[4]) {
    const V s = m[1] + m[2], d = m[1] - m[2], u = m[3] + m[4], v = m[3] - m[4];
    y[0] = (m[0] + s) + u;
    y[1] = mul_add(V(kB), v, V(kA) * d);
    y[2] = mul_add(V(kQ), u, V(kP) * s);
    y[3] = mul_add(V(kQ * kB), v, mul_add(V(kP * kA), d, m[5]));
  }
};

struct Winograd2 {
  static constexpr size_t kOut = 2, kIn = 4;

  template <class V>
  [[gnu::always_inline]] static inline void input(const V (&d)[4], V (&v)[4]) {
    v[0] = d[0] - d[2];
    v[1] = d[1] + d[2];
    v[2] = d[2] - d[1];
    v[3] = d[3] - d[1];
  }
  template <class V>
  [[gnu::always_inline]] static inline void output(const V (&m)[4], V (&y)[2]) {
    y[0] = (m[0] + m[1]) + m[2];
    y[1] = (m[1] - m[2]) + m[3];
  }
};

// Of `count` pixels from `start` on, those inside 0 … size − 1: from begin to end − 1.
struct WinogradSpan {
  ptrdiff_t start;
  size_t begin, end;
};

inline WinogradSpan winograd_span(size_t tile, size_t t, size_t pad, size_t count, size_t size) {
  const ptrdiff_t start = static_cast<ptrdiff_t>(tile * t) - static_cast<ptrdiff_t>(pad);
  const ptrdiff_t all = static_cast<ptrdiff_t>(count);
  const ptrdiff_t before = start < 0 ? (-start < all ? -start : all) : 0;
  const ptrdiff_t left = static_cast<ptrdiff_t>(size) - start;
  const ptrdiff_t end = left < before ? before : left < all ? left : all;
  return {start, static_cast<size_t>(before), static_cast<size_t>(end)};
}

}  // namespace
}  // namespace linnet

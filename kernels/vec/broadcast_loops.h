#pragma once

#include <cstddef>

#include "kernels/broadcast/broadcast_walk.h"

// The walk over a Broadcast that binary kernels share.

namespace linnet {
namespace {

// The same walk with as long an inner loop as the two outermost distances allow.
inline Broadcast merged(Broadcast s) {
  if (s.inner == 1 && (s.a_outer == 0 || s.a_outer == 1) && (s.b_outer == 0 || s.b_outer == 1)) {
    return {1, s.outer, 0, 0, s.a_outer == 0, s.b_outer == 0};
  }
  const ptrdiff_t inner = static_cast<ptrdiff_t>(s.inner);
  const bool a_follows = s.a_outer == (s.a_scalar ? 0 : inner);
  const bool b_follows = s.b_outer == (s.b_scalar ? 0 : inner);
  if (a_follows && b_follows) return {1, s.outer * s.inner, 0, 0, s.a_scalar, s.b_scalar};
  return s;
}

// Calls row.run<a_scalar, b_scalar>(a, b, y, inner) for every outer index.
template <class Row, class In, class Out>
inline void for_rows(const Broadcast& shape, const In* a, const In* b, Out* y, const Row& row) {
  const Broadcast s = merged(shape);
  for (size_t o = 0; o < s.outer; ++o) {
    const ptrdiff_t step = static_cast<ptrdiff_t>(o);
    const In* pa = a + step * s.a_outer;
    const In* pb = b + step * s.b_outer;
    Out* py = y + o * s.inner;
    if (s.inner == 0) continue;
    if (s.a_scalar) {
      if (s.b_scalar) {
        row.template run<true, true>(pa, pb, py, s.inner);
      } else {
        row.template run<true, false>(pa, pb, py, s.inner);
      }
    } else if (s.b_scalar) {
      row.template run<false, true>(pa, pb, py, s.inner);
    } else {
      row.template run<false, false>(pa, pb, py, s.inner);
    }
  }
}

}  // namespace
}  // namespace linnet

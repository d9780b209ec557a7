#pragma once

#include <cstddef>

// How the two operands of a binary kernel are walked. The output is [outer][inner], contiguous;
//   a(o, i) = a[o · a_outer + (a_scalar ? 0 : i)],   b likewise, distances in elements.
// It covers
//   same shape                a_outer = b_outer = inner (or outer = 1)
//   right scalar              b_scalar, b_outer = 0
//   left scalar               a_scalar, a_outer = 0
//   inner vector b[inner]     a_outer = inner, b_outer = 0
//   outer vector b[outer]     a_outer = inner, b_outer = 1, b_scalar
// and their mirror images. Any other broadcast is a loop of such calls. The output may be an
// operand that has the output's shape.

namespace linnet {

struct Broadcast {
  size_t outer, inner;
  ptrdiff_t a_outer, b_outer;
  bool a_scalar, b_scalar;
};

}  // namespace linnet

#pragma once

#include "kernels/isa.h"

// Strided copy into a contiguous destination: transpose, slice (also with negative steps), expand,
// tile, concat, split and pad are all made of it.
//   y[i0][i1]…[i5] = x[Σ i_d · x_stride[d]]
// The destination's rows may be set wider apart with y_stride (concat, pad): y[Σ i_d ·
// y_stride[d]].

namespace linnet {

inline constexpr int kCopyNdMaxRank = 6;

struct CopyNdArgs {
  const void* x;        // the element at index 0…0
  void* y;              // must not overlap what is read
  size_t element_size;  // 1, 2, 4 or 8 bytes; x and y aligned to it
  int rank;             // 0…6; 0 copies one element
  size_t shape[kCopyNdMaxRank];
  ptrdiff_t x_stride[kCopyNdMaxRank];  // elements; may be 0 or negative
  // Elements; all zero: y is contiguous. Else distinct indices must give distinct places.
  ptrdiff_t y_stride[kCopyNdMaxRank];
};

using CopyNdFn = void(const CopyNdArgs& args);
extern const KernelFamily<CopyNdFn> kCopyNd;

CopyNdFn copy_nd_scalar, copy_nd_avx2, copy_nd_neon;

}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>

// Geometry of 2-D pooling over NHWC, shared by pool_f32 and pool_s8. Signed numbers; every size,
// stride and dilation >= 1, every pad >= 0, every product fits in ptrdiff_t. The caller chooses oh
// and ow (so also whether they were rounded up); windows may hang over any edge.
//
// The divisor of an average is the number of kernel positions that lie on the input, or with
// count_include_pad those that lie on the input or its padding. A window with none gives 0
// (average) or the lowest value: −inf, −128 (max).

namespace linnet {

enum class PoolKind : uint8_t { average, max };

struct PoolWindow {
  ptrdiff_t n, h, w, c;  // input
  ptrdiff_t oh, ow;      // output
  ptrdiff_t kernel_h, kernel_w;
  ptrdiff_t stride_h, stride_w;
  ptrdiff_t dilation_h, dilation_w;
  ptrdiff_t pad_top, pad_left, pad_bottom, pad_right;
  bool count_include_pad;
  ptrdiff_t row_begin, row_end;  // output rows to compute, out of n · oh
};

}  // namespace linnet

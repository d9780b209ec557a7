#pragma once

#include "kernels/pool_window/pool_window.h"

// The walk over the output pixels of a PoolWindow that pool_f32 and pool_s8 share.

namespace linnet {
namespace {

// The kernel positions of one axis that lie on the input: `count` of them, the first at input
// index `begin`. `padded`: how many lie on the input or its padding.
struct PoolSpan {
  ptrdiff_t begin, count, padded;
};

// Positions start, start + dilation, … (kernel of them) against [0, size) and its padding. The
// start is never before the leading padding.
inline PoolSpan pool_span(ptrdiff_t start, ptrdiff_t kernel, ptrdiff_t dilation, ptrdiff_t size,
                          ptrdiff_t trailing_pad) {
  const auto below = [&](ptrdiff_t limit) {  // how many positions are < limit
    const ptrdiff_t count = limit > start ? (limit - start + dilation - 1) / dilation : 0;
    return count < kernel ? count : kernel;
  };
  const ptrdiff_t first = below(0), end = below(size);
  return {start + first * dilation, end - first, below(size + trailing_pad)};
}

// One output pixel: rows × columns taps of c channels, the first at element `start` of x, the
// others by the steps. y at element `out`. `divisor` is that of an average.
struct PoolPixel {
  ptrdiff_t start, rows, columns, row_step, column_step, out, divisor;
};

template <class F>
inline void for_pool_pixels(const PoolWindow& p, F f) {
  for (ptrdiff_t row = p.row_begin; row < p.row_end; ++row) {
    const ptrdiff_t image = row / p.oh, oy = row % p.oh;
    const PoolSpan v =
        pool_span(oy * p.stride_h - p.pad_top, p.kernel_h, p.dilation_h, p.h, p.pad_bottom);
    for (ptrdiff_t ox = 0; ox < p.ow; ++ox) {
      const PoolSpan u =
          pool_span(ox * p.stride_w - p.pad_left, p.kernel_w, p.dilation_w, p.w, p.pad_right);
      PoolPixel pixel;
      pixel.rows = u.count > 0 ? v.count : 0;
      pixel.columns = u.count;
      pixel.start = pixel.rows > 0 ? ((image * p.h + v.begin) * p.w + u.begin) * p.c : 0;
      pixel.row_step = p.dilation_h * p.w * p.c;
      pixel.column_step = p.dilation_w * p.c;
      pixel.out = (row * p.ow + ox) * p.c;
      pixel.divisor = p.count_include_pad ? v.padded * u.padded : v.count * u.count;
      f(pixel);
    }
  }
}

}  // namespace
}  // namespace linnet

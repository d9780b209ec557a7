#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// The transforms on both sides of the products of a Winograd convolution, 3×3 at stride 1 in f32
// (kernels/pack/pack_winograd_f32.h has the method, the points a and b, and the weights).
//
// A tile is t×t output pixels, t = 2 or 4, of which those outside the output image do not count;
// tiles are numbered in row order, tiles_w in a row. It needs the t+2 by t+2 input pixels from
// (t·tile row − pad_top, t·tile column − pad_left) on; pixels outside the image are 0.
//
//   input:  V = Bᵀ d B, value (i, j) in matrix i·(t+2) + j: one row of `c` values for each tile
//   between them: M = V · Uᵀ for each matrix, by gemm_f32
//   output: y = clamp(Aᵀ M A + bias + residual)
//
// Definition, the same bits from every variant. The columns are transformed first, then the rows
// of the result, each by one of these, where fma(x, y, z) = x·y + z rounded once, p = a², q = b²:
//   t = 4, Bᵀ  e = fma(−q, d2, d4), o = fma(−q, d1, d3); f = fma(−p, d2, d4), g = fma(−p, d1, d3)
//              v0 = fma(pq, d0, fma(−(p+q), d2, d4))
//              v1, v2 = fma(±a, o, e)    v3, v4 = fma(±b, g, f)
//              v5 = fma(pq, d1, fma(−(p+q), d3, d5))
//          Aᵀ  s = m1 + m2, d = m1 − m2, u = m3 + m4, v = m3 − m4
//              y0 = (m0 + s) + u         y1 = fma(b, v, a·d)
//              y2 = fma(q, u, p·s)       y3 = fma(b³, v, fma(a³, d, m5))
//   t = 2, Bᵀ  d0 − d2, d1 + d2, d2 − d1, d3 − d1
//          Aᵀ  (m0 + m1) + m2, (m1 − m2) + m3
// Then the bias is added (0 without one), then the residual if there is one, and the value clamped
// as in gemm_f32. armhf runs the scalar form.
//
// Error of each transform against exact arithmetic, to first order: at most n·2⁻²⁴ times the same
// transform of the magnitudes with the magnitudes of the coefficients; n = 4 and 6 (Bᵀ and Aᵀ of
// t = 4), 2 and 4 (t = 2), and 1 more for bias and residual each. The coefficients are exact. What
// that makes of a whole layer is in docs/adr/0011-winograd-weights-are-made-by-the-converter.md.

namespace linnet {

struct WinogradInputF32Args {
  const float* x;  // one image [h][w][c], dense
  size_t h;
  size_t w;
  size_t c;
  size_t pad_top;  // any
  size_t pad_left;
  size_t tile;     // t
  size_t tiles_w;  // >= 1
  size_t first;    // tiles first … first + count − 1
  size_t count;
  float* v;         // [(t+2)²] matrices [count][c]; only these rows are written
  size_t v_matrix;  // elements from a matrix to the next, >= count·c
};

struct WinogradOutputF32Args {
  const float* m;   // [(t+2)²] matrices [count][c]
  size_t m_matrix;  // elements from a matrix to the next, >= count·c
  float* y;         // one image [h][w][c], dense; only the tiles' pixels are written
  size_t h;
  size_t w;
  size_t c;
  size_t tile;     // t
  size_t tiles_w;  // >= 1
  size_t first;    // tiles first … first + count − 1; all have pixels in the image
  size_t count;
  const float* bias;      // [c], or null
  const float* residual;  // as y, or null; may be y itself
  float clamp_min;        // -inf and +inf for no clamp
  float clamp_max;
};

// What is read and written must not overlap. No alignment needed. Stateless, thread-safe: disjoint
// ranges of tiles may run at once.
using WinogradInputF32Fn = void(const WinogradInputF32Args&);
using WinogradOutputF32Fn = void(const WinogradOutputF32Args&);

extern const KernelFamily<WinogradInputF32Fn> kWinogradInputF32;
extern const KernelFamily<WinogradOutputF32Fn> kWinogradOutputF32;

WinogradInputF32Fn winograd_input_f32_scalar, winograd_input_f32_avx2, winograd_input_f32_avx512,
    winograd_input_f32_neon;
WinogradOutputF32Fn winograd_output_f32_scalar, winograd_output_f32_avx2,
    winograd_output_f32_avx512, winograd_output_f32_neon;

}  // namespace linnet

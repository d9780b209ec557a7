#pragma once

#include "kernels/isa.h"

// Dynamic (run-time) asymmetric 8-bit quantization of the rows of a float matrix, as ONNX
// DynamicQuantizeLinear defines it, one scale and zero point per row:
//   lo = min(0, row…), hi = max(0, row…), scale = (hi − lo) / 255,
//   zero_point = round_half_even(clamp(−lo / scale, 0, 255)),
//   y = clamp(round_half_even(x / scale) + zero_point, 0, 255)
// A row of zeros has scale 1 and zero point 0. NaNs are left out of lo and hi and become the zero
// point; infinities are left out of lo and hi and saturate. A row so small that (hi − lo) / 255 is
// below the smallest normal float is treated as zeros. The same bits on every ISA.
//
// With `signed_output` the stored byte is the u8 value − 128 (as s8), and so is the zero point.
//
// Per tensor, with threads: minmax_f32 over each part, merge by min and max, dynamic_scale(), then
// this kernel over any split of the rows with `fixed` set.

namespace linnet {

struct DynamicScale {
  float scale;
  int32_t zero_point;  // 0…255, or −128…127 for signed output
};

// Scale and zero point for values in [lo, hi], lo <= 0 <= hi, both finite.
DynamicScale dynamic_scale(float lo, float hi, bool signed_output);

struct QuantizeRowsArgs {
  const float* x;   // row r at x + r * x_stride
  size_t x_stride;  // elements, >= k
  uint8_t* y;       // row r at y + r * y_stride; holds s8 when signed_output
  size_t y_stride;  // bytes, >= k_padded
  size_t m;         // rows
  size_t k;         // values in a row
  size_t k_padded;  // >= k: bytes k … k_padded − 1 of a row are set to its zero point
  bool signed_output;
  const DynamicScale* fixed;  // null: computed per row. Else used for all rows
  float* scale;               // [m] out
  int32_t* zero_point;        // [m] out
};

using QuantizeRowsFn = void(const QuantizeRowsArgs& args);
extern const KernelFamily<QuantizeRowsFn> kQuantizeRows;

QuantizeRowsFn quantize_rows_scalar, quantize_rows_avx2, quantize_rows_neon;

}  // namespace linnet

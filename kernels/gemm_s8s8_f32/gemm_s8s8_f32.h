#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// C = dequantize(A * W^T): dynamically quantized int8 activations (a scale and a zero point a row),
// int8 weights, float result.
//
//   acc     = sum over k of a[i][k] * w[j][k] - a_zero_point[i] * row_sum[j]   (int32, wrapping)
//   c[i][j] = (a_scale[i] * w_scale[j]) * float(acc) + (bias[j] + residual[i][j]), then clamped to
//   [clamp_min, clamp_max]
//
// Each float operation is rounded on its own (no fused multiply-add), so every instruction set
// gives the same bits; 32-bit ARM may flush results below 2^-126 to zero. A NaN stays a NaN. Any m,
// n, k >= 1. Weights are -127…127; other bytes (-128) give unspecified results in C and touch
// nothing else. Stateless, thread-safe, no allocation; C overlaps no input but the residual, which
// may be C itself.
//
// Splitting the work: over n at multiples of 8 (advance w by whole panels, row_sums, w_scale, bias,
// residual and c by rows), over m at multiples of kGemmS8S8F32RowTile. Pieces give the same bits as
// the whole.

namespace linnet {

struct GemmS8S8F32Args {
  size_t m = 0;
  size_t n = 0;
  size_t k = 0;
  // m rows of k values. k rounded up to 4 bytes of each row may be read; the pad may hold anything.
  const int8_t* a = nullptr;
  size_t a_stride = 0;                    // bytes from row to row
  const float* a_scale = nullptr;         // [m], or one value with a_scale_stride 0
  const int32_t* a_zero_point = nullptr;  // as a_scale; -128…127
  size_t a_scale_stride = 1;              // 1: one a row; 0: one for all rows
  const int8_t* w = nullptr;              // s8 panels (kernels/pack/panels.h), 32-byte aligned
  size_t w_panel_stride = 0;              // bytes: panel_bytes_s8(k)
  const void* order = nullptr;            // as GemmS8S8Args::order
  size_t order_stride = 0;
  const int32_t* row_sums = nullptr;  // [n padded to 8], as packed
  const float* w_scale = nullptr;     // [n]
  const float* bias = nullptr;        // [n], or null for zeros
  float clamp_min = 0.0f;             // clamp_min <= clamp_max; -inf and inf for no clamp
  float clamp_max = 0.0f;
  float* c = nullptr;               // m rows of n values
  size_t c_stride = 0;              // values from row to row
  const float* residual = nullptr;  // m rows of n values, or null for none
  size_t residual_stride = 0;       // values from row to row
};

using GemmS8S8F32Fn = void(const GemmS8S8F32Args& args);

// A good number of rows to hand out at a time: a multiple of every variant's register tile.
inline constexpr size_t kGemmS8S8F32RowTile = 24;

extern const KernelFamily<GemmS8S8F32Fn> kGemmS8S8F32;

void gemm_s8s8_f32_scalar(const GemmS8S8F32Args& args);
#if defined(LINNET_X86)
void gemm_s8s8_f32_avx2(const GemmS8S8F32Args& args);
void gemm_s8s8_f32_avx512vnni(const GemmS8S8F32Args& args);
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
void gemm_s8s8_f32_neon(const GemmS8S8F32Args& args);
void gemm_s8s8_f32_neondot(const GemmS8S8F32Args& args);
#endif
#if defined(LINNET_AARCH64)
void gemm_s8s8_f32_i8mm(const GemmS8S8F32Args& args);
#endif

}  // namespace linnet

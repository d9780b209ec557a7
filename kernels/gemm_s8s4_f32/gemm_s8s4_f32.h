#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// C = dequantize(A * W^T): dynamically quantized 8-bit activations, 4-bit weights with a scale per
// block of k, float result. A holds u8 codes: an int8 value plus 128, zero point likewise.
//
//   S_b     = sum over the k of block b of a[i][k] * table[code[j][k]]  (exact; |S_b| < 2^24)
//   acc     = 0; for each block, in order: acc = fma(float(S_b), scale[j][b], acc)
//   c[i][j] = a_scale[i] * (acc - float(a_zero_point[i]) * comp[j]) + bias[j],
//             then clamped to [clamp_min, clamp_max]
//
// The fma is fused, every other float operation is rounded on its own, so every instruction set
// gives the same bits; 32-bit ARM may flush values below 2^-126 to zero. A NaN stays a NaN. Any m,
// n, k >= 1. Stateless, thread-safe, no allocation; C overlaps no input.
//
// Plain int4 (|entry| <= 8) is the fast case on AVX2 and NEON without dot product: 8 products fit
// in 16 bits; entries up to 16 take 4, others go through a wider path.
//
// Splitting the work: over n at multiples of 8 (advance w by whole panels, comp, bias and c by
// rows), over m at multiples of kGemmS8S4F32RowTile, the more rows the better: each call unpacks
// the nibbles once per about 100 rows. Pieces give the same bits as the whole.

namespace linnet {

struct GemmS8S4F32Args {
  size_t m = 0;
  size_t n = 0;
  size_t k = 0;
  size_t block = 32;  // values of k per scale: 32, 64 or 128
  // m rows of k codes. k rounded up to 8 bytes of each row may be read; the pad may hold anything.
  const uint8_t* a = nullptr;
  size_t a_stride = 0;                    // bytes from row to row
  const float* a_scale = nullptr;         // [m], or one value with a_scale_stride 0
  const int32_t* a_zero_point = nullptr;  // as a_scale; 0…255
  size_t a_scale_stride = 1;              // 1: one a row; 0: one for all rows
  const uint8_t* w = nullptr;             // s4 panels (kernels/pack/panels.h), 16-byte aligned
  size_t w_panel_stride = 0;              // bytes: panel_bytes_s4(k, block)
  const float* comp = nullptr;            // [n padded to 8], as packed
  const int8_t* table = nullptr;          // the 16 values of a code, -127…127
  const float* bias = nullptr;            // [n], or null for zeros
  float clamp_min = 0.0f;                 // clamp_min <= clamp_max; -inf and inf for no clamp
  float clamp_max = 0.0f;
  float* c = nullptr;   // m rows of n values
  size_t c_stride = 0;  // values from row to row
};

using GemmS8S4F32Fn = void(const GemmS8S4F32Args& args);

// A good number of rows to hand out at a time: a multiple of every variant's register tile.
inline constexpr size_t kGemmS8S4F32RowTile = 96;

extern const KernelFamily<GemmS8S4F32Fn> kGemmS8S4F32;

void gemm_s8s4_f32_scalar(const GemmS8S4F32Args& args);
#if defined(LINNET_X86)
void gemm_s8s4_f32_avx2(const GemmS8S4F32Args& args);
void gemm_s8s4_f32_avx512vnni(const GemmS8S4F32Args& args);
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
void gemm_s8s4_f32_neon(const GemmS8S4F32Args& args);
void gemm_s8s4_f32_neondot(const GemmS8S4F32Args& args);
#endif
#if defined(LINNET_AARCH64)
void gemm_s8s4_f32_i8mm(const GemmS8S4F32Args& args);
#endif

}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// C = requantize(A * W^T + bias): int8 activations, int8 weights, int8 result.
//
//   acc     = bias[j] + sum over k of a[i][k] * w[j][k]           (int32, wrapping)
//   c[i][j] = clamp(round_half_even(float(acc) * scale[j]) + zero_point, min, max)
//
// (kernels/requantize.h). The input's zero point zp is folded into the bias by the caller:
// bias[j] - zp * row_sum[j], with the row sums that stand behind the panels. The same bits on every
// instruction set. Any m, n, k >= 1. Weights are -127…127; other bytes (-128) give unspecified
// results in C and touch nothing else. Stateless, thread-safe, no allocation; C overlaps no input.
//
// Splitting the work: over n at multiples of 8 (advance w by whole panels, bias, scale and c by
// rows), over m at multiples of kGemmS8S8RowTile. Pieces give the same bits as the whole.

namespace linnet {

struct GemmS8S8Args {
  size_t m = 0;
  size_t n = 0;
  size_t k = 0;
  // m rows of k values. k rounded up to 4 bytes of each row may be read; the pad may hold anything.
  const int8_t* a = nullptr;
  size_t a_stride = 0;        // bytes from row to row
  const int8_t* w = nullptr;  // s8 panels (kernels/pack/panels.h), 32-byte aligned
  size_t w_panel_stride = 0;  // bytes: panel_bytes_s8(k)
  // Tables of kGroupOrder for these panels on this instruction set (group_order.h), or null: the
  // same results, more slowly where there could be one. Advance it by panels, as w.
  const void* order = nullptr;
  size_t order_stride = 0;        // bytes: group_order_bytes(k)
  const int32_t* bias = nullptr;  // [n], or null for zeros
  const float* scale = nullptr;   // [n], finite
  int32_t zero_point = 0;         // -128…127
  int32_t min = -128;             // -128 <= min <= max <= 127
  int32_t max = 127;
  int8_t* c = nullptr;  // m rows of n values
  size_t c_stride = 0;  // bytes from row to row
};

using GemmS8S8Fn = void(const GemmS8S8Args& args);

// A good number of rows to hand out at a time: a multiple of every variant's register tile.
inline constexpr size_t kGemmS8S8RowTile = 24;

extern const KernelFamily<GemmS8S8Fn> kGemmS8S8;

void gemm_s8s8_scalar(const GemmS8S8Args& args);
#if defined(LINNET_X86)
void gemm_s8s8_avx2(const GemmS8S8Args& args);
void gemm_s8s8_avx512vnni(const GemmS8S8Args& args);
#endif
#if defined(LINNET_AARCH64) || defined(LINNET_ARMHF)
void gemm_s8s8_neon(const GemmS8S8Args& args);
void gemm_s8s8_neondot(const GemmS8S8Args& args);
#endif
#if defined(LINNET_AARCH64)
void gemm_s8s8_i8mm(const GemmS8S8Args& args);
#endif

}  // namespace linnet

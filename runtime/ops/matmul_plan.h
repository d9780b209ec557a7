#pragma once

#include "kernels/gemm_f32/gemm_f32.h"
#include "kernels/gemm_f32f16/gemm_f32f16.h"
#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"
#include "kernels/gemm_s8s8/gemm_s8s8.h"
#include "kernels/gemm_s8s8/group_order.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"
#include "runtime/ops/checks.h"

// Products with packed weights: what conv_2d, conv_transpose_2d and fully_connected have in common.
// Which GEMM family serves which types, the checks of packed weights, scales and bias, and one call
// for all.

namespace linnet {

enum class MatmulKind : uint8_t {
  f32,      // f32 x, f32 weights
  f32_f16,  // f32 x, f16 weights
  s8,       // s8 x, s8 weights, s8 y
  s8_f32,   // s8 x (or f32 that is quantized while running), s8 weights, f32 y
  s4_f32    // f32 x that is quantized while running to u8 codes, s4 weights, f32 y
};

// The part that all packed matrices of one node share.
struct MatmulPlan {
  MatmulKind kind;
  bool dynamic;  // x is f32 and quantized while running
  union {
    GemmF32Fn* f32;
    GemmF32F16Fn* f32_f16;
    GemmS8S8Fn* s8;
    GemmS8S8F32Fn* s8_f32;
    GemmS8S4F32Fn* s4_f32;
  };
  GroupOrderFn* order;      // s8 weights: makes the kernel's tables; null: it wants none
  size_t channels;          // output channels of the node
  const float* bias;        // [channels], or null; f32 results
  const int32_t* bias_s32;  // [channels] in units of x scale · weight scale, or null; s8 results
  const float* scale;       // s8: x·w/y, s8_f32: w; [channels]
  Affine x;                 // s8 x
  int32_t y_zero;
  ClampS8 clamp;  // s8 results
  float lo, hi;   // f32 results
  bool residual;  // input 3 is added
  size_t block;   // s4
  const int8_t* table;
  const char* label;  // for set_run
  const char* reason;

  // Bytes of one value of A as the kernel takes it.
  size_t a_size() const { return kind == MatmulKind::f32 || kind == MatmulKind::f32_f16 ? 4 : 1; }
  size_t c_size() const { return kind == MatmulKind::s8 ? 1 : 4; }
  // Whether a quantized A is s8; else u8.
  bool a_signed() const { return kind != MatmulKind::s4_f32; }
  // Rows of A that a call should get a multiple of.
  size_t row_tile() const { return kind == MatmulKind::s4_f32 ? kGemmS8S4F32RowTile : 24; }
};

// One packed matrix of weights [n][k]: the channels from `channel` on.
struct MatmulBlob {
  size_t n, k, channel;
  const std::byte* w;
  size_t panel_bytes;
  const void* tail;            // row sums or comp behind the panels
  const std::byte* order;      // tables of k groups, or null
  size_t order_bytes;          // from panel to panel
  const int32_t* folded_bias;  // [n], s8 results: bias − x zero point · row sum
};

// Chooses the kernel for inputs 0 (x), 1 (weights, packed), 2 (bias, optional, constant) and 3
// (residual, optional), and output 0, whose shape is set, with `channels` output channels and
// results clamped to [lo, hi]. Checks types, scales, bias and residual.
Status plan_matmul(PlanContext& ctx, size_t channels, float lo, float hi, MatmulPlan* out);

// Bytes of one packed matrix; saturates at UINT64_MAX.
uint64_t matmul_blob_size(const MatmulPlan& plan, size_t n, size_t k);

// Takes the matrix [n][k] for the channels from `channel` on, which begins at `data`. A run
// multiplies it with `rows` rows.
Status prepare_blob(PlanContext& ctx, const MatmulPlan& plan, const std::byte* data, size_t channel,
                    size_t n, size_t k, size_t rows, MatmulBlob* out);

// A matrix with k = 0, of which nothing is stored: every result is the bias.
Status prepare_empty_blob(PlanContext& ctx, const MatmulPlan& plan, size_t channel, size_t n,
                          MatmulBlob* out);

// Rows of A and where their results go. Strides in values of A and C.
struct MatmulRows {
  const void* a;
  size_t a_stride;
  size_t m;
  const float* a_scale;  // of quantized A with f32 results
  const int32_t* a_zero;
  size_t a_scale_stride;  // 1: a pair for each row; 0: one for all
  void* c;                // column 0 of the blob
  size_t c_stride;
  const float* residual;  // added before the clamp, laid out as c; or null
};

// Columns [n_begin, n_end) of the blob; n_begin is a multiple of 8.
void run_matmul(const MatmulPlan& plan, const MatmulBlob& blob, const MatmulRows& rows,
                size_t n_begin, size_t n_end);

}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// Depthwise convolution (one filter for each channel) of one NHWC image in f32.
//
// Definition, the same bits from every variant: acc = bias[c] (0 without a bias); for each tap (i,
// j) in row order that lies inside the image acc = fma(x, w, acc); then clamp as in gemm_f32. Taps
// outside the image are left out. armhf NEON flushes subnormal numbers to zero.

namespace linnet {

struct DepthwiseF32Args {
  const float* x;  // [h][w][c]: value of (row, col, channel) at row·x_row + col·x_pixel + channel
  size_t x_row;    // in elements, as every stride here
  size_t x_pixel;  // >= c
  const float* weights;  // [kernel_h][kernel_w][c], plain
  const float* bias;     // [c], or null
  float* y;              // the output image's first pixel (row 0), whatever rows are computed
  size_t y_row;
  size_t y_pixel;  // >= c; values between c and y_pixel stay untouched
  size_t h;        // input, >= 1
  size_t w;
  size_t c;
  size_t row_begin;  // output rows row_begin … row_end-1 are computed: threads split them
  size_t row_end;
  size_t out_w;
  size_t kernel_h;  // all >= 1
  size_t kernel_w;
  size_t stride_h;
  size_t stride_w;
  size_t dilation_h;
  size_t dilation_w;
  size_t pad_top;  // any; an output none of whose taps are inside is clamp(bias)
  size_t pad_left;
  float clamp_min;  // -inf and +inf for no clamp
  float clamp_max;
};

// x and y must not overlap. No alignment needed. Stateless, thread-safe.
using DepthwiseF32Fn = void(const DepthwiseF32Args&);

extern const KernelFamily<DepthwiseF32Fn> kDepthwiseF32;

void depthwise_f32_scalar(const DepthwiseF32Args& args);
void depthwise_f32_avx2(const DepthwiseF32Args& args);
void depthwise_f32_avx512(const DepthwiseF32Args& args);
void depthwise_f32_neon(const DepthwiseF32Args& args);

}  // namespace linnet

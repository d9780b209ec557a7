#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// Depthwise convolution of one NHWC image in int8, weights int8 with one scale for each channel.
//
// Definition, bit for bit the same on every ISA:
//   acc = bias[c] + Σ over taps inside the image of (x − x_zero)·w     (int32, wraps around)
//   y   = requantize(acc, scale[c], y_zero, clamp_min, clamp_max)      (kernels/requantize.h)
// A tap outside the image counts as x = x_zero, so it adds nothing.
//
// Two steps. The session calls the variant of kDepthwiseS8Prepare once, which lays weights, bias
// and scale out for that ISA; then the variant of kDepthwiseS8 as often as it likes. Both lists
// name the same ISAs in the same order, so that the same IsaSet picks a matching pair.

namespace linnet {

struct DepthwiseS8PrepareArgs {
  const int8_t* weights;  // [kernel_h][kernel_w][c], −127 … 127 (−128 is allowed by no model)
  const int32_t* bias;    // [c] in units of x_scale·w_scale[c], or null
  const float* scale;     // [c]: x_scale·w_scale[c] / y_scale, finite and positive
  size_t c;
  size_t kernel_h;
  size_t kernel_w;
  int32_t x_zero;  // −128 … 127
};

// The kernels take at most this many taps (kernel_h·kernel_w).
inline constexpr size_t kDepthwiseS8MaxTaps = 1024;

// Bytes of `prepared` for any ISA: a few tens for each channel. 0: more taps than
// kDepthwiseS8MaxTaps, no taps, or too large for size_t.
size_t depthwise_s8_prepared_bytes(size_t c, size_t kernel_h, size_t kernel_w);

// Writes depthwise_s8_prepared_bytes() bytes at most to `prepared`, which is aligned to 64.
using DepthwiseS8PrepareFn = void(const DepthwiseS8PrepareArgs& args, void* prepared);

struct DepthwiseS8Args {
  const int8_t* x;  // [h][w][c]: value of (row, col, channel) at row·x_row + col·x_pixel + channel
  size_t x_row;     // in elements, as every stride here
  size_t x_pixel;   // >= c
  const void* prepared;  // by the same ISA's prepare, for the same c, kernel and x_zero
  int8_t* y;             // the output image's first pixel (row 0), whatever rows are computed
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
  size_t pad_top;
  size_t pad_left;
  int32_t x_zero;  // −128 … 127
  int32_t y_zero;
  int32_t clamp_min;  // of the stored value, −128 … 127, clamp_min <= clamp_max
  int32_t clamp_max;
};

// x and y must not overlap. No alignment needed (but for `prepared`). Stateless, thread-safe.
using DepthwiseS8Fn = void(const DepthwiseS8Args&);

extern const KernelFamily<DepthwiseS8Fn> kDepthwiseS8;
extern const KernelFamily<DepthwiseS8PrepareFn> kDepthwiseS8Prepare;

void depthwise_s8_scalar(const DepthwiseS8Args& args);
void depthwise_s8_avx2(const DepthwiseS8Args& args);
void depthwise_s8_avx512vnni(const DepthwiseS8Args& args);
void depthwise_s8_neon(const DepthwiseS8Args& args);

void depthwise_s8_prepare_scalar(const DepthwiseS8PrepareArgs& args, void* prepared);
void depthwise_s8_prepare_avx2(const DepthwiseS8PrepareArgs& args, void* prepared);
void depthwise_s8_prepare_avx512vnni(const DepthwiseS8PrepareArgs& args, void* prepared);
void depthwise_s8_prepare_neon(const DepthwiseS8PrepareArgs& args, void* prepared);

}  // namespace linnet

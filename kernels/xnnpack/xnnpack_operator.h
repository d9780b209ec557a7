#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/xnnpack/xnnpack_weights.h"

// XNNPACK's float operators behind one type. The only place that includes XNNPACK; built only with
// LINNET_XNNPACK=1. An operator packs its weights into `packed` when it is made, unless they are
// there already under `key`, is reshaped once for a plan, and runs any number of times. Not
// thread-safe: an operator belongs to one session.
//
// Sizes: the caller has checked that they fit in int32 and that their products fit in size_t; what
// XNNPACK itself refuses makes these functions return null or false, never abort. Inputs must have
// kXnnpackReadSlack readable bytes behind them.

namespace linnet {

inline constexpr size_t kXnnpackReadSlack = 16;

// Window, pads in pixels of the input (conv_transpose: cut off the output).
struct XnnpackWindow {
  uint32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  uint32_t pad_top, pad_left, pad_bottom, pad_right;
};

struct XnnpackConv {
  XnnpackWeights* packed;
  const void* key;  // names the weights within the model: where they lie in the file
  XnnpackWindow window;
  uint32_t groups;
  size_t group_in, group_out;  // channels
  bool depthwise;        // weights [kh][kw][group] instead of [groups·group_out][kh][kw][group_in]
  const float* weights;  // read while the operator is made, not later
  const float* bias;     // [groups·group_out], or null; likewise
  float clamp_min, clamp_max;  // clamp_min < clamp_max
};

struct XnnpackOperator;

// Null: XNNPACK cannot start on this machine, refuses the sizes, or there is no memory.
XnnpackOperator* xnnpack_conv_2d(const XnnpackConv& conv);
XnnpackOperator* xnnpack_conv_transpose_2d(const XnnpackConv& conv);
// Weights [n][k], bias [n] or null. `packed` and `key` as above.
XnnpackOperator* xnnpack_fully_connected(XnnpackWeights* packed, const void* key, size_t n,
                                         size_t k, const float* weights, const float* bias,
                                         float clamp_min, float clamp_max);
// The average leaves padding out of the count; no dilation.
XnnpackOperator* xnnpack_average_pool_2d(const XnnpackWindow& window);
XnnpackOperator* xnnpack_max_pool_2d(const XnnpackWindow& window);
XnnpackOperator* xnnpack_softmax();  // over the last dimension

// Input sizes of a plan; h = w = 1 and n = rows for the ops over rows. `adjust` are the output pads
// of conv_transpose.
struct XnnpackShape {
  size_t n, h, w, c;
  uint32_t adjust_h, adjust_w;
  size_t out_h, out_w;  // what the caller expects; a difference is an error
};

// Sets *workspace to the bytes that run() needs, 64-byte aligned. `pool` is the pthreadpool_t that
// run() will get.
bool xnnpack_reshape(XnnpackOperator* op, const XnnpackShape& shape, void* pool, size_t* workspace);

// x and y do not overlap.
bool xnnpack_run(XnnpackOperator* op, const float* x, float* y, void* workspace, void* pool);

// For PlanContext::keep().
void xnnpack_destroy(void* op);

}  // namespace linnet

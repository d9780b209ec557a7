#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/ops/op.h"

// Geometry of the sliding-window ops (conv_2d, depthwise_conv_2d, the pools) over NHWC: the rules
// of ONNX Conv, MaxPool and AveragePool, with every product and sum checked.

namespace linnet {

// A window resolved for one input size: all fields are in pixels and fit in int32, as does every
// coordinate that a kernel computes from them.
struct WindowGeometry {
  size_t h, w;  // input
  size_t out_h, out_w;
  size_t kernel_h, kernel_w;
  size_t stride_h, stride_w;
  size_t dilation_h, dilation_w;
  size_t pad_top, pad_left, pad_bottom, pad_right;

  size_t taps() const { return kernel_h * kernel_w; }
  size_t out_pixels() const { return out_h * out_w; }
  // One pixel in, the same pixel out: a 1×1 window at stride 1 without padding.
  bool pointwise() const {
    return kernel_h == 1 && kernel_w == 1 && stride_h == 1 && stride_w == 1 && pad_top == 0 &&
           pad_left == 0 && pad_bottom == 0 && pad_right == 0;
  }
};

// Resolves padding and the output size for an input of h × w. Errors: a kernel, stride or dilation
// below 1, a negative pad, a window larger than the padded input, sizes beyond int32. An empty
// input gives an empty output. `ceil_mode` rounds the output size up; a window that would start
// behind the input is left out.
Status resolve_window(const PlanContext& ctx, const fb::Window& window, fb::AutoPad auto_pad,
                      bool ceil_mode, int32_t h, int32_t w, WindowGeometry* out);

}  // namespace linnet

#pragma once

#include "kernels/pool_window/pool_window.h"
#include "runtime/ops/window.h"

// The second provider of float operators. Each function either plans the whole step with XNNPACK
// and sets *planned, or leaves everything as it was: because it is not built in or not allowed,
// does not measure faster (kFaster in xnnpack_op.cpp), or refuses the sizes. Called when all checks
// of the op have passed and shapes are set.

namespace linnet {

// Everything a convolution needs, weights packed as in the model file.
struct XnnpackConvPlan {
  WindowGeometry window;  // conv_transpose: of the transposed convolution
  size_t n, ci, co, group;
  bool transposed;
  uint32_t adjust_h, adjust_w;  // conv_transpose: output pads
  float lo, hi;
  uint64_t macs;
};

Status try_xnnpack_conv(PlanContext& ctx, const XnnpackConvPlan& conv, bool* planned);
// Weights [kh][kw][c] plain.
Status try_xnnpack_depthwise(PlanContext& ctx, const XnnpackConvPlan& conv, const float* weights,
                             bool* planned);
Status try_xnnpack_fully_connected(PlanContext& ctx, size_t rows, size_t n, size_t k, float lo,
                                   float hi, bool* planned);
Status try_xnnpack_pool(PlanContext& ctx, PoolKind kind, const WindowGeometry& window,
                        bool count_include_pad, bool* planned);
Status try_xnnpack_softmax(PlanContext& ctx, size_t rows, size_t n, bool* planned);

}  // namespace linnet

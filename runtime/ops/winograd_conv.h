#pragma once

#include "runtime/ops/matmul_plan.h"
#include "runtime/ops/window.h"

// conv_2d with weights that the converter transformed for Winograd's method
// (kernels/pack/pack_winograd_f32.h). Tiles of all images are handed out in blocks: the block's
// input is transformed into matrices [tiles][ci] in scratch of the thread, each is multiplied with
// its matrix of weights, and the products are transformed into output pixels. Where there are few
// blocks, the threads do each of these three steps together. Every output pixel comes from one tile
// and one chain of products for each point, so blocks and threads do not change bits.

namespace linnet {

// Plans the node, whose output shape is set. `co` and `group` are checked against the shapes.
// Error: a window that the method does not fit, or weights of another size.
Status plan_winograd_conv(PlanContext& ctx, const MatmulPlan& matmul, const WindowGeometry& window,
                          size_t group);

}  // namespace linnet

#include "runtime/ops/conv_plan.h"
#include "runtime/ops/xnnpack_op.h"

namespace linnet {

// x […, k], weights [n, k], bias [n], residual […, n] -> […, n]. A f32 input of integer weights is
// quantized row by row.
Status plan_fully_connected(PlanContext& ctx) {
  const fb::FullyConnectedOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(ctx.expect_inputs(2, 4));
  LINNET_TRY(ctx.expect_outputs(1, 1));
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1);
  LINNET_TRY(ctx.expect_rank(w, 2));
  if (x.shape.rank() == 0 || x.shape.back() != w.shape[1]) {
    return ctx.error("'%s' must have %d values in its last dimension", x.name,
                     static_cast<int>(w.shape[1]));
  }
  Shape shape = x.shape;
  shape[shape.rank() - 1] = w.shape[0];
  LINNET_TRY(ctx.set_shape(0, shape));
  ConvPlan p{};
  const size_t n = static_cast<size_t>(w.shape[0]), k = static_cast<size_t>(w.shape[1]);
  const size_t rows = static_cast<size_t>(x.shape.elements(0, x.shape.rank() - 1));
  LINNET_TRY(plan_matmul(ctx, n, options->clamp_min(), options->clamp_max(), &p.matmul));
  if (matmul_blob_size(p.matmul, n, k) != w.size) {
    return ctx.error("the packed weights '%s' have %zu bytes, not those of [%zu, %zu]", w.name,
                     w.size, n, k);
  }
  ConvPart* part = allocate_array<ConvPart>(ctx, 1);
  if (!part) return ctx.out_of_memory();
  LINNET_TRY(prepare_blob(ctx, p.matmul, static_cast<const std::byte*>(w.data), 0, n, k, rows,
                          &part->blob));
  part->window = {.h = 1,
                  .w = rows,
                  .out_h = 1,
                  .out_w = rows,
                  .kernel_h = 1,
                  .kernel_w = 1,
                  .stride_h = 1,
                  .stride_w = 1,
                  .dilation_h = 1,
                  .dilation_w = 1,
                  .pad_top = 0,
                  .pad_left = 0,
                  .pad_bottom = 0,
                  .pad_right = 0};
  part->y_pixel = n;
  part->y_row = rows * n;
  // Kernels may read a few bytes behind a row: not behind a constant, where the file may end.
  part->direct = !(x.known && x.dtype == LINNET_S8);
  p.parts = part;
  p.part_count = p.images = 1;
  p.per_row = true;
  p.x_pixel = p.pixel_values = k;
  p.x_row = rows * k;
  p.x_pixels = rows;
  bool planned = false;
  if (!p.matmul.residual) {
    LINNET_TRY(try_xnnpack_fully_connected(ctx, rows, n, k, p.matmul.lo, p.matmul.hi, &planned));
  }
  return planned ? Status() : finish_conv_plan(ctx, &p, uint64_t{rows} * n * k);
}

}  // namespace linnet

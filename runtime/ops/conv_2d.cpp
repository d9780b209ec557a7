#include "kernels/pack/conv_transpose_phases.h"
#include "runtime/ops/conv_plan.h"
#include "runtime/ops/winograd_conv.h"
#include "runtime/ops/xnnpack_op.h"

namespace linnet {
namespace {

struct Sizes {
  size_t n, ci, co, group;
  size_t group_in() const { return ci / group; }
  size_t group_out() const { return co / group; }
};

Status check_sizes(const PlanContext& ctx, const fb::Conv2dOptions& options, Sizes* out) {
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1);
  LINNET_TRY(ctx.expect_rank(x, 4));
  LINNET_TRY(ctx.expect_rank(w, 4));
  const int32_t group = options.group();
  // With nothing in a group, the number of groups would be bound by no size.
  if (group < 1 || w.shape[0] % group != 0 || x.shape[3] % group != 0 ||
      (group > 1 && (w.shape[0] == 0 || x.shape[3] == 0))) {
    return ctx.error("%d groups do not divide %d input and %d output channels",
                     static_cast<int>(group), static_cast<int>(x.shape[3]),
                     static_cast<int>(w.shape[0]));
  }
  const fb::Window& window = *options.window();
  if (w.shape[1] != window.kernel_h() || w.shape[2] != window.kernel_w() ||
      w.shape[3] != x.shape[3] / group) {
    return ctx.error("weights '%s' are %d×%d×%d, must be %d×%d×%d", w.name,
                     static_cast<int>(w.shape[1]), static_cast<int>(w.shape[2]),
                     static_cast<int>(w.shape[3]), static_cast<int>(window.kernel_h()),
                     static_cast<int>(window.kernel_w()), static_cast<int>(x.shape[3] / group));
  }
  const auto size = [](int32_t v) { return static_cast<size_t>(v); };
  *out = {size(x.shape[0]), size(x.shape[3]), size(w.shape[0]), size(group)};
  return {};
}

// A 1×1 window reads pixels in place; then all images are one row of pixels.
ConvPart make_part(const Sizes& s, const WindowGeometry& g, bool direct, size_t group) {
  ConvPart part{};
  part.window = g;
  part.direct = direct;
  if (direct) {
    part.window.h = part.window.out_h = 1;
    part.window.w = part.window.out_w = s.n * g.h * g.w;
  }
  part.x_offset = group * s.group_in();
  part.y_offset = group * s.group_out();
  part.y_pixel = s.co;
  part.y_row = part.window.out_w * s.co;
  return part;
}

Status make_parts(PlanContext& ctx, const Sizes& s, const WindowGeometry& g, ConvPlan* p) {
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1);
  const size_t k = g.taps() * s.group_in();
  const uint64_t size = matmul_blob_size(p->matmul, s.group_out(), k);
  const uint64_t step = packed_blob_start(size);
  if (size > SIZE_MAX / 4 || step > (UINT64_MAX - size) / s.group ||
      step * (s.group - 1) + size != w.size) {
    return ctx.error("the packed weights '%s' have %zu bytes, not those of [%zu, %zu]", w.name,
                     w.size, s.co, k);
  }
  // Kernels may read up to 7 bytes behind a row: not behind a constant, where the file may end.
  const bool direct = g.pointwise() && !(x.known && x.dtype == LINNET_S8);
  ConvPart* parts = allocate_array<ConvPart>(ctx, s.group);
  if (!parts) return ctx.out_of_memory();
  for (size_t i = 0; i < s.group; ++i) {
    parts[i] = make_part(s, g, direct, i);
    const std::byte* data = static_cast<const std::byte*>(w.data) + i * static_cast<size_t>(step);
    LINNET_TRY(prepare_blob(ctx, p->matmul, data, i * s.group_out(), s.group_out(), k,
                            s.n * g.out_pixels(), &parts[i].blob));
  }
  p->parts = parts;
  p->part_count = s.group;
  p->images = direct ? 1 : s.n;
  return {};
}

}  // namespace

Status plan_conv_2d(PlanContext& ctx) {
  const fb::Conv2dOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(ctx.expect_inputs(2, 4));
  LINNET_TRY(ctx.expect_outputs(1, 1));
  Sizes s{};
  LINNET_TRY(check_sizes(ctx, *options, &s));
  const Shape& x = ctx.input(0)->shape;
  WindowGeometry g{};
  LINNET_TRY(resolve_window(ctx, *options->window(), options->auto_pad(), false, x[1], x[2], &g));
  LINNET_TRY(ctx.set_shape(0, {x[0], static_cast<int32_t>(g.out_h), static_cast<int32_t>(g.out_w),
                               static_cast<int32_t>(s.co)}));
  ConvPlan p{};
  LINNET_TRY(plan_matmul(ctx, s.co, options->clamp_min(), options->clamp_max(), &p.matmul));
  if (ctx.input(1)->winograd != 0) return plan_winograd_conv(ctx, p.matmul, g, s.group);
  LINNET_TRY(make_parts(ctx, s, g, &p));
  p.x_pixel = p.pixel_values = s.ci;
  p.x_row = g.w * s.ci;
  p.x_image = g.h * g.w * s.ci;
  p.y_image = g.out_pixels() * s.co;
  p.x_pixels = s.n * g.h * g.w;
  const uint64_t macs = uint64_t{s.n} * g.out_pixels() * s.co * g.taps() * s.group_in();
  bool planned = false;
  if (!p.matmul.residual) {
    LINNET_TRY(try_xnnpack_conv(ctx,
                                {.window = g,
                                 .n = s.n,
                                 .ci = s.ci,
                                 .co = s.co,
                                 .group = s.group,
                                 .transposed = false,
                                 .adjust_h = 0,
                                 .adjust_w = 0,
                                 .lo = p.matmul.lo,
                                 .hi = p.matmul.hi,
                                 .macs = macs},
                                &planned));
  }
  return planned ? Status() : finish_conv_plan(ctx, &p, macs);
}

}  // namespace linnet

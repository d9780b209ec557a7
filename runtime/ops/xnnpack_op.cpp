#include "runtime/ops/xnnpack_op.h"

#include "runtime/ops/checks.h"

#if LINNET_XNNPACK
#include <memory>
#include <new>

#include "kernels/pack/conv_transpose_phases.h"
#include "kernels/pack/pack_panels_f32.h"
#include "kernels/xnnpack/xnnpack_operator.h"
#endif

namespace linnet {

#if LINNET_XNNPACK

namespace {

enum class XnnpackClass : uint8_t {
  conv,
  conv_pointwise,
  conv_transpose,
  depthwise,
  fully_connected,
  average_pool,
  max_pool,
  softmax
};

// Where XNNPACK is at least 5 % faster than our own kernels at one thread: the class of a step on
// the richest instruction set of a session. `script/bench 'ops/.*xnnpack'` times both. The entry
// for NEON is not measured: no ARM processor has timed these kernels yet.
struct Faster {
  Isa isa;
  XnnpackClass kind;
};
constexpr Faster kFaster[] = {
    {Isa::neon, XnnpackClass::softmax},
};

// An instruction set that was asked for must be obeyed, which XNNPACK does not know of.
bool wanted(const PlanContext& ctx, XnnpackClass kind) {
  if (ctx.xnnpack_forced()) return true;
  if (!ctx.xnnpack_allowed() || ctx.isa().bits() != detect_isa().bits()) return false;
  Isa richest = Isa::scalar;
  for (int i = 0; i < kIsaCount; ++i) {
    if (ctx.isa().has(static_cast<Isa>(i))) richest = static_cast<Isa>(i);
  }
  for (const Faster& f : kFaster) {
    if (f.isa == richest && f.kind == kind) return true;
  }
  return false;
}

// Float tensors with values, of which the input has readable bytes behind it.
bool suits(const PlanContext& ctx) {
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  return x.dtype == LINNET_F32 && y.dtype == LINNET_F32 && !x.known && element_count(x) > 0 &&
         element_count(y) > 0 && element_count(x) <= INT32_MAX && element_count(y) <= INT32_MAX;
}

struct Params {
  XnnpackOperator* op;
};

void run_xnnpack(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  // After a successful reshape nothing is left to fail.
  static_cast<void>(xnnpack_run(p.op, static_cast<const float*>(run.inputs[0]->data),
                                static_cast<float*>(run.outputs[0]->data), run.scratch,
                                run.pool.handle()));
}

// Takes over `op` (null: refused) and plans the step.
Status plan_operator(PlanContext& ctx, XnnpackOperator* op, const XnnpackShape& shape,
                     uint64_t macs, bool* planned) {
  if (!op) return {};
  size_t workspace = 0;
  if (!xnnpack_reshape(op, shape, ctx.use_pool_handle(), &workspace)) {
    xnnpack_destroy(op);
    return {};
  }
  if (!ctx.keep(op, xnnpack_destroy)) return ctx.out_of_memory();
  const Params* params = keep_params(ctx, Params{op});
  if (!params) return ctx.out_of_memory();
  ctx.need_scratch(workspace);
  ctx.set_run(run_xnnpack, params, "xnnpack",
              ctx.xnnpack_forced() ? "asked for" : "measured faster on this instruction set", macs);
  *planned = true;
  return {};
}

XnnpackWindow window_of(const WindowGeometry& g) {
  const auto u = [](size_t v) { return static_cast<uint32_t>(v); };
  return {.kernel_h = u(g.kernel_h),
          .kernel_w = u(g.kernel_w),
          .stride_h = u(g.stride_h),
          .stride_w = u(g.stride_w),
          .dilation_h = u(g.dilation_h),
          .dilation_w = u(g.dilation_w),
          .pad_top = u(g.pad_top),
          .pad_left = u(g.pad_left),
          .pad_bottom = u(g.pad_bottom),
          .pad_right = u(g.pad_right)};
}

// Null: no bias.
const float* bias_values(const PlanContext& ctx) {
  const Tensor* bias = ctx.input(2);
  return bias ? static_cast<const float*>(bias->data) : nullptr;
}

using Floats = std::unique_ptr<float[]>;

// Plain weights [co][kh][kw][ci of the group] of a conv_2d.
Floats unpack_conv(const Tensor& w, size_t groups, size_t n, size_t k) {
  Floats plain(new (std::nothrow) float[groups * n * k]);
  if (!plain) return plain;
  const size_t step = static_cast<size_t>(packed_blob_start(panels_f32_elements(n, k) * 4));
  for (size_t g = 0; g < groups; ++g) {
    const std::byte* packed = static_cast<const std::byte*>(w.data) + g * step;
    unpack_panels_f32(reinterpret_cast<const float*>(packed), n, k, plain.get() + g * n * k);
  }
  return plain;
}

// Plain weights [co][kh][kw][ci of the group] of a conv_transpose_2d from the matrices of its
// phases.
Floats unpack_phases(const Tensor& w, const XnnpackConvPlan& c) {
  const WindowGeometry& v = c.window;
  const size_t n = c.co / c.group, ci = c.ci / c.group, taps = v.taps();
  Floats plain(new (std::nothrow) float[c.co * taps * ci]),
      matrix(new (std::nothrow) float[n * taps * ci]);
  if (!plain || !matrix) return nullptr;
  uint64_t end = 0;
  for (size_t i = 0; i < c.group * v.stride_h * v.stride_w; ++i) {
    const size_t group = i / (v.stride_h * v.stride_w), phase = i % (v.stride_h * v.stride_w);
    const TransposeTaps ty =
        transpose_taps(v.kernel_h, v.stride_h, v.dilation_h, phase / v.stride_w);
    const TransposeTaps tx =
        transpose_taps(v.kernel_w, v.stride_w, v.dilation_w, phase % v.stride_w);
    const size_t k = ty.count * tx.count * ci;
    if (ty.count * tx.count == 0) continue;
    const uint64_t start = packed_blob_start(end);
    end = start + panels_f32_elements(n, k) * 4;
    const std::byte* packed = static_cast<const std::byte*>(w.data) + start;
    unpack_panels_f32(reinterpret_cast<const float*>(packed), n, k, matrix.get());
    for (size_t row = 0; row < n; ++row) {
      for (size_t t = 0; t < ty.count * tx.count; ++t) {
        const size_t ky = ty.first - t / tx.count * ty.step, kx = tx.first - t % tx.count * tx.step;
        const float* from = matrix.get() + row * k + t * ci;
        float* to = plain.get() + (((group * n + row) * v.kernel_h + ky) * v.kernel_w + kx) * ci;
        for (size_t channel = 0; channel < ci; ++channel) to[channel] = from[channel];
      }
    }
  }
  return plain;
}

XnnpackShape shape_of(const XnnpackConvPlan& c) {
  return {.n = c.n,
          .h = c.window.h,
          .w = c.window.w,
          .c = c.ci,
          .adjust_h = c.adjust_h,
          .adjust_w = c.adjust_w,
          .out_h = c.window.out_h,
          .out_w = c.window.out_w};
}

}  // namespace

Status try_xnnpack_conv(PlanContext& ctx, const XnnpackConvPlan& c, bool* planned) {
  const Tensor& w = *ctx.input(1);
  const XnnpackClass kind = c.transposed           ? XnnpackClass::conv_transpose
                            : c.window.pointwise() ? XnnpackClass::conv_pointwise
                                                   : XnnpackClass::conv;
  if (w.dtype != LINNET_F32 || !suits(ctx) || !(c.lo < c.hi) || !wanted(ctx, kind)) return {};
  const size_t k = c.window.taps() * c.ci / c.group;
  const Floats weights =
      c.transposed ? unpack_phases(w, c) : unpack_conv(w, c.group, c.co / c.group, k);
  if (!weights) return ctx.out_of_memory();
  const XnnpackConv conv{.packed = ctx.xnnpack_weights(),
                         .key = w.data,
                         .window = window_of(c.window),
                         .groups = static_cast<uint32_t>(c.group),
                         .group_in = c.ci / c.group,
                         .group_out = c.co / c.group,
                         .depthwise = false,
                         .weights = weights.get(),
                         .bias = bias_values(ctx),
                         .clamp_min = c.lo,
                         .clamp_max = c.hi};
  XnnpackOperator* op = c.transposed ? xnnpack_conv_transpose_2d(conv) : xnnpack_conv_2d(conv);
  return plan_operator(ctx, op, shape_of(c), c.macs, planned);
}

Status try_xnnpack_depthwise(PlanContext& ctx, const XnnpackConvPlan& c, const float* weights,
                             bool* planned) {
  if (!suits(ctx) || !(c.lo < c.hi) || !wanted(ctx, XnnpackClass::depthwise)) return {};
  XnnpackOperator* op = xnnpack_conv_2d({.packed = ctx.xnnpack_weights(),
                                         .key = ctx.input(1)->data,
                                         .window = window_of(c.window),
                                         .groups = static_cast<uint32_t>(c.group),
                                         .group_in = 1,
                                         .group_out = 1,
                                         .depthwise = true,
                                         .weights = weights,
                                         .bias = bias_values(ctx),
                                         .clamp_min = c.lo,
                                         .clamp_max = c.hi});
  return plan_operator(ctx, op, shape_of(c), c.macs, planned);
}

Status try_xnnpack_fully_connected(PlanContext& ctx, size_t rows, size_t n, size_t k, float lo,
                                   float hi, bool* planned) {
  const Tensor& w = *ctx.input(1);
  if (w.dtype != LINNET_F32 || !suits(ctx) || !(lo < hi) ||
      !wanted(ctx, XnnpackClass::fully_connected)) {
    return {};
  }
  const Floats weights = unpack_conv(w, 1, n, k);
  if (!weights) return ctx.out_of_memory();
  XnnpackOperator* op = xnnpack_fully_connected(ctx.xnnpack_weights(), w.data, n, k, weights.get(),
                                                bias_values(ctx), lo, hi);
  const XnnpackShape shape{
      .n = rows, .h = 1, .w = 1, .c = k, .adjust_h = 0, .adjust_w = 0, .out_h = 1, .out_w = 1};
  return plan_operator(ctx, op, shape, uint64_t{rows} * n * k, planned);
}

// XNNPACK's average leaves padding out and knows no dilation; neither pools windows that hang over
// the padded input, as rounding up makes them.
Status try_xnnpack_pool(PlanContext& ctx, PoolKind kind, const WindowGeometry& g,
                        bool count_include_pad, bool* planned) {
  const bool average = kind == PoolKind::average;
  const bool padded = g.pad_top + g.pad_left + g.pad_bottom + g.pad_right > 0;
  const bool covered = g.pad_top < g.kernel_h && g.pad_left < g.kernel_w &&
                       g.pad_bottom < g.kernel_h && g.pad_right < g.kernel_w;
  if (!suits(ctx) || g.taps() <= 1 || !covered) return {};
  if (average && ((count_include_pad && padded) || g.dilation_h != 1 || g.dilation_w != 1))
    return {};
  if (!wanted(ctx, average ? XnnpackClass::average_pool : XnnpackClass::max_pool)) return {};
  XnnpackOperator* op =
      average ? xnnpack_average_pool_2d(window_of(g)) : xnnpack_max_pool_2d(window_of(g));
  const Shape& x = ctx.input(0)->shape;
  const XnnpackShape shape{.n = static_cast<size_t>(x[0]),
                           .h = g.h,
                           .w = g.w,
                           .c = static_cast<size_t>(x[3]),
                           .adjust_h = 0,
                           .adjust_w = 0,
                           .out_h = g.out_h,
                           .out_w = g.out_w};
  return plan_operator(ctx, op, shape, 0, planned);
}

Status try_xnnpack_softmax(PlanContext& ctx, size_t rows, size_t n, bool* planned) {
  if (!suits(ctx) || !wanted(ctx, XnnpackClass::softmax)) return {};
  const XnnpackShape shape{
      .n = rows, .h = 1, .w = 1, .c = n, .adjust_h = 0, .adjust_w = 0, .out_h = 1, .out_w = 1};
  return plan_operator(ctx, xnnpack_softmax(), shape, 0, planned);
}

#else

Status try_xnnpack_conv(PlanContext&, const XnnpackConvPlan&, bool*) { return {}; }
Status try_xnnpack_depthwise(PlanContext&, const XnnpackConvPlan&, const float*, bool*) {
  return {};
}
Status try_xnnpack_fully_connected(PlanContext&, size_t, size_t, size_t, float, float, bool*) {
  return {};
}
Status try_xnnpack_pool(PlanContext&, PoolKind, const WindowGeometry&, bool, bool*) { return {}; }
Status try_xnnpack_softmax(PlanContext&, size_t, size_t, bool*) { return {}; }

#endif

}  // namespace linnet

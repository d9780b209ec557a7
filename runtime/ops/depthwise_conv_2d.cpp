#include <cfloat>

#include "kernels/convert_f16_f32/convert_f16_f32.h"
#include "kernels/depthwise_f32/depthwise_f32.h"
#include "kernels/depthwise_s8/depthwise_s8.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/window.h"
#include "runtime/ops/xnnpack_op.h"

namespace linnet {
namespace {

struct Params {
  DepthwiseF32Fn* f32;
  DepthwiseS8Fn* s8;
  WindowGeometry window;
  size_t images, c;
  const float* weights;  // f32
  const float* bias;
  float lo, hi;
  const void* prepared;  // s8
  int32_t x_zero, y_zero;
  ClampS8 clamp;
};

// The arguments that both families name alike, for output rows [begin, end) of one image.
template <typename Args>
void set_geometry(const Params& p, size_t begin, size_t end, Args* args) {
  const WindowGeometry& g = p.window;
  args->x_pixel = args->y_pixel = args->c = p.c;
  args->x_row = g.w * p.c;
  args->y_row = g.out_w * p.c;
  args->h = g.h;
  args->w = g.w;
  args->row_begin = begin;
  args->row_end = end;
  args->out_w = g.out_w;
  args->kernel_h = g.kernel_h;
  args->kernel_w = g.kernel_w;
  args->stride_h = g.stride_h;
  args->stride_w = g.stride_w;
  args->dilation_h = g.dilation_h;
  args->dilation_w = g.dilation_w;
  args->pad_top = g.pad_top;
  args->pad_left = g.pad_left;
}

// Calls body(image, begin, end) for ranges of output rows that lie in one image.
template <typename Body>
void for_rows(const RunContext& run, const Params& p, const Body& body) {
  const WindowGeometry& g = p.window;
  if (run.outputs[0]->shape.elements() == 0) return;
  const size_t row_work = g.out_w * p.c * g.taps();
  run.pool.parallel_for(
      p.images * g.out_h, row_chunk(row_work / 4), [&](size_t, size_t begin, size_t end) {
        while (begin < end) {
          const size_t image = begin / g.out_h, row = begin % g.out_h;
          const size_t last = end - begin < g.out_h - row ? row + end - begin : g.out_h;
          body(image, row, last);
          begin += last - row;
        }
      });
}

void run_depthwise_f32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  for_rows(run, p, [&](size_t image, size_t begin, size_t end) {
    DepthwiseF32Args args{};
    set_geometry(p, begin, end, &args);
    args.x = static_cast<const float*>(run.inputs[0]->data) + image * p.window.h * args.x_row;
    args.y = static_cast<float*>(run.outputs[0]->data) + image * p.window.out_h * args.y_row;
    args.weights = p.weights;
    args.bias = p.bias;
    args.clamp_min = p.lo;
    args.clamp_max = p.hi;
    p.f32(args);
  });
}

void run_depthwise_s8(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  for_rows(run, p, [&](size_t image, size_t begin, size_t end) {
    DepthwiseS8Args args{};
    set_geometry(p, begin, end, &args);
    args.x = static_cast<const int8_t*>(run.inputs[0]->data) + image * p.window.h * args.x_row;
    args.y = static_cast<int8_t*>(run.outputs[0]->data) + image * p.window.out_h * args.y_row;
    args.prepared = p.prepared;
    args.x_zero = p.x_zero;
    args.y_zero = p.y_zero;
    args.clamp_min = p.clamp.min;
    args.clamp_max = p.clamp.max;
    p.s8(args);
  });
}

Status check_weights(const PlanContext& ctx, const fb::Window& window) {
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1);
  LINNET_TRY(ctx.expect_rank(x, 4));
  LINNET_TRY(ctx.expect_rank(w, 3));
  if (!w.known) return ctx.error("the weights '%s' are not constant", w.name);
  if (w.shape[0] != window.kernel_h() || w.shape[1] != window.kernel_w() ||
      w.shape[2] != x.shape[3]) {
    return ctx.error("weights '%s' are %d×%d×%d, must be %d×%d×%d", w.name,
                     static_cast<int>(w.shape[0]), static_cast<int>(w.shape[1]),
                     static_cast<int>(w.shape[2]), static_cast<int>(window.kernel_h()),
                     static_cast<int>(window.kernel_w()), static_cast<int>(x.shape[3]));
  }
  return {};
}

Status check_bias(const PlanContext& ctx, linnet_dtype dtype, size_t channels, const void** out) {
  *out = nullptr;
  const Tensor* bias = ctx.input(2);
  if (!bias) return {};
  LINNET_TRY(ctx.expect_dtype(*bias, {dtype}));
  if (!bias->known || element_count(*bias) != channels) {
    return ctx.error("the bias '%s' must be %zu constants", bias->name, channels);
  }
  *out = bias->data;
  return {};
}

// f32 weights as they are in the file; f16 ones are widened once.
Status plan_f32(PlanContext& ctx, Params* p, const char** label) {
  const Tensor& w = *ctx.input(1);
  LINNET_TRY(ctx.expect_dtype(w, {LINNET_F32, LINNET_F16}));
  LINNET_TRY(ctx.expect_dtype(ctx.output(0), {LINNET_F32}));
  const void* bias = nullptr;
  LINNET_TRY(check_bias(ctx, LINNET_F32, p->c, &bias));
  p->bias = static_cast<const float*>(bias);
  p->weights = static_cast<const float*>(w.data);
  if (w.dtype == LINNET_F16) {
    float* wide = allocate_array<float>(ctx, element_count(w));
    if (!wide) return ctx.out_of_memory();
    kConvertF16F32.pick(ctx.isa()).run(
        {.x = static_cast<const uint16_t*>(w.data), .y = wide, .count = element_count(w)});
    p->weights = wide;
  }
  p->f32 = pick_kernel(ctx, kDepthwiseF32, label);
  return {};
}

// Multipliers x·w/y for each channel.
Status plan_scales(PlanContext& ctx, const Affine& x, const Affine& y, size_t channels,
                   const float** out) {
  const Tensor& w = *ctx.input(1);
  const Quantization& q = w.quantization;
  const bool per_channel = q.axis == 2 && q.scale.size() == channels;
  if (!per_channel && !(q.axis < 0 && q.scale.size() == 1)) {
    return ctx.error("'%s' needs one scale, or one for each of %zu channels (axis 2)", w.name,
                     channels);
  }
  for (const int32_t zero : q.zero_point) {
    if (zero != 0) return ctx.error("the weights '%s' have a zero point other than 0", w.name);
  }
  float* scale = allocate_array<float>(ctx, channels);
  if (!scale) return ctx.out_of_memory();
  for (size_t i = 0; i < channels; ++i) {
    const double w_scale = static_cast<double>(q.scale[per_channel ? i : 0]);
    LINNET_TRY(expect_ratio(
        ctx, static_cast<double>(x.scale) * w_scale / static_cast<double>(y.scale), &scale[i]));
    if (!(w_scale > 0.0)) return ctx.error("a scale of '%s' is not positive", w.name);
  }
  *out = scale;
  return {};
}

Status plan_s8(PlanContext& ctx, Params* p, const char** label) {
  LINNET_TRY(ctx.expect_dtype(*ctx.input(1), {LINNET_S8}));
  LINNET_TRY(ctx.expect_dtype(ctx.output(0), {LINNET_S8}));
  Affine x, y;
  LINNET_TRY(activation_quantization(ctx, *ctx.input(0), &x));
  LINNET_TRY(activation_quantization(ctx, ctx.output(0), &y));
  const float* scale = nullptr;
  const void* bias = nullptr;
  LINNET_TRY(plan_scales(ctx, x, y, p->c, &scale));
  LINNET_TRY(check_bias(ctx, LINNET_S32, p->c, &bias));
  if (p->window.taps() > size_t{1} << 14) return ctx.unsupported("a kernel of more than 2^14 taps");
  const size_t bytes = depthwise_s8_prepared_bytes(p->c, p->window.kernel_h, p->window.kernel_w);
  if (bytes == 0) return ctx.out_of_memory();
  std::byte* prepared = ctx.allocate<std::byte>(bytes);
  if (!prepared) return ctx.out_of_memory();
  kDepthwiseS8Prepare.pick(ctx.isa()).run(
      {.weights = static_cast<const int8_t*>(ctx.input(1)->data),
       .bias = static_cast<const int32_t*>(bias),
       .scale = scale,
       .c = p->c,
       .kernel_h = p->window.kernel_h,
       .kernel_w = p->window.kernel_w,
       .x_zero = x.zero_point},
      prepared);
  p->prepared = prepared;
  p->x_zero = x.zero_point;
  p->y_zero = y.zero_point;
  p->clamp = quantize_clamp(p->lo, p->hi, y);
  p->s8 = pick_kernel(ctx, kDepthwiseS8, label);
  return {};
}

}  // namespace

// x [n, h, w, c], weights [kh, kw, c]: f32 or f16 for f32, s8 for s8.
Status plan_depthwise_conv_2d(PlanContext& ctx) {
  const fb::DepthwiseConv2dOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 2, 3));
  const Tensor& x = *ctx.input(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(check_weights(ctx, *options->window()));
  Params p{};
  LINNET_TRY(resolve_window(ctx, *options->window(), options->auto_pad(), false, x.shape[1],
                            x.shape[2], &p.window));
  LINNET_TRY(ctx.set_shape(0, {x.shape[0], static_cast<int32_t>(p.window.out_h),
                               static_cast<int32_t>(p.window.out_w), x.shape[3]}));
  p.images = static_cast<size_t>(x.shape[0]);
  p.c = static_cast<size_t>(x.shape[3]);
  p.lo = options->clamp_min();
  p.hi = options->clamp_max();
  LINNET_TRY(expect_range(ctx, p.lo, p.hi));
  const uint64_t macs = uint64_t{p.images} * p.window.out_pixels() * p.c * p.window.taps();
  const char* label = "";
  if (p.c == 0) {
    label = "none";  // no values; the run does nothing
  } else if (x.dtype == LINNET_F32) {
    LINNET_TRY(plan_f32(ctx, &p, &label));
    bool planned = false;
    LINNET_TRY(try_xnnpack_depthwise(ctx,
                                     {.window = p.window,
                                      .n = p.images,
                                      .ci = p.c,
                                      .co = p.c,
                                      .group = p.c,
                                      .transposed = false,
                                      .adjust_h = 0,
                                      .adjust_w = 0,
                                      .lo = p.lo,
                                      .hi = p.hi,
                                      .macs = macs},
                                     p.weights, &planned));
    if (planned) return {};
  } else {
    LINNET_TRY(plan_s8(ctx, &p, &label));
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(x.dtype == LINNET_F32 ? run_depthwise_f32 : run_depthwise_s8, params, label, "",
              macs);
  return {};
}

}  // namespace linnet

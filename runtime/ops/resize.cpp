#include <algorithm>
#include <cmath>

#include "kernels/resize_linear_f32/resize_linear_f32.h"
#include "kernels/resize_linear_s8/resize_linear_s8.h"
#include "kernels/resize_nearest/resize_nearest.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {
namespace {

struct Params {
  ResizeNearestFn* nearest;
  ResizeLinearF32Fn* linear_f32;
  ResizeLinearS8Fn* linear_s8;
  size_t n, h, w, c, oh, ow;
  LinearTable rows, columns;  // nearest: `first` alone
  int32_t zero_point_in, zero_point_out;
  float multiplier;
  size_t element;  // bytes
};

void run_resize(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const void* x = run.inputs[0]->data;
  void* y = run.outputs[0]->data;
  if (p.ow * p.c == 0) return;
  run.pool.parallel_for(p.n * p.oh, row_chunk(p.ow * p.c), [&](size_t, size_t begin, size_t end) {
    if (p.nearest) {
      p.nearest({.x = static_cast<const uint8_t*>(x),
                 .y = static_cast<uint8_t*>(y),
                 .h = p.h,
                 .w = p.w,
                 .oh = p.oh,
                 .ow = p.ow,
                 .pixel = p.c * p.element,
                 .row_index = p.rows.first,
                 .column_index = p.columns.first,
                 .row_begin = begin,
                 .row_end = end});
    } else if (p.linear_f32) {
      p.linear_f32({.x = static_cast<const float*>(x),
                    .y = static_cast<float*>(y),
                    .h = p.h,
                    .w = p.w,
                    .c = p.c,
                    .oh = p.oh,
                    .ow = p.ow,
                    .rows = p.rows,
                    .columns = p.columns,
                    .row_begin = begin,
                    .row_end = end});
    } else {
      p.linear_s8({.x = static_cast<const int8_t*>(x),
                   .y = static_cast<int8_t*>(y),
                   .h = p.h,
                   .w = p.w,
                   .c = p.c,
                   .oh = p.oh,
                   .ow = p.ow,
                   .rows = p.rows,
                   .columns = p.columns,
                   .row_begin = begin,
                   .row_end = end,
                   .zero_point_in = p.zero_point_in,
                   .zero_point_out = p.zero_point_out,
                   .multiplier = p.multiplier});
    }
  });
}

// Sizes and scale of one axis. The scale is the given one, or out / in.
struct Axis {
  int32_t in, out;
  float scale;
};

// Where output index i lies on the input (ONNX Resize, coordinate_transformation_mode).
float source_position(fb::CoordinateMode mode, const Axis& a, int32_t i) {
  const float x = static_cast<float>(i), in = static_cast<float>(a.in),
              out = static_cast<float>(a.out);
  switch (mode) {
    case fb::CoordinateMode::half_pixel:
      return (x + 0.5f) / a.scale - 0.5f;
    case fb::CoordinateMode::pytorch_half_pixel:
      return a.out > 1 ? (x + 0.5f) / a.scale - 0.5f : 0.0f;
    case fb::CoordinateMode::align_corners:
      return a.out > 1 ? x * (in - 1.0f) / (out - 1.0f) : 0.0f;
    case fb::CoordinateMode::asymmetric:
      return x / a.scale;
    case fb::CoordinateMode::half_pixel_symmetric: {
      const float adjustment = out / (a.scale * in);
      return in / 2.0f * (1.0f - adjustment) + (x + 0.5f) / a.scale - 0.5f;
    }
  }
  return 0.0f;
}

float round_nearest(fb::NearestMode mode, float x) {
  switch (mode) {
    case fb::NearestMode::round_prefer_floor:
      return std::ceil(x - 0.5f);
    case fb::NearestMode::round_prefer_ceil:
      return std::round(x);
    case fb::NearestMode::floor:
      return std::floor(x);
    case fb::NearestMode::ceil:
      return std::ceil(x);
  }
  return x;
}

// x clamped to [0, in - 1]; NaN counts as 0.
float clamp_to_input(float x, int32_t in) {
  const float last = static_cast<float>(in - 1);
  return x > 0.0f ? std::min(x, last) : 0.0f;
}

// A float may round in - 1 up past it.
int32_t to_index(float x, int32_t in) {
  return static_cast<int32_t>(std::min<double>(static_cast<double>(x), in - 1));
}

bool fill_axis(PlanContext& ctx, const fb::ResizeOptions& options, const Axis& a,
               LinearTable* out) {
  const size_t count = static_cast<size_t>(a.out);
  int32_t* first = allocate_array<int32_t>(ctx, count);
  int32_t* second = allocate_array<int32_t>(ctx, count);
  float* weight = allocate_array<float>(ctx, count);
  if (!first || !second || !weight) return false;
  for (int32_t i = 0; i < a.out; ++i) {
    const float x = source_position(options.coordinate(), a, i);
    if (options.mode() == fb::ResizeMode::nearest) {
      first[i] = to_index(clamp_to_input(round_nearest(options.nearest(), x), a.in), a.in);
    } else {
      const float inside = clamp_to_input(x, a.in);
      first[i] = to_index(std::floor(inside), a.in);
      second[i] = std::min(first[i] + 1, a.in - 1);
      weight[i] = inside - static_cast<float>(first[i]);
    }
  }
  *out = {first, second, weight};
  return true;
}

Status resolve_axis(const PlanContext& ctx, const char* name, const int32_t* size, float scale,
                    Axis* a) {
  if (size) {
    if (*size < 0) return ctx.error("the wanted %s is %d", name, static_cast<int>(*size));
    a->out = *size;
    a->scale = a->in > 0 ? static_cast<float>(a->out) / static_cast<float>(a->in) : 1.0f;
  } else {
    if (!(scale > 0.0f) || !std::isfinite(scale)) {
      return ctx.error("the scale of the %s is %g", name, static_cast<double>(scale));
    }
    const float out = std::floor(static_cast<float>(a->in) * scale);
    if (!(out < 0x1p31f)) return ctx.error("the %s would be %g", name, static_cast<double>(out));
    a->out = static_cast<int32_t>(out);
    a->scale = scale;
  }
  if (a->in == 0 && a->out > 0) return ctx.error("the %s of the input is 0", name);
  return {};
}

// The output sizes: from the options, s32 input 1, or the scales.
Status resolve_sizes(const PlanContext& ctx, const fb::ResizeOptions& options, Axis* rows,
                     Axis* columns) {
  std::span<const int32_t> sizes;
  LINNET_TRY(list_or_input(ctx, options.sizes(), 1, &sizes));
  if (!sizes.empty() && sizes.size() != 2) return ctx.error("%zu sizes, not 2", sizes.size());
  const int32_t* size = sizes.empty() ? nullptr : sizes.data();
  LINNET_TRY(resolve_axis(ctx, "height", size, options.scale_h(), rows));
  return resolve_axis(ctx, "width", size ? size + 1 : nullptr, options.scale_w(), columns);
}

Status choose_kernel(PlanContext& ctx, fb::ResizeMode mode, Params* p, const char** label) {
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  if (mode == fb::ResizeMode::nearest) {
    LINNET_TRY(expect_movable(ctx, x, y));
    p->nearest = pick_kernel(ctx, kResizeNearest, label);
    return {};
  }
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  if (x.dtype == LINNET_F32) {
    p->linear_f32 = pick_kernel(ctx, kResizeLinearF32, label);
    return {};
  }
  Affine from, to;
  LINNET_TRY(activation_quantization(ctx, x, &from));
  LINNET_TRY(activation_quantization(ctx, y, &to));
  p->zero_point_in = from.zero_point;
  p->zero_point_out = to.zero_point;
  p->linear_s8 = pick_kernel(ctx, kResizeLinearS8, label);
  return expect_ratio(ctx, static_cast<double>(from.scale) / static_cast<double>(to.scale),
                      &p->multiplier);
}

}  // namespace

// x [n, h, w, c] -> [n, oh, ow, c]: nearest for any element type, linear for f32 and s8.
Status plan_resize(PlanContext& ctx) {
  const fb::ResizeOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 2));
  const Tensor& x = *ctx.input(0);
  LINNET_TRY(ctx.expect_rank(x, 4));
  if (options->mode() > fb::ResizeMode::MAX || options->coordinate() > fb::CoordinateMode::MAX ||
      options->nearest() > fb::NearestMode::MAX) {
    return ctx.error("a mode is unknown");
  }
  Axis rows{x.shape[1], 0, 1.0f}, columns{x.shape[2], 0, 1.0f};
  LINNET_TRY(resolve_sizes(ctx, *options, &rows, &columns));
  LINNET_TRY(ctx.set_shape(0, {x.shape[0], rows.out, columns.out, x.shape[3]}));
  Params p{};
  p.n = static_cast<size_t>(x.shape[0]);
  p.h = static_cast<size_t>(rows.in);
  p.w = static_cast<size_t>(columns.in);
  p.c = static_cast<size_t>(x.shape[3]);
  p.oh = static_cast<size_t>(rows.out);
  p.ow = static_cast<size_t>(columns.out);
  p.element = dtype_size(x.dtype);
  const char* label = "";
  LINNET_TRY(choose_kernel(ctx, options->mode(), &p, &label));
  if (!fill_axis(ctx, *options, rows, &p.rows) || !fill_axis(ctx, *options, columns, &p.columns)) {
    return ctx.out_of_memory();
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_resize, params, label);
  return {};
}

}  // namespace linnet

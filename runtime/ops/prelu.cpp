#include "kernels/prelu_f32/prelu_f32.h"
#include "kernels/prelu_s8/prelu_s8.h"
#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  PreluF32Fn* kernel_f32;
  PreluS8Fn* kernel_s8;
  size_t channels;  // slopes
  int32_t zero_point_in, zero_point_out;
  float multiplier;
  const float* negative_multiplier;
};

template <typename Run>
void for_rows(const RunContext& run, size_t channels, const Run& body) {
  if (channels == 0) return;
  run.pool.parallel_for(element_count(*run.outputs[0]) / channels, row_chunk(channels),
                        [&](size_t, size_t begin, size_t end) { body(begin, end); });
}

void run_prelu_f32(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const float* x = static_cast<const float*>(run.inputs[0]->data);
  const float* slope = static_cast<const float*>(run.inputs[1]->data);
  float* y = static_cast<float*>(run.outputs[0]->data);
  for_rows(run, p.channels, [&](size_t begin, size_t end) {
    p.kernel_f32({.x = x + begin * p.channels,
                  .y = y + begin * p.channels,
                  .outer = end - begin,
                  .channels = p.channels,
                  .slope = slope});
  });
}

void run_prelu_s8(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const int8_t* x = static_cast<const int8_t*>(run.inputs[0]->data);
  int8_t* y = static_cast<int8_t*>(run.outputs[0]->data);
  for_rows(run, p.channels, [&](size_t begin, size_t end) {
    p.kernel_s8({.x = x + begin * p.channels,
                 .y = y + begin * p.channels,
                 .outer = end - begin,
                 .channels = p.channels,
                 .zero_point_in = p.zero_point_in,
                 .zero_point_out = p.zero_point_out,
                 .multiplier = p.multiplier,
                 .negative_multiplier = p.negative_multiplier});
  });
}

// One slope for all, or one for each index of the last dimensions, whose number of values is
// *channels.
Status slope_count(const PlanContext& ctx, const Shape& x, const Tensor& slope, size_t* channels) {
  const Shape& s = slope.shape;
  int first = 0;
  while (first < s.rank() && s[first] == 1) ++first;
  const int added = x.rank() - s.rank();
  bool fits = true;
  for (int i = first; i < s.rank(); ++i) fits = fits && i + added >= 0 && s[i] == x[i + added];
  if (!fits) {
    return ctx.unsupported("'%s' must hold one slope, or one for each index of the last dimensions",
                           slope.name);
  }
  *channels = element_count(slope);
  return {};
}

// slope · multiplier for each channel, from f32 or per-tensor s8 slopes.
Status negative_multipliers(PlanContext& ctx, const Tensor& slope, double ratio, size_t channels,
                            const float** out) {
  LINNET_TRY(ctx.expect_dtype(slope, {LINNET_F32, LINNET_S8}));
  if (!slope.known) return ctx.unsupported("'%s' must be constant", slope.name);
  Affine affine;
  if (slope.dtype == LINNET_S8) LINNET_TRY(activation_quantization(ctx, slope, &affine));
  float* values = allocate_array<float>(ctx, channels);
  if (!values) return ctx.out_of_memory();
  for (size_t i = 0; i < channels; ++i) {
    const double real = slope.dtype == LINNET_F32
                            ? static_cast<double>(static_cast<const float*>(slope.data)[i])
                            : static_cast<double>(affine.scale) *
                                  (static_cast<const int8_t*>(slope.data)[i] - affine.zero_point);
    LINNET_TRY(expect_ratio(ctx, real * ratio, &values[i]));
  }
  *out = values;
  return {};
}

}  // namespace

// y = x >= 0 ? x : slope·x; slope a single value, or of the shape of x's last dimensions.
Status plan_prelu(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 2, 2));
  const Tensor& x = *ctx.input(0);
  const Tensor& slope = *ctx.input(1);
  const Tensor& y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(ctx.expect_same_dtype(x, y));
  Params p{};
  LINNET_TRY(slope_count(ctx, x.shape, slope, &p.channels));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  const char* label = "";
  if (x.dtype == LINNET_F32) {
    LINNET_TRY(ctx.expect_dtype(slope, {LINNET_F32}));
    p.kernel_f32 = pick_kernel(ctx, kPreluF32, &label);
  } else {
    Affine from, to;
    LINNET_TRY(activation_quantization(ctx, x, &from));
    LINNET_TRY(activation_quantization(ctx, y, &to));
    const double ratio = static_cast<double>(from.scale) / static_cast<double>(to.scale);
    p.zero_point_in = from.zero_point;
    p.zero_point_out = to.zero_point;
    LINNET_TRY(expect_ratio(ctx, ratio, &p.multiplier));
    LINNET_TRY(negative_multipliers(ctx, slope, ratio, p.channels, &p.negative_multiplier));
    p.kernel_s8 = pick_kernel(ctx, kPreluS8, &label);
  }
  ctx.reuse_input(0, 0);
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(x.dtype == LINNET_F32 ? run_prelu_f32 : run_prelu_s8, params, label);
  return {};
}

}  // namespace linnet

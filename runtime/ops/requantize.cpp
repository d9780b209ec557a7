#include "kernels/requantize.h"

#include "kernels/lut_s8/lut_s8.h"
#include "kernels/requantize_s8/requantize_s8.h"
#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  RequantizeS8Fn* kernel;
  LutS8Fn* lut;
  int32_t zero_point_in, zero_point_out;
  float multiplier;
  int8_t table[256];  // where u8 takes part: bytes to bytes
};

void run_requantize(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const int8_t* x = static_cast<const int8_t*>(run.inputs[0]->data);
  int8_t* y = static_cast<int8_t*>(run.outputs[0]->data);
  run.pool.parallel_for(
      element_count(*run.outputs[0]), kElementChunk, [&](size_t, size_t begin, size_t end) {
        if (p.lut) {
          p.lut({.x = x + begin, .y = y + begin, .count = end - begin, .table = p.table});
          return;
        }
        p.kernel({.x = x + begin,
                  .y = y + begin,
                  .count = end - begin,
                  .zero_point_in = p.zero_point_in,
                  .zero_point_out = p.zero_point_out,
                  .multiplier = p.multiplier,
                  .clamp_min = -128,
                  .clamp_max = 127});
      });
}

// table[b + 128] for the byte b read as s8.
void fill_table(const Tensor& x, const Tensor& y, Params* p) {
  const bool from_u8 = x.dtype == LINNET_U8, to_u8 = y.dtype == LINNET_U8;
  for (int b = -128; b < 128; ++b) {
    const int value = from_u8 ? static_cast<uint8_t>(b) : b;
    const float scaled = static_cast<float>(value - p->zero_point_in) * p->multiplier;
    p->table[b + 128] = static_cast<int8_t>(
        round_to_quantized(scaled, p->zero_point_out, to_u8 ? 0 : -128, to_u8 ? 255 : 127));
  }
}

}  // namespace

// From one quantization to another, s8 or u8 on either side.
Status plan_requantize(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_S8, LINNET_U8}));
  LINNET_TRY(ctx.expect_dtype(y, {LINNET_S8, LINNET_U8}));
  Affine from, to;
  LINNET_TRY(activation_quantization(ctx, x, &from));
  LINNET_TRY(activation_quantization(ctx, y, &to));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  Params* p = ctx.allocate<Params>(1);
  if (!p) return ctx.out_of_memory();
  p->zero_point_in = from.zero_point;
  p->zero_point_out = to.zero_point;
  LINNET_TRY(expect_ratio(ctx, static_cast<double>(from.scale) / static_cast<double>(to.scale),
                          &p->multiplier));
  const char* label = "";
  if (x.dtype == LINNET_S8 && y.dtype == LINNET_S8) {
    p->kernel = pick_kernel(ctx, kRequantizeS8, &label);
  } else {
    fill_table(x, y, p);
    p->lut = pick_kernel(ctx, kLutS8, &label);
  }
  ctx.reuse_input(0, 0);
  ctx.set_run(run_requantize, p, label);
  return {};
}

}  // namespace linnet

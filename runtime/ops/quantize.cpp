#include "kernels/quantize_f32_s8/quantize_f32_s8.h"
#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  QuantizeF32S8Fn* kernel;
  float scale;
  int32_t zero_point;  // of s8
  bool to_u8;
};

void run_quantize(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const float* x = static_cast<const float*>(run.inputs[0]->data);
  int8_t* y = static_cast<int8_t*>(run.outputs[0]->data);
  run.pool.parallel_for(element_count(*run.outputs[0]), kElementChunk,
                        [&](size_t, size_t begin, size_t end) {
                          p.kernel({.x = x + begin,
                                    .y = y + begin,
                                    .count = end - begin,
                                    .scale = p.scale,
                                    .zero_point = p.zero_point});
                          if (!p.to_u8) return;
                          // u8 is s8 plus 128: the top bit flips.
                          for (size_t i = begin; i < end; ++i)
                            y[i] = static_cast<int8_t>(y[i] ^ -128);
                        });
}

}  // namespace

// f32 -> s8 or u8 with the output's quantization.
Status plan_quantize(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32}));
  LINNET_TRY(ctx.expect_dtype(y, {LINNET_S8, LINNET_U8}));
  Affine to;
  LINNET_TRY(activation_quantization(ctx, y, &to));
  LINNET_TRY(ctx.set_shape(0, x.shape));
  const bool to_u8 = y.dtype == LINNET_U8;
  const char* label = "";
  QuantizeF32S8Fn* kernel = pick_kernel(ctx, kQuantizeF32S8, &label);
  const Params* params = keep_params(ctx, Params{.kernel = kernel,
                                                 .scale = to.scale,
                                                 .zero_point = to.zero_point - (to_u8 ? 128 : 0),
                                                 .to_u8 = to_u8});
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_quantize, params, label);
  return {};
}

}  // namespace linnet

#include <cmath>

#include "runtime/ops/checks.h"

namespace linnet {
namespace {

void run_range_s32(const RunContext& run) {
  const Tensor& y = *run.outputs[0];
  const int64_t start = *static_cast<const int32_t*>(run.inputs[0]->data);
  const int64_t delta = *static_cast<const int32_t*>(run.inputs[2]->data);
  int32_t* out = static_cast<int32_t*>(y.data);
  for (int64_t i = 0; i < y.shape[0]; ++i) out[i] = static_cast<int32_t>(start + i * delta);
}

void run_range_f32(const RunContext& run) {
  const Tensor& y = *run.outputs[0];
  const float start = *static_cast<const float*>(run.inputs[0]->data);
  const float delta = *static_cast<const float*>(run.inputs[2]->data);
  float* out = static_cast<float*>(y.data);
  for (int32_t i = 0; i < y.shape[0]; ++i) out[i] = start + static_cast<float>(i) * delta;
}

}  // namespace

// Scalars start, limit, delta (f32 or s32, known while planning) -> [ceil((limit - start) /
// delta)].
Status plan_range(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 3, 3));
  const Tensor& y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(y, {LINNET_F32, LINNET_S32}));
  double values[3];
  for (int i = 0; i < 3; ++i) {
    const Tensor& x = *ctx.input(i);
    LINNET_TRY(ctx.expect_same_dtype(x, y));
    if (x.shape.elements() != 1) return ctx.error("'%s' is not a single value", x.name);
    if (!x.known) return ctx.unsupported("'%s' is not known before the run", x.name);
    values[i] = y.dtype == LINNET_F32 ? static_cast<double>(*static_cast<const float*>(x.data))
                                      : static_cast<double>(*static_cast<const int32_t*>(x.data));
  }
  const double count = std::ceil((values[1] - values[0]) / values[2]);
  if (values[2] == 0.0 || !(count <= INT32_MAX)) {
    return ctx.error("a range from %g to %g by %g", values[0], values[1], values[2]);
  }
  LINNET_TRY(ctx.set_shape(0, {count > 0.0 ? static_cast<int32_t>(count) : 0}));
  ctx.set_run(y.dtype == LINNET_F32 ? run_range_f32 : run_range_s32, nullptr, "range");
  return {};
}

}  // namespace linnet

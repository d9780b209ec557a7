#include <algorithm>
#include <cmath>

#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  float value;
};

void run_constant_of_shape(const RunContext& run) {
  const float value = static_cast<const Params*>(run.params)->value;
  const Tensor& y = *run.outputs[0];
  const size_t count = static_cast<size_t>(y.shape.elements());
  switch (y.dtype) {
    case LINNET_F32:
      std::fill_n(static_cast<float*>(y.data), count, value);
      break;
    case LINNET_S32:
      std::fill_n(static_cast<int32_t*>(y.data), count, static_cast<int32_t>(value));
      break;
    default:
      std::fill_n(static_cast<int8_t*>(y.data), count,
                  static_cast<int8_t>(static_cast<int32_t>(value)));
      break;
  }
}

// Whether `value` is a whole number that the type can hold.
bool fits(float value, linnet_dtype dtype) {
  if (dtype == LINNET_F32) return true;
  if (!(std::trunc(value) == value)) return false;
  switch (dtype) {
    case LINNET_S32:
      return value >= -0x1p31f && value < 0x1p31f;
    case LINNET_S8:
      return value >= -128.0f && value <= 127.0f;
    case LINNET_U8:
      return value >= 0.0f && value <= 255.0f;
    default:
      return value == 0.0f || value == 1.0f;
  }
}

}  // namespace

// Input 0 is the shape (s32, known while planning).
Status plan_constant_of_shape(PlanContext& ctx) {
  const fb::ConstantOfShapeOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor& y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(y, {LINNET_F32, LINNET_S32, LINNET_S8, LINNET_U8, LINNET_BOOL}));
  if (static_cast<int>(options->dtype()) != static_cast<int>(y.dtype)) {
    return ctx.error("the dtype in the options is not that of '%s'", y.name);
  }
  if (!fits(options->value(), y.dtype)) {
    return ctx.error("%g cannot be stored in '%s'", static_cast<double>(options->value()), y.name);
  }
  std::span<const int32_t> dims;
  LINNET_TRY(ctx.known_s32(0, &dims));
  Shape shape;
  for (const int32_t d : dims) {
    if (d < 0) return ctx.error("dimension %d is %d", shape.rank(), static_cast<int>(d));
    if (!shape.push_back(d)) return ctx.error("more than %d dimensions", kMaxRank);
  }
  LINNET_TRY(ctx.set_shape(0, shape));
  const Params* params = keep_params(ctx, Params{options->value()});
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_constant_of_shape, params, "fill");
  return {};
}

}  // namespace linnet

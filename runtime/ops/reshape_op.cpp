#include "runtime/ops/reshape_op.h"

#include <cstring>

#include "runtime/ops/checks.h"

namespace linnet {
namespace {

void run_same_bytes(const RunContext& run) {
  const Tensor& x = *run.inputs[0];
  Tensor& y = *run.outputs[0];
  const size_t bytes = static_cast<size_t>(y.shape.elements()) * dtype_size(y.dtype);
  if (bytes > 0 && x.data != y.data) std::memcpy(y.data, x.data, bytes);
}

}  // namespace

Status plan_same_bytes(PlanContext& ctx, const Shape& shape) {
  const Tensor& x = *ctx.input(0);
  LINNET_TRY(expect_movable(ctx, x, ctx.output(0)));
  LINNET_TRY(ctx.set_shape(0, shape));
  if (shape.elements() != x.shape.elements()) {
    return ctx.error("the new shape holds %lld values, '%s' has %lld",
                     static_cast<long long>(shape.elements()), x.name,
                     static_cast<long long>(x.shape.elements()));
  }
  ctx.reuse_input(0, 0);
  ctx.set_run(run_same_bytes, nullptr, "copy", "in place where the input is not needed again");
  return {};
}

Status axis_set(const PlanContext& ctx, std::span<const int32_t> axes, int rank, uint32_t* set) {
  *set = 0;
  for (const int32_t axis : axes) {
    int normalized = 0;
    LINNET_TRY(ctx.normalize_axis(axis, rank, &normalized));
    const uint32_t bit = 1u << normalized;
    if (*set & bit) return ctx.error("axis %d is named twice", static_cast<int>(axis));
    *set |= bit;
  }
  return {};
}

Status list_or_input(const PlanContext& ctx, const flatbuffers::Vector<int32_t>* list, int i,
                     std::span<const int32_t>* out) {
  *out = {};
  if (list && list->size() > 0) {
    *out = {list->data(), list->size()};
    return {};
  }
  return ctx.input(i) ? ctx.known_s32(i, out) : Status();
}

}  // namespace linnet

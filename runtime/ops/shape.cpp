#include <algorithm>

#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  int start;
};

void run_shape(const RunContext& run) {
  const int start = static_cast<const Params*>(run.params)->start;
  const Tensor& y = *run.outputs[0];
  int32_t* out = static_cast<int32_t*>(y.data);
  for (int i = 0; i < y.shape[0]; ++i) out[i] = run.inputs[0]->shape[start + i];
}

int clamp_index(int index, int rank) {
  return std::clamp(index < 0 ? index + rank : index, 0, rank);
}

}  // namespace

Status plan_shape(PlanContext& ctx) {
  const fb::ShapeOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 1));
  LINNET_TRY(ctx.expect_dtype(ctx.output(0), {LINNET_S32}));
  const int rank = ctx.input(0)->shape.rank();
  const int start = clamp_index(options->start(), rank);
  const int end = clamp_index(options->end(), rank);
  LINNET_TRY(ctx.set_shape(0, {std::max(0, end - start)}));
  const Params* params = keep_params(ctx, Params{start});
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_shape, params, "copy");
  return {};
}

}  // namespace linnet

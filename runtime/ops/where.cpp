#include "runtime/ops/broadcast.h"
#include "runtime/ops/checks.h"

namespace linnet {
namespace {

// Strides of the three operands over the output's dimensions, in elements; 0 where one is
// broadcast.
struct Params {
  int rank;
  size_t shape[kMaxRank];
  ptrdiff_t stride[3][kMaxRank];
};

template <typename T>
void select_rows(const RunContext& run, size_t begin, size_t end) {
  const Params& p = *static_cast<const Params*>(run.params);
  const size_t length = p.shape[p.rank - 1];
  const ptrdiff_t* step[3] = {p.stride[0], p.stride[1], p.stride[2]};
  for (size_t row = begin; row < end; ++row) {
    ptrdiff_t offset[3] = {0, 0, 0};
    size_t rest = row;
    for (int d = p.rank - 2; d >= 0; --d) {
      const ptrdiff_t index = static_cast<ptrdiff_t>(rest % p.shape[d]);
      rest /= p.shape[d];
      for (int i = 0; i < 3; ++i) offset[i] += index * step[i][d];
    }
    const uint8_t* condition = static_cast<const uint8_t*>(run.inputs[0]->data) + offset[0];
    const T* a = static_cast<const T*>(run.inputs[1]->data) + offset[1];
    const T* b = static_cast<const T*>(run.inputs[2]->data) + offset[2];
    T* y = static_cast<T*>(run.outputs[0]->data) + row * length;
    const int last = p.rank - 1;
    for (size_t i = 0; i < length; ++i) {
      const ptrdiff_t at = static_cast<ptrdiff_t>(i);
      y[i] = condition[at * step[0][last]] ? a[at * step[1][last]] : b[at * step[2][last]];
    }
  }
}

template <typename T>
void run_where(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const size_t count = element_count(*run.outputs[0]), length = p.shape[p.rank - 1];
  if (count == 0) return;
  run.pool.parallel_for(count / length, row_chunk(length),
                        [&](size_t, size_t begin, size_t end) { select_rows<T>(run, begin, end); });
}

void operand_strides(const Shape& from, const Shape& to, ptrdiff_t* stride) {
  ptrdiff_t step = 1;
  for (int i = to.rank() - 1; i >= 0; --i) {
    const int own = i - (to.rank() - from.rank());
    const int32_t d = own < 0 ? 1 : from[own];
    stride[i] = d == 1 ? 0 : step;
    step *= d;
  }
}

}  // namespace

// y = condition ? a : b, all three broadcast; a, b and y of one type and quantization.
Status plan_where(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 3, 3));
  const Tensor &a = *ctx.input(1), &b = *ctx.input(2), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(*ctx.input(0), {LINNET_BOOL}));
  LINNET_TRY(expect_movable(ctx, a, y));
  LINNET_TRY(expect_movable(ctx, b, y));
  Shape both, shape;
  LINNET_TRY(broadcast_shape(ctx, a.shape, b.shape, &both));
  LINNET_TRY(broadcast_shape(ctx, ctx.input(0)->shape, both, &shape));
  LINNET_TRY(ctx.set_shape(0, shape));
  Shape loops = shape;
  if (loops.rank() == 0) loops.push_back(1);
  Params p{};
  p.rank = loops.rank();
  for (int i = 0; i < p.rank; ++i) p.shape[i] = static_cast<size_t>(loops[i]);
  for (int i = 0; i < 3; ++i) operand_strides(ctx.input(i)->shape, loops, p.stride[i]);
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  const size_t size = dtype_size(y.dtype);
  ctx.set_run(size == 4   ? run_where<uint32_t>
              : size == 2 ? run_where<uint16_t>
                          : run_where<uint8_t>,
              params, "select");
  return {};
}

}  // namespace linnet

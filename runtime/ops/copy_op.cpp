#include "runtime/ops/copy_op.h"

#include <algorithm>

#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  CopyNdFn* kernel;
  CopyNdArgs args;   // but for x and y
  ptrdiff_t offset;  // bytes
};

void run_strided_copy(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  if (run.outputs[0]->shape.elements() == 0) return;
  CopyNdArgs args = p.args;
  args.x = static_cast<const std::byte*>(run.inputs[0]->data) + p.offset;
  args.y = run.outputs[0]->data;
  run_copy(run.pool, p.kernel, args);
}

}  // namespace

void contiguous_strides(const Shape& shape, ptrdiff_t* stride) {
  ptrdiff_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    stride[i] = step;
    step *= shape[i];
  }
}

void run_copy(const ThreadPool& pool, CopyNdFn* kernel, const CopyNdArgs& args) {
  size_t total = 1;
  for (int i = 0; i < args.rank; ++i) total *= args.shape[i];
  if (total == 0) return;
  if (args.rank < 2 || total <= kElementChunk || pool.threads() == 1) return kernel(args);
  CopyNdArgs whole = args;
  if (std::all_of(args.y_stride, args.y_stride + args.rank, [](ptrdiff_t s) { return s == 0; })) {
    ptrdiff_t step = 1;
    for (int i = args.rank - 1; i >= 0; --i) {
      whole.y_stride[i] = step;
      step *= static_cast<ptrdiff_t>(args.shape[i]);
    }
  }
  const int cut =
      static_cast<int>(std::max_element(args.shape, args.shape + args.rank - 1) - args.shape);
  const size_t bytes = args.element_size;
  pool.parallel_for(
      args.shape[cut], row_chunk(total / args.shape[cut]), [&](size_t, size_t begin, size_t end) {
        CopyNdArgs part = whole;
        const ptrdiff_t at = static_cast<ptrdiff_t>(begin);
        const ptrdiff_t size = static_cast<ptrdiff_t>(bytes);
        part.x = static_cast<const std::byte*>(args.x) + at * args.x_stride[cut] * size;
        part.y = static_cast<std::byte*>(args.y) + at * whole.y_stride[cut] * size;
        part.shape[cut] = end - begin;
        kernel(part);
      });
}

Status plan_strided_copy(PlanContext& ctx, const Shape& shape, ptrdiff_t offset,
                         const ptrdiff_t* stride) {
  const Tensor& x = *ctx.input(0);
  LINNET_TRY(expect_movable(ctx, x, ctx.output(0)));
  LINNET_TRY(ctx.set_shape(0, shape));
  Params p{};
  p.offset = offset * static_cast<ptrdiff_t>(dtype_size(x.dtype));
  p.args.element_size = dtype_size(x.dtype);
  p.args.rank = shape.rank();
  for (int i = 0; i < shape.rank(); ++i) {
    p.args.shape[i] = static_cast<size_t>(shape[i]);
    p.args.x_stride[i] = stride[i];
  }
  const char* label = "";
  p.kernel = pick_kernel(ctx, kCopyNd, &label);
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_strided_copy, params, label);
  return {};
}

}  // namespace linnet

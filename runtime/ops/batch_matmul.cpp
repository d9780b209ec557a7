#include <algorithm>
#include <limits>

#include "kernels/gemm_f32/gemm_f32.h"
#include "kernels/pack/pack_panels_f32.h"
#include "runtime/ops/broadcast.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/operand_f32.h"

namespace linnet {
namespace {

constexpr size_t kRowTile = 96, kPackColumns = 64;

struct Params {
  GemmF32Fn* kernel;
  size_t m, n, k, batches;
  size_t packed;  // floats of one packed B
  bool transpose_b;
  // Index of the matrix of a and b for each batch.
  const int32_t *a_index, *b_index;
  size_t b_count;  // different matrices of b
  // s8: operands as f32 in scratch.
  bool wide;
  OperandF32 a, b, y;
};

// Scratch: the packed matrices of b; for s8 then a, b and y as f32.
struct Buffers {
  const float *a, *b;
  float *packed, *y;
};

void widen(const RunContext& run, const OperandF32& operand, const Tensor& tensor, float* out) {
  run.pool.parallel_for(
      element_count(tensor), kElementChunk,
      [&](size_t, size_t begin, size_t end) { widen_f32(operand, tensor, begin, end, out); });
}

Buffers prepare(const RunContext& run, const Params& p) {
  float* next = reinterpret_cast<float*>(run.scratch) + p.b_count * p.packed;
  Buffers buffers{.a = static_cast<const float*>(run.inputs[0]->data),
                  .b = static_cast<const float*>(run.inputs[1]->data),
                  .packed = reinterpret_cast<float*>(run.scratch),
                  .y = static_cast<float*>(run.outputs[0]->data)};
  if (!p.wide) return buffers;
  float* b = next + element_count(*run.inputs[0]);
  widen(run, p.a, *run.inputs[0], next);
  widen(run, p.b, *run.inputs[1], b);
  buffers.a = next;
  buffers.b = b;
  buffers.y = b + element_count(*run.inputs[1]);
  return buffers;
}

void pack_b(const RunContext& run, const Params& p, const Buffers& buffers) {
  const size_t ranges = (p.n + kPackColumns - 1) / kPackColumns;
  const size_t stride_n = p.transpose_b ? p.k : 1, stride_k = p.transpose_b ? 1 : p.n;
  run.pool.parallel_for(p.b_count * ranges, 1, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const size_t first = i % ranges * kPackColumns, matrix = i / ranges;
      pack_panels_f32(buffers.b + matrix * p.n * p.k + first * stride_n, stride_n, stride_k,
                      std::min(kPackColumns, p.n - first), p.k,
                      buffers.packed + matrix * p.packed + first * p.k);
    }
  });
}

void run_batch_matmul(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  const size_t count = element_count(*run.outputs[0]);
  if (count == 0) return;
  const Buffers buffers = prepare(run, p);
  pack_b(run, p, buffers);
  const size_t tiles = (p.m + kRowTile - 1) / kRowTile;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  run.pool.parallel_for(p.batches * tiles, 1, [&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const size_t batch = i / tiles, row = i % tiles * kRowTile;
      const size_t a = static_cast<size_t>(p.a_index[batch]),
                   b = static_cast<size_t>(p.b_index[batch]);
      p.kernel({.a = buffers.a + (a * p.m + row) * p.k,
                .lda = p.k,
                .w = buffers.packed + b * p.packed,
                .bias = nullptr,
                .c = buffers.y + (batch * p.m + row) * p.n,
                .ldc = p.n,
                .m = std::min(kRowTile, p.m - row),
                .n = p.n,
                .k = p.k,
                .clamp_min = -kInfinity,
                .clamp_max = kInfinity});
    }
  });
  if (!p.wide) return;
  run.pool.parallel_for(count, kElementChunk, [&](size_t, size_t begin, size_t end) {
    narrow_s8(p.y, buffers.y, begin, end, *run.outputs[0]);
  });
}

Shape leading(const Shape& shape) {
  Shape out;
  for (int i = 0; i + 2 < shape.rank(); ++i) out.push_back(shape[i]);
  return out;
}

// For each batch of `out`, the index of the matrix of an operand with leading dimensions `from`.
const int32_t* batch_index(PlanContext& ctx, const Shape& from, const Shape& out) {
  const size_t count = static_cast<size_t>(out.elements());
  int32_t* index = allocate_array<int32_t>(ctx, count);
  if (!index) return nullptr;
  for (size_t batch = 0; batch < count; ++batch) {
    size_t rest = batch;
    int64_t at = 0, step = 1;
    for (int i = out.rank() - 1; i >= 0; --i) {
      const size_t d = static_cast<size_t>(out[i]);
      const int own = i - (out.rank() - from.rank());
      if (own >= 0) {
        if (from[own] != 1) at += static_cast<int64_t>(rest % d) * step;
        step *= from[own];
      }
      rest /= d;
    }
    index[batch] = static_cast<int32_t>(at);
  }
  return index;
}

Status plan_sizes(PlanContext& ctx, bool transpose_b, Shape* batches, Params* p) {
  const Tensor &a = *ctx.input(0), &b = *ctx.input(1);
  if (a.shape.rank() < 2 || b.shape.rank() < 2) {
    return ctx.error("'%s' and '%s' must have at least 2 dimensions", a.name, b.name);
  }
  const int32_t k = a.shape.back(), b_k = b.shape.back(transpose_b ? 0 : 1);
  const int32_t n = b.shape.back(transpose_b ? 1 : 0);
  if (k != b_k) {
    return ctx.error("'%s' has %d columns, '%s' %d rows", a.name, static_cast<int>(k), b.name,
                     static_cast<int>(b_k));
  }
  LINNET_TRY(broadcast_shape(ctx, leading(a.shape), leading(b.shape), batches));
  Shape shape = *batches;
  if (!shape.push_back(a.shape.back(1)) || !shape.push_back(n))
    return ctx.error("too many dimensions");
  LINNET_TRY(ctx.set_shape(0, shape));
  p->m = static_cast<size_t>(a.shape.back(1));
  p->n = static_cast<size_t>(n);
  p->k = static_cast<size_t>(k);
  p->batches = static_cast<size_t>(batches->elements());
  p->b_count = static_cast<size_t>(leading(b.shape).elements());
  if (p->batches > INT32_MAX) return ctx.unsupported("more than 2^31 matrices");
  return {};
}

Status plan_buffers(PlanContext& ctx, Params* p) {
  size_t floats = 0, bytes = 0;
  if (!checked_product({(p->n + 7) / 8 * 8, p->k}, &p->packed) ||
      !checked_product({p->packed, p->b_count}, &floats)) {
    return ctx.out_of_memory();
  }
  if (p->wide) {
    // Each count is bound by the session's limits: the sum cannot wrap.
    floats +=
        element_count(*ctx.input(0)) + element_count(*ctx.input(1)) + element_count(ctx.output(0));
  }
  if (!checked_product({floats, sizeof(float)}, &bytes)) return ctx.out_of_memory();
  ctx.need_scratch(bytes);
  return {};
}

}  // namespace

// a […, m, k] x b […, k, n] (or […, n, k]) -> […, m, n], leading dimensions broadcast. f32, or s8
// through f32. A constant b is a fully_connected.
Status plan_batch_matmul(PlanContext& ctx) {
  const fb::BatchMatmulOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 2, 2));
  const Tensor &a = *ctx.input(0), &b = *ctx.input(1), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(a, {LINNET_F32, LINNET_S8}));
  LINNET_TRY(ctx.expect_same_dtype(a, b));
  LINNET_TRY(ctx.expect_same_dtype(a, y));
  Params p{};
  Shape batches;
  p.transpose_b = options->transpose_b();
  LINNET_TRY(plan_sizes(ctx, p.transpose_b, &batches, &p));
  p.wide = a.dtype == LINNET_S8;
  if (p.wide) {
    LINNET_TRY(plan_operand_f32(ctx, a, &p.a));
    LINNET_TRY(plan_operand_f32(ctx, b, &p.b));
    LINNET_TRY(plan_operand_f32(ctx, y, &p.y));
  }
  LINNET_TRY(plan_buffers(ctx, &p));
  const size_t y_count = element_count(y);
  if (y_count > 0) {
    p.a_index = batch_index(ctx, leading(a.shape), batches);
    p.b_index = batch_index(ctx, leading(b.shape), batches);
    if (!p.a_index || !p.b_index) return ctx.out_of_memory();
  }
  const char* label = "";
  p.kernel = pick_kernel(ctx, kGemmF32, &label);
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_batch_matmul, params, label, "", uint64_t{y_count} * p.k);
  return {};
}

}  // namespace linnet

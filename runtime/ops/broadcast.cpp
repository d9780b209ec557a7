#include "runtime/ops/broadcast.h"

#include <algorithm>

namespace linnet {
namespace {

// Neighbouring dimensions of the output in which each operand either advances or stands still.
struct Run {
  size_t count;
  bool a, b;  // advances
};

int32_t dim(const Shape& shape, int rank, int i) {
  const int own = i - (rank - shape.rank());
  return own < 0 ? 1 : shape[own];
}

}  // namespace

Status broadcast_shape(const PlanContext& ctx, const Shape& a, const Shape& b, Shape* out) {
  const int rank = std::max(a.rank(), b.rank());
  *out = Shape();
  for (int i = 0; i < rank; ++i) {
    const int32_t da = dim(a, rank, i), db = dim(b, rank, i);
    if (da != db && da != 1 && db != 1) {
      return ctx.error("dimensions %d and %d do not broadcast", static_cast<int>(da),
                       static_cast<int>(db));
    }
    out->push_back(da == 1 ? db : da);
  }
  return {};
}

BroadcastPlan plan_broadcast(const Shape& a, const Shape& b, const Shape& out) {
  const int rank = out.rank();
  Run runs[kMaxRank];
  int count = 0;
  for (int i = 0; i < rank; ++i) {
    if (out[i] == 1) continue;
    const Run run{static_cast<size_t>(out[i]), dim(a, rank, i) != 1, dim(b, rank, i) != 1};
    if (count > 0 && runs[count - 1].a == run.a && runs[count - 1].b == run.b) {
      runs[count - 1].count *= run.count;
    } else {
      runs[count++] = run;
    }
  }
  // From the innermost run outward, the distance that one step of a run moves each operand.
  ptrdiff_t a_step = 1, b_step = 1;
  const auto take = [&](const Run& run, ptrdiff_t* a_stride, ptrdiff_t* b_stride) {
    *a_stride = run.a ? a_step : 0;
    *b_stride = run.b ? b_step : 0;
    if (run.a) a_step *= static_cast<ptrdiff_t>(run.count);
    if (run.b) b_step *= static_cast<ptrdiff_t>(run.count);
  };
  BroadcastPlan plan{};
  plan.inner = {
      .outer = 1, .inner = 1, .a_outer = 0, .b_outer = 0, .a_scalar = false, .b_scalar = false};
  if (count > 0) {
    const Run& run = runs[--count];
    ptrdiff_t a_stride = 0, b_stride = 0;
    take(run, &a_stride, &b_stride);
    plan.inner.inner = run.count;
    plan.inner.a_scalar = !run.a;
    plan.inner.b_scalar = !run.b;
  }
  if (count > 0) {
    const Run& run = runs[--count];
    take(run, &plan.inner.a_outer, &plan.inner.b_outer);
    plan.inner.outer = run.count;
  }
  plan.loops = count;
  for (int i = count - 1; i >= 0; --i) {
    plan.count[i] = runs[i].count;
    take(runs[i], &plan.a_stride[i], &plan.b_stride[i]);
  }
  return plan;
}

size_t broadcast_loop_count(const BroadcastPlan& plan) {
  size_t loops = 1;
  for (int i = 0; i < plan.loops; ++i) loops *= plan.count[i];
  return loops;
}

BroadcastPiece broadcast_rows(const BroadcastPlan& plan, size_t loop, size_t begin, size_t end) {
  BroadcastPiece piece{.shape = plan.inner, .a_offset = 0, .b_offset = 0, .y_offset = 0};
  piece.y_offset = (loop * plan.inner.outer + begin) * plan.inner.inner;
  for (int i = plan.loops - 1; i >= 0; --i) {
    const ptrdiff_t index = static_cast<ptrdiff_t>(loop % plan.count[i]);
    loop /= plan.count[i];
    piece.a_offset += index * plan.a_stride[i];
    piece.b_offset += index * plan.b_stride[i];
  }
  piece.a_offset += static_cast<ptrdiff_t>(begin) * plan.inner.a_outer;
  piece.b_offset += static_cast<ptrdiff_t>(begin) * plan.inner.b_outer;
  piece.shape.outer = end - begin;
  return piece;
}

BroadcastPiece broadcast_elements(const BroadcastPlan& plan, size_t begin, size_t end) {
  BroadcastPiece piece{.shape = plan.inner, .a_offset = 0, .b_offset = 0, .y_offset = begin};
  piece.a_offset = plan.inner.a_scalar ? 0 : static_cast<ptrdiff_t>(begin);
  piece.b_offset = plan.inner.b_scalar ? 0 : static_cast<ptrdiff_t>(begin);
  piece.shape.inner = end - begin;
  return piece;
}

}  // namespace linnet

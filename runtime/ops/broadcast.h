#pragma once

#include "kernels/broadcast/broadcast_walk.h"
#include "runtime/core/thread_pool.h"
#include "runtime/ops/op.h"

namespace linnet {

// A numpy broadcast of two operands, cut into pieces that the binary kernels take: the two
// innermost merged dimensions are `inner`, the rest are loops. The output is contiguous.
struct BroadcastPlan {
  Broadcast inner;
  int loops = 0;  // outermost first
  size_t count[kMaxRank];
  ptrdiff_t a_stride[kMaxRank], b_stride[kMaxRank];  // elements
};

// The output shape of a and b; error if a dimension differs and neither is 1.
Status broadcast_shape(const PlanContext& ctx, const Shape& a, const Shape& b, Shape* out);

// How operands of shapes `a` and `b` cover `out`, a shape that broadcast_shape() gave for them (or
// for them and others).
BroadcastPlan plan_broadcast(const Shape& a, const Shape& b, const Shape& out);

// One piece of work: kernels take a + a_offset, b + b_offset, y + y_offset (elements) and `shape`.
struct BroadcastPiece {
  Broadcast shape;
  ptrdiff_t a_offset, b_offset;
  size_t y_offset;
};

// Calls fn(const BroadcastPiece&) over the whole output, in threads.
template <typename Fn>
void for_broadcast(const ThreadPool& pool, const BroadcastPlan& plan, const Fn& fn);

// The piece of rows [begin, end) of loop iteration `loop`.
BroadcastPiece broadcast_rows(const BroadcastPlan& plan, size_t loop, size_t begin, size_t end);
// The piece of elements [begin, end) of a plan without loops and with one row.
BroadcastPiece broadcast_elements(const BroadcastPlan& plan, size_t begin, size_t end);
size_t broadcast_loop_count(const BroadcastPlan& plan);

inline constexpr size_t kBroadcastChunk = 16384;  // elements

template <typename Fn>
void for_broadcast(const ThreadPool& pool, const BroadcastPlan& plan, const Fn& fn) {
  const size_t outer = plan.inner.outer, inner = plan.inner.inner;
  if (outer == 0 || inner == 0) return;
  const size_t rows = broadcast_loop_count(plan) * outer;
  if (rows == 1) {
    pool.parallel_for(inner, kBroadcastChunk, [&](size_t, size_t begin, size_t end) {
      fn(broadcast_elements(plan, begin, end));
    });
    return;
  }
  const size_t chunk = inner >= kBroadcastChunk ? 1 : kBroadcastChunk / inner;
  pool.parallel_for(rows, chunk, [&](size_t, size_t begin, size_t end) {
    while (begin < end) {
      const size_t loop = begin / outer, row = begin % outer;
      const size_t last = end - begin < outer - row ? row + (end - begin) : outer;
      fn(broadcast_rows(plan, loop, row, last));
      begin += last - row;
    }
  });
}

}  // namespace linnet

#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"

namespace linnet {

// Repeats x along each dimension as often as s32 input 1 says.
Status plan_tile(PlanContext& ctx) {
  LINNET_TRY(expect_arity(ctx, 2, 2));
  const Shape& from = ctx.input(0)->shape;
  std::span<const int32_t> repeats;
  LINNET_TRY(ctx.known_s32(1, &repeats));
  if (repeats.size() != static_cast<size_t>(from.rank())) {
    return ctx.error("%zu repeats for %d dimensions", repeats.size(), from.rank());
  }
  Shape shape;
  for (int i = 0; i < from.rank(); ++i) {
    const int64_t d = int64_t{from[i]} * repeats[static_cast<size_t>(i)];
    if (d < 0 || d > INT32_MAX) return ctx.error("dimension %d repeated is out of range", i);
    shape.push_back(static_cast<int32_t>(d));
  }
  LINNET_TRY(ctx.set_shape(0, shape));  // checks the size before tables are made of it
  IndexTable tables[kMaxRank];
  for (int i = 0; i < shape.rank(); ++i) {
    int32_t* index = allocate_array<int32_t>(ctx, static_cast<size_t>(shape[i]));
    if (!index) return ctx.out_of_memory();
    for (int32_t j = 0; j < shape[i]; ++j) index[j] = j % from[i];
    tables[i] = {index, static_cast<size_t>(shape[i])};
  }
  return plan_indexed_copy(ctx, shape, tables, 0);
}

}  // namespace linnet

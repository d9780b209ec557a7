#include <cstring>

#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"

namespace linnet {
namespace {

// Dimensions behind the last table that changes anything are one block of bytes.
struct Params {
  int rank;  // dimensions before the block, at least 1
  IndexTable table[kMaxRank];
  ptrdiff_t stride[kMaxRank];  // of x, bytes
  size_t block;                // bytes
  size_t element;
  uint32_t fill;
  // Output indices [run_begin, run_end) of the last of these dimensions read neighbouring blocks.
  size_t run_begin, run_end;
};

void fill_bytes(const Params& p, std::byte* y, size_t bytes) {
  if (p.element == 1) {
    std::memset(y, static_cast<int>(p.fill & 0xff), bytes);
    return;
  }
  for (size_t i = 0; i < bytes; i += p.element) std::memcpy(y + i, &p.fill, p.element);
}

void copy_blocks(const Params& p, const std::byte* x, std::byte* y, size_t begin, size_t end) {
  const int last = p.rank - 1;
  for (size_t i = begin; i < end; ++i) {
    const int32_t from = p.table[last].index[i];
    std::byte* to = y + i * p.block;
    if (from < 0) {
      fill_bytes(p, to, p.block);
    } else {
      std::memcpy(to, x + from * p.stride[last], p.block);
    }
  }
}

// One row: all blocks along the last dimension.
void copy_row(const Params& p, const std::byte* x, std::byte* y) {
  const IndexTable& table = p.table[p.rank - 1];
  copy_blocks(p, x, y, 0, p.run_begin);
  if (p.run_end > p.run_begin) {
    std::memcpy(y + p.run_begin * p.block, x + table.index[p.run_begin] * p.stride[p.rank - 1],
                (p.run_end - p.run_begin) * p.block);
  }
  copy_blocks(p, x, y, p.run_end, table.count);
}

void run_indexed_copy(const RunContext& run) {
  const Params& p = *static_cast<const Params*>(run.params);
  if (run.outputs[0]->shape.elements() == 0) return;
  const std::byte* x = static_cast<const std::byte*>(run.inputs[0]->data);
  std::byte* y = static_cast<std::byte*>(run.outputs[0]->data);
  const size_t row_bytes = p.table[p.rank - 1].count * p.block;
  size_t rows = 1;
  for (int i = 0; i + 1 < p.rank; ++i) rows *= p.table[i].count;
  run.pool.parallel_for(rows, row_chunk(row_bytes / p.element),
                        [&](size_t, size_t begin, size_t end) {
                          for (size_t row = begin; row < end; ++row) {
                            ptrdiff_t offset = 0;
                            bool inside = true;
                            size_t rest = row;
                            for (int i = p.rank - 2; i >= 0; --i) {
                              const int32_t from = p.table[i].index[rest % p.table[i].count];
                              rest /= p.table[i].count;
                              inside = inside && from >= 0;
                              offset += from * p.stride[i];
                            }
                            std::byte* to = y + row * row_bytes;
                            if (inside) {
                              copy_row(p, x + offset, to);
                            } else {
                              fill_bytes(p, to, row_bytes);
                            }
                          }
                        });
}

bool is_identity(const IndexTable& table, int32_t size) {
  if (table.count != static_cast<size_t>(size)) return false;
  for (size_t i = 0; i < table.count; ++i) {
    if (table.index[i] != static_cast<int32_t>(i)) return false;
  }
  return true;
}

// The first stretch of output indices that reads neighbours; pads leave exactly one.
void find_run(Params* p) {
  const IndexTable& table = p->table[p->rank - 1];
  p->run_begin = 0;
  while (p->run_begin < table.count && table.index[p->run_begin] != 0) ++p->run_begin;
  p->run_end = p->run_begin;
  while (p->run_end < table.count &&
         table.index[p->run_end] == static_cast<int32_t>(p->run_end - p->run_begin)) {
    ++p->run_end;
  }
}

}  // namespace

Status plan_indexed_copy(PlanContext& ctx, const Shape& shape, const IndexTable* tables,
                         uint32_t fill) {
  const Tensor& x = *ctx.input(0);
  LINNET_TRY(expect_movable(ctx, x, ctx.output(0)));
  LINNET_TRY(ctx.set_shape(0, shape));
  Params p{};
  p.element = dtype_size(x.dtype);
  p.block = p.element;
  p.fill = fill;
  p.rank = shape.rank();
  while (p.rank > 1 && is_identity(tables[p.rank - 1], x.shape[p.rank - 1])) {
    --p.rank;
    p.block *= static_cast<size_t>(x.shape[p.rank]);
  }
  ptrdiff_t stride = static_cast<ptrdiff_t>(p.block);
  for (int i = p.rank - 1; i >= 0; --i) {
    p.table[i] = tables[i];
    p.stride[i] = stride;
    stride *= x.shape[i];
  }
  if (p.rank > 0) {
    find_run(&p);
  } else {  // a single value
    static constexpr int32_t kZero = 0;
    p.rank = 1;
    p.table[0] = {&kZero, 1};
    p.run_end = 1;
  }
  const Params* params = keep_params(ctx, p);
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run_indexed_copy, params, "indexed copy");
  return {};
}

}  // namespace linnet

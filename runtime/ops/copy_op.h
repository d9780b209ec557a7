#pragma once

#include "kernels/copy_nd/copy_nd.h"
#include "runtime/ops/op.h"

// Ops that only move elements.

namespace linnet {

// Plans output 0 = a strided walk over input 0: y[i…] = x[offset + Σ i_d·stride[d]] for every index
// of `shape` (elements; strides may be 0 or negative; the caller has checked that all indices lie
// inside).
Status plan_strided_copy(PlanContext& ctx, const Shape& shape, ptrdiff_t offset,
                         const ptrdiff_t* stride);

// Distance in elements between neighbours along each dimension of a contiguous tensor.
void contiguous_strides(const Shape& shape, ptrdiff_t* stride);

// Copies in threads: cuts the longest of the outer dimensions.
void run_copy(const ThreadPool& pool, CopyNdFn* kernel, const CopyNdArgs& args);

// One dimension of an indexed copy: index[i] is where output index i is read, or -1 for the fill
// value.
struct IndexTable {
  const int32_t* index;
  size_t count;
};

// Plans output 0 with one table a dimension of input 0: y[i…] = x[table[i]…], or the fill value
// where any index is -1. `fill` is the element's bytes.
Status plan_indexed_copy(PlanContext& ctx, const Shape& shape, const IndexTable* tables,
                         uint32_t fill);

}  // namespace linnet

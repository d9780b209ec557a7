#pragma once

#include "kernels/isa.h"

// y[o][j] = x[o][indices[j]] for slices of `slice` bytes: gather over the middle of
// [outer][axis][slice]. Negative indices count from the end.

namespace linnet {

struct GatherRowsArgs {
  const uint8_t* x;  // [outer][axis][slice]
  uint8_t* y;        // [outer][count][slice]; must not overlap x
  size_t outer, axis;
  size_t slice;            // bytes
  const int32_t* indices;  // [count], each in −axis … axis − 1 (the caller has checked)
  size_t count;
};

using GatherRowsFn = void(const GatherRowsArgs& args);
extern const KernelFamily<GatherRowsFn> kGatherRows;

GatherRowsFn gather_rows_scalar;

}  // namespace linnet

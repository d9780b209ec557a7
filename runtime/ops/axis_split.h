#pragma once

#include "runtime/ops/op.h"

namespace linnet {

// A shape cut at one axis: [outer][axis][inner].
struct AxisSplit {
  size_t outer = 1, axis = 1, inner = 1;
};

// axis in [0, rank).
AxisSplit split_at(const Shape& shape, int axis);

}  // namespace linnet

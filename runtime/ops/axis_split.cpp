#include "runtime/ops/axis_split.h"

namespace linnet {

AxisSplit split_at(const Shape& shape, int axis) {
  return {.outer = static_cast<size_t>(shape.elements(0, axis)),
          .axis = static_cast<size_t>(shape[axis]),
          .inner = static_cast<size_t>(shape.elements(axis + 1, shape.rank()))};
}

}  // namespace linnet

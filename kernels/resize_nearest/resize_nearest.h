#pragma once

#include "kernels/isa.h"

// Nearest-neighbour resize of NHWC: y[n][i][j] = x[n][row_index[i]][column_index[j]], pixels copied
// as bytes, any element type.

namespace linnet {

struct ResizeNearestArgs {
  const uint8_t* x;  // [n][h][w][pixel]
  uint8_t* y;        // [n][oh][ow][pixel], the whole tensor; must not overlap x
  size_t h, w, oh, ow;
  size_t pixel;                 // bytes: c · element size
  const int32_t* row_index;     // [oh], 0…h − 1
  const int32_t* column_index;  // [ow], 0…w − 1
  size_t row_begin, row_end;    // output rows to compute, out of n · oh
};

using ResizeNearestFn = void(const ResizeNearestArgs& args);
extern const KernelFamily<ResizeNearestFn> kResizeNearest;

ResizeNearestFn resize_nearest_scalar;

}  // namespace linnet

#include "kernels/gather_rows/gather_rows.h"

#include <cstring>

namespace linnet {

void gather_rows_scalar(const GatherRowsArgs& args) {
  if (args.slice == 0) return;
  uint8_t* y = args.y;
  for (size_t o = 0; o < args.outer; ++o) {
    const uint8_t* x = args.x + o * args.axis * args.slice;
    for (size_t j = 0; j < args.count; ++j) {
      const int32_t index = args.indices[j];
      const size_t row = index < 0 ? args.axis - static_cast<size_t>(-static_cast<int64_t>(index))
                                   : static_cast<size_t>(index);
      memcpy(y, x + row * args.slice, args.slice);
      y += args.slice;
    }
  }
}

}  // namespace linnet

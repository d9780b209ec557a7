#include "kernels/resize_nearest/resize_nearest.h"

#include <cstring>

namespace linnet {
namespace {

// `bytes` 0: any pixel size; else the size, known to the compiler.
template <size_t bytes>
void copy_row(const ResizeNearestArgs& args, const uint8_t* x, uint8_t* y) {
  const size_t pixel = bytes ? bytes : args.pixel;
  for (size_t j = 0; j < args.ow; ++j) {
    memcpy(y + j * pixel, x + static_cast<size_t>(args.column_index[j]) * pixel, pixel);
  }
}

}  // namespace

void resize_nearest_scalar(const ResizeNearestArgs& args) {
  const size_t row_bytes = args.ow * args.pixel;
  for (size_t row = args.row_begin; row < args.row_end; ++row) {
    const size_t source = static_cast<size_t>(args.row_index[row % args.oh]);
    const uint8_t* x = args.x + (row / args.oh * args.h + source) * args.w * args.pixel;
    uint8_t* y = args.y + row * row_bytes;
    switch (args.pixel) {
      case 1:
        copy_row<1>(args, x, y);
        break;
      case 3:
        copy_row<3>(args, x, y);
        break;
      case 4:
        copy_row<4>(args, x, y);
        break;
      case 12:
        copy_row<12>(args, x, y);
        break;
      case 16:
        copy_row<16>(args, x, y);
        break;
      case 32:
        copy_row<32>(args, x, y);
        break;
      default:
        copy_row<0>(args, x, y);
    }
  }
}

}  // namespace linnet

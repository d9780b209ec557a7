#include "kernels/resize_nearest/resize_nearest.h"

#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("resize_nearest copies the pixels of its tables", "[resize]") {
  const size_t n = 2, h = 3, w = 4, oh = 5, ow = 9, row_begin = 1, row_end = 9;
  const std::vector<int32_t> rows = {0, 0, 1, 2, 2}, columns = {0, 0, 1, 1, 2, 2, 3, 3, 0};
  for (const size_t pixel : {1u, 2u, 3u, 4u, 12u, 16u, 32u, 37u}) {
    const auto source = random_s8(n * h * w * pixel, 1);
    std::vector<uint8_t> x(source.size());
    memcpy(x.data(), source.data(), x.size());
    const auto y = check_variants<uint8_t>(kResizeNearest, n * oh * ow * pixel, [&](uint8_t* out) {
      return ResizeNearestArgs{x.data(),       out,       h,      w, oh, ow, pixel, rows.data(),
                               columns.data(), row_begin, row_end};
    });
    const Guarded<uint8_t> untouched(y.size());
    for (size_t i = 0; i < y.size(); ++i) {
      const size_t row = i / pixel / ow, column = i / pixel % ow;
      const size_t from = (row / oh * h + static_cast<size_t>(rows[row % oh])) * w +
                          static_cast<size_t>(columns[column]);
      const bool inside = row >= row_begin && row < row_end;
      REQUIRE(y[i] == (inside ? x[from * pixel + i % pixel] : untouched[i]));
    }
  }
}

}  // namespace
}  // namespace linnet::test

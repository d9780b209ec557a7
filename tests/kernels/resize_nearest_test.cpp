#include "kernels/resize_nearest/resize_nearest.h"

#include "tests/kernels/resize_cases.h"

namespace linnet::test {
namespace {

// `args` without y.
void check(ResizeNearestArgs args, size_t n) {
  const size_t oh = args.oh, ow = args.ow, pixel = args.pixel;
  const Guarded<uint8_t> untouched(n * oh * ow * pixel);
  const auto y = check_variants(kResizeNearest, untouched, [&](uint8_t* out) {
    args.y = out;
    return args;
  });
  check_values(y, [&](size_t i) {
    const size_t row = i / pixel / ow, column = i / pixel % ow;
    if (row < args.row_begin || row >= args.row_end) return untouched[i];
    const size_t from =
        (row / oh * args.h + static_cast<size_t>(args.row_index[row % oh])) * args.w +
        static_cast<size_t>(args.column_index[column]);
    return args.x[from * pixel + i % pixel];
  });
}

TEST_CASE("resize_nearest copies the pixels of its tables", "[resize]") {
  const size_t n = 2, h = 3, w = 4, oh = 5, ow = 9;
  const std::vector<int32_t> rows = {0, 0, 1, 2, 2}, columns = {0, 0, 1, 1, 2, 2, 3, 3, 0};
  for (const size_t pixel : {1u, 2u, 3u, 4u, 12u, 16u, 32u, 37u}) {
    const auto x = random_s8(n * h * w * pixel, 1);
    check({reinterpret_cast<const uint8_t*>(x.data()), nullptr, h, w, oh, ow, pixel, rows.data(),
           columns.data(), 1, 9},
          n);
  }
}

TEST_CASE("resize_nearest of random shapes", "[resize][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const ResizeCase s = random_resize_case(random);
    const auto x = random_s8(s.n * s.h * s.w * s.c, random.seed());
    Fences fences(random.one_in(8));
    const auto* bytes = reinterpret_cast<const uint8_t*>(fences.copy(x));
    const int32_t* rows = fences.copy(random_indices(random, s.h, s.oh));
    const int32_t* columns = fences.copy(random_indices(random, s.w, s.ow));
    check({bytes, nullptr, s.h, s.w, s.oh, s.ow, s.c, rows, columns, s.row_begin, s.row_end}, s.n);
  }
}

}  // namespace
}  // namespace linnet::test

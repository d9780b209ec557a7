#include "kernels/im2col/im2col.h"

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <vector>

#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"

namespace linnet {
namespace {

using test::Guarded;

TEST_CASE("im2col of random shapes gathers patches, padding included", "[im2col][random]") {
  std::mt19937 random(1);
  const auto pick = [&](size_t low, size_t high) { return low + random() % (high - low + 1); };
  for (size_t round = 0; round < test::random_rounds(); ++round) {
    Im2colArgs args{};
    args.h = pick(1, 9);
    args.w = pick(1, round % 2 == 0 ? 9 : 40);
    const bool contiguous = round % 4 < 2;  // as the first layer is
    const size_t groups = contiguous ? 1 : pick(1, 3);
    args.pixel_bytes = round % 3 == 0 ? pick(1, 4) : pick(1, 70);
    args.x_pixel = args.pixel_bytes * groups + (contiguous ? 0 : pick(0, 2));
    args.x_row = args.x_pixel * args.w + pick(0, 5);
    args.kernel_h = pick(1, 4);
    args.kernel_w = pick(1, 5);
    args.stride_h = pick(1, 3);
    args.stride_w = pick(1, 3);
    args.dilation_h = pick(1, 2);
    args.dilation_w = contiguous ? 1 : pick(1, 3);
    args.pad_top = pick(0, 4);
    args.pad_left = pick(0, 12);
    if (round % 4 == 0) args.pad_left = args.pad_top = pick(0, 1);
    args.out_w = pick(1, round % 2 == 0 ? 12 : 40);
    const size_t out_h = pick(1, 10);
    args.first = pick(0, args.out_w * out_h - 1);
    args.count = pick(0, args.out_w * out_h - args.first);
    args.pad_value = static_cast<uint8_t>(random());
    const size_t patch = args.kernel_h * args.kernel_w * args.pixel_bytes;
    args.row_stride = patch + pick(0, 17) * pick(0, 1);
    const size_t group = pick(0, groups - 1);
    std::vector<uint8_t> x(args.x_row * (args.h - 1) + args.x_pixel * (args.w - 1) +
                           args.pixel_bytes * (group + 1));
    for (uint8_t& value : x) value = static_cast<uint8_t>(random());
    const test::Fenced fenced(x.data(), x.size(), round % 5 < 2);
    args.x = static_cast<const uint8_t*>(fenced.data()) + group * args.pixel_bytes;

    // The last patch ends where the memory of the rows does.
    const Guarded<uint8_t> before(args.count > 0 ? (args.count - 1) * args.row_stride + patch : 0);
    Guarded<uint8_t> expected = before;
    for (size_t r = 0; r < args.count; ++r) {
      const size_t oh = (args.first + r) / args.out_w, ow = (args.first + r) % args.out_w;
      for (size_t b = 0; b < patch; ++b) {
        const size_t tap = b / args.pixel_bytes, i = tap / args.kernel_w, j = tap % args.kernel_w;
        const long row = static_cast<long>(oh * args.stride_h + i * args.dilation_h) -
                         static_cast<long>(args.pad_top);
        const long col = static_cast<long>(ow * args.stride_w + j * args.dilation_w) -
                         static_cast<long>(args.pad_left);
        const bool inside = row >= 0 && row < static_cast<long>(args.h) && col >= 0 &&
                            col < static_cast<long>(args.w);
        expected.data()[r * args.row_stride + b] =
            inside ? x[static_cast<size_t>(row) * args.x_row +
                       static_cast<size_t>(col) * args.x_pixel + group * args.pixel_bytes +
                       b % args.pixel_bytes]
                   : args.pad_value;
      }
    }
    for (size_t v = 0; v < kIm2col.count; ++v) {
      if (!detect_isa().has(kIm2col.variants[v].isa)) continue;
      Guarded<uint8_t> actual = before;
      args.rows = actual.data();
      kIm2col.variants[v].run(args);
      INFO("round " << round);
      REQUIRE(actual.intact());
      for (size_t i = 0; i < actual.size(); ++i) {
        if (i % args.row_stride >= patch) actual.data()[i] = before[i];
      }
      REQUIRE(test::first_difference(actual, expected) == expected.size());
    }
  }
}

}  // namespace
}  // namespace linnet

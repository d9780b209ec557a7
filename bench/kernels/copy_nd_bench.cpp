#include "kernels/copy_nd/copy_nd.h"

#include "bench/kernels/variant_bench.h"

#include <iterator>

namespace linnet {
namespace {

// A 56 x 56 image from NCHW to NHWC or back.
struct TransposeCase {
  size_t channels, element;
  bool to_nhwc;
};

constexpr TransposeCase kCases[] = {{3, 4, true},   {3, 4, false},  {64, 4, true}, {64, 4, false},
                                    {3, 1, true},   {3, 1, false},  {64, 1, true}, {64, 1, false},
                                    {256, 4, true}, {256, 1, true}, {10, 4, true}};

void copy_nd(benchmark::State& state) {
  const TransposeCase& s = kCases[state.range(1)];
  const size_t pixels = 56 * 56;
  const std::vector<uint8_t> x(pixels * s.channels * s.element);
  std::vector<uint8_t> y(x.size());
  CopyNdArgs args = {};
  args.x = x.data();
  args.y = y.data();
  args.element_size = s.element;
  args.rank = 2;
  const ptrdiff_t p = pixels, c = static_cast<ptrdiff_t>(s.channels);
  args.shape[0] = s.to_nhwc ? pixels : s.channels;
  args.shape[1] = s.to_nhwc ? s.channels : pixels;
  args.x_stride[0] = 1;
  args.x_stride[1] = s.to_nhwc ? p : c;
  bench::run_variant(state, kCopyNd, args, pixels * s.channels);
}
BENCHMARK(copy_nd)->Apply([](auto* b) { bench::add_variants(b, kCopyNd, std::size(kCases)); });

}  // namespace
}  // namespace linnet

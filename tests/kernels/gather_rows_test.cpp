#include "kernels/gather_rows/gather_rows.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

// `args` without y.
void check(GatherRowsArgs args) {
  const size_t count = args.outer * args.count * args.slice;
  const auto y = check_variants<uint8_t>(kGatherRows, count, [&](uint8_t* out) {
    args.y = out;
    return args;
  });
  check_values(y, [&](size_t i) {
    const size_t o = i / args.slice / args.count;
    const ptrdiff_t index = args.indices[i / args.slice % args.count];
    const size_t row =
        static_cast<size_t>(index < 0 ? index + static_cast<ptrdiff_t>(args.axis) : index);
    return args.x[(o * args.axis + row) * args.slice + i % args.slice];
  });
}

TEST_CASE("gather_rows takes slices, negative indices from the end", "[copy]") {
  const size_t outer = 2, axis = 5;
  const std::vector<int32_t> indices = {4, 0, -1, -5, 2, 2};
  for (const size_t slice : {0u, 1u, 6u, 40u}) {
    const auto x = random_s8(outer * axis * slice, 1);
    const auto* bytes = reinterpret_cast<const uint8_t*>(x.data());
    check({bytes, nullptr, outer, axis, slice, indices.data(), indices.size()});
  }
}

TEST_CASE("gather_rows of random shapes", "[copy][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t outer = random.pick(1, 3), axis = random.pick(1, 20), count = random.pick(0, 20);
    const size_t slice = random.one_in(8) ? random.pick(0, 300) : random.size(40);
    const auto x = random_s8(outer * axis * slice, random.seed());
    std::vector<int32_t> indices(count);
    for (int32_t& v : indices) {
      v = static_cast<int32_t>(random.pick(0, 2 * axis - 1)) - static_cast<int32_t>(axis);
    }
    Fences fences(random.one_in(8));
    const auto* bytes = reinterpret_cast<const uint8_t*>(fences.copy(x));
    check({bytes, nullptr, outer, axis, slice, fences.copy(indices), count});
  }
}

}  // namespace
}  // namespace linnet::test

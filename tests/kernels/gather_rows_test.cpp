#include "kernels/gather_rows/gather_rows.h"

#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("gather_rows takes slices, negative indices from the end", "[copy]") {
  const size_t outer = 2, axis = 5;
  const std::vector<int32_t> indices = {4, 0, -1, -5, 2, 2};
  for (const size_t slice : {0u, 1u, 6u, 40u}) {
    const auto source = random_s8(outer * axis * slice, 1);
    std::vector<uint8_t> x(source.size() + 1);
    if (slice > 0) memcpy(x.data(), source.data(), source.size());
    const size_t count = outer * indices.size() * slice;
    const auto y = check_variants<uint8_t>(kGatherRows, count, [&](uint8_t* out) {
      return GatherRowsArgs{x.data(), out, outer, axis, slice, indices.data(), indices.size()};
    });
    for (size_t i = 0; i < count; ++i) {
      const size_t o = i / slice / indices.size();
      const int32_t index = indices[i / slice % indices.size()];
      const size_t row = static_cast<size_t>(index < 0 ? index + 5 : index);
      REQUIRE(y[i] == x[(o * axis + row) * slice + i % slice]);
    }
  }
}

}  // namespace
}  // namespace linnet::test

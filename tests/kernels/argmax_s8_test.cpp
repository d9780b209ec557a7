#include "kernels/argmax_s8/argmax_s8.h"

#include <algorithm>

#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("argmax_s8 finds first and last of the largest", "[reduce]") {
  const size_t outer = 4, reduce = 60, inner = 5;
  auto x = random_s8(outer * reduce * inner, 1);
  for (int8_t& v : x) v = static_cast<int8_t>(v / 40);  // many ties
  for (const bool last : {false, true}) {
    const auto y = check_variants<int32_t>(kArgmaxS8, outer * inner, [&](int32_t* out) {
      return ArgmaxS8Args{x.data(), out, outer, reduce, inner, last};
    });
    for (size_t i = 0; i < outer * inner; ++i) {
      std::vector<int8_t> column(reduce);
      for (size_t r = 0; r < reduce; ++r) {
        column[r] = x[(i / inner * reduce + r) * inner + i % inner];
      }
      if (last) std::reverse(column.begin(), column.end());
      const auto best = std::max_element(column.begin(), column.end()) - column.begin();
      const auto expected = last ? static_cast<ptrdiff_t>(reduce) - 1 - best : best;
      REQUIRE(y[i] == expected);
    }
  }
}

}  // namespace
}  // namespace linnet::test

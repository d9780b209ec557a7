#include "kernels/reduce_s8/reduce_s8.h"

#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("reduce_s8 variants agree and follow the formula", "[reduce]") {
  for (const ReduceOp op : {ReduceOp::sum, ReduceOp::mean, ReduceOp::max, ReduceOp::min}) {
    for (const size_t reduce : {1u, 7u, 49u, 300u}) {
      for (const size_t inner : {1u, 3u, 8u, 32u, 45u}) {
        const size_t outer = 3;
        const auto x = random_s8(outer * reduce * inner, 1);
        const bool adds = op == ReduceOp::sum || op == ReduceOp::mean;
        const float multiplier = adds ? 1.9f / static_cast<float>(reduce) : 0.77f;
        const auto y = check_variants<int8_t>(kReduceS8, outer * inner, [&](int8_t* out) {
          return ReduceS8Args{op, x.data(), out, outer, reduce, inner, 0, inner, 6, -3, multiplier};
        });
        for (size_t i = 0; i < outer * inner; ++i) {
          const int8_t* first = x.data() + i / inner * reduce * inner + i % inner;
          int32_t sum = 0, max = -128, min = 127;
          for (size_t r = 0; r < reduce; ++r) {
            sum += first[r * inner] - 6;
            max = std::max<int32_t>(max, first[r * inner]);
            min = std::min<int32_t>(min, first[r * inner]);
          }
          const int32_t v = adds ? sum : (op == ReduceOp::max ? max : min) - 6;
          const float t = static_cast<float>(v) * multiplier;
          REQUIRE(+y[i] == +quantized(static_cast<double>(t), -3));
        }
      }
    }
  }
}

TEST_CASE("reduce_s8 writes only the inner range it was given", "[reduce]") {
  const size_t reduce = 5, inner = 70;
  const auto x = random_s8(reduce * inner, 1);
  const auto y = check_variants<int8_t>(kReduceS8, inner, [&](int8_t* out) {
    return ReduceS8Args{ReduceOp::max, x.data(), out, 1, reduce, inner, 9, 52, 0, 0, 1.0f};
  });
  const Guarded<int8_t> untouched(inner);
  for (size_t i = 0; i < inner; ++i) {
    int8_t max = -128;
    for (size_t r = 0; r < reduce; ++r) max = std::max(max, x[r * inner + i]);
    CHECK(+y[i] == +(i >= 9 && i < 52 ? max : untouched[i]));
  }
}

}  // namespace
}  // namespace linnet::test

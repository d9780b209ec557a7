#include "kernels/argmax_f32/argmax_f32.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

TEST_CASE("argmax_f32 finds first and last of the largest", "[reduce]") {
  const float nan = std::nanf("");
  const float x[] = {1, 5, 5, 2, -1, -1, -3, -1, nan, 7, nan, 9};
  int32_t y[3];
  argmax_f32_scalar({x, y, 3, 4, 1, false});
  CHECK((y[0] == 1 && y[1] == 0 && y[2] == 0));
  argmax_f32_scalar({x, y, 3, 4, 1, true});
  CHECK((y[0] == 2 && y[1] == 3 && y[2] == 2));
}

TEST_CASE("argmax_f32 over the middle", "[reduce]") {
  const size_t outer = 3, reduce = 17, inner = 5;
  const auto x = random_floats(outer * reduce * inner, -1.0f, 1.0f, 1);
  const auto y = check_variants<int32_t>(kArgmaxF32, outer * inner, [&](int32_t* out) {
    return ArgmaxF32Args{x.data(), out, outer, reduce, inner, false};
  });
  for (size_t i = 0; i < outer * inner; ++i) {
    const float* first = x.data() + i / inner * reduce * inner + i % inner;
    for (size_t r = 0; r < reduce; ++r) {
      REQUIRE(first[static_cast<size_t>(y[i]) * inner] >= first[r * inner]);
    }
  }
}

TEST_CASE("argmax_f32 of random shapes", "[reduce][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t outer = random.pick(0, 3), reduce = random.size(60), inner = random.size(20);
    auto x = any_floats(random, outer * reduce * inner);
    if (random.one_in(3)) {
      for (float& v : x) v = std::floor(v);  // ties
    }
    const bool last = random.one_in(2);
    Fences fences(random.one_in(8));
    const float* fenced = fences.copy(x);
    const auto y = check_variants<int32_t>(kArgmaxF32, outer * inner, [&](int32_t* out) {
      return ArgmaxF32Args{fenced, out, outer, reduce, inner, last};
    });
    check_values(y, [&](size_t i) {
      const float* column = x.data() + i / inner * reduce * inner + i % inner;
      const auto above = [&](size_t a, size_t b) {  // NaN above all, and equal to NaN
        const float p = column[a * inner], q = column[b * inner];
        return std::isnan(p) ? !std::isnan(q) : p > q;
      };
      size_t best = 0;
      for (size_t r = 1; r < reduce; ++r) {
        if (last ? !above(best, r) : above(r, best)) best = r;
      }
      return static_cast<int32_t>(best);
    });
  }
}

}  // namespace
}  // namespace linnet::test

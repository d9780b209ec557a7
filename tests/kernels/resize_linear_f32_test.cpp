#include "kernels/resize_linear_f32/resize_linear_f32.h"

#include "tests/kernels/random_inputs.h"
#include "tests/kernels/resize_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("resize_linear_f32 variants agree and interpolate", "[resize]") {
  for (const ResizeCase& s : resize_cases()) {
    const auto x = random_floats(s.n * s.h * s.w * s.c, -2.0f, 2.0f, 1);
    const LinearAxis rows = linear_axis(s.h, s.oh), columns = linear_axis(s.w, s.ow);
    const size_t count = s.n * s.oh * s.ow * s.c;
    const auto y = check_variants<float>(kResizeLinearF32, count, [&](float* out) {
      return ResizeLinearF32Args{
          x.data(),        out,         s.h,      s.w, s.c, s.oh, s.ow, rows.table(),
          columns.table(), s.row_begin, s.row_end};
    });
    const Guarded<float> untouched(count);
    for (size_t i = 0; i < count; ++i) {
      const size_t c = i % s.c, ox = i / s.c % s.ow, row = i / s.c / s.ow;
      if (row < s.row_begin || row >= s.row_end) {
        REQUIRE(same_value(y[i], untouched[i]));
        continue;
      }
      const size_t n = row / s.oh, oy = row % s.oh;
      const auto at = [&](int32_t r, int32_t q) {
        const size_t pixel = (n * s.h + static_cast<size_t>(r)) * s.w + static_cast<size_t>(q);
        return static_cast<double>(x[pixel * s.c + c]);
      };
      const double v = static_cast<double>(rows.weight[oy]);
      const double u = static_cast<double>(columns.weight[ox]);
      const int32_t r0 = rows.first[oy], r1 = rows.second[oy];
      const int32_t c0 = columns.first[ox], c1 = columns.second[ox];
      const double exact = (1 - v) * ((1 - u) * at(r0, c0) + u * at(r0, c1)) +
                           v * ((1 - u) * at(r1, c0) + u * at(r1, c1));
      REQUIRE(std::abs(static_cast<double>(y[i]) - exact) <= 1e-6);
    }
  }
}

TEST_CASE("resize_linear_f32 of random shapes", "[resize][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const ResizeCase s = random_resize_case(random);
    Fences fences(random.one_in(8));
    const float* x = fences.copy(any_floats(random, s.n * s.h * s.w * s.c));
    const LinearTable rows = random_table(random, s.h, s.oh, fences);
    const LinearTable columns = random_table(random, s.w, s.ow, fences);
    check_variants<float>(kResizeLinearF32, s.n * s.oh * s.ow * s.c, [&](float* out) {
      return ResizeLinearF32Args{x,    out,  s.h,     s.w,         s.c,      s.oh,
                                 s.ow, rows, columns, s.row_begin, s.row_end};
    });
  }
}

}  // namespace
}  // namespace linnet::test

#include "kernels/resize_linear_s8/resize_linear_s8.h"

#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/resize_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("resize_linear_s8 variants agree and requantize the float blend", "[resize]") {
  for (const ResizeCase& s : resize_cases()) {
    const auto x = random_s8(s.n * s.h * s.w * s.c, 1);
    const LinearAxis rows = linear_axis(s.h, s.oh), columns = linear_axis(s.w, s.ow);
    const size_t count = s.n * s.oh * s.ow * s.c;
    const auto y = check_variants<int8_t>(kResizeLinearS8, count, [&](int8_t* out) {
      return ResizeLinearS8Args{
          x.data(),        out,         s.h,       s.w, s.c, s.oh, s.ow, rows.table(),
          columns.table(), s.row_begin, s.row_end, 3,   -6,  1.21f};
    });
    // The float kernel on the dequantized values is tested on its own.
    std::vector<float> values(x.size()), blend(count);
    for (size_t i = 0; i < x.size(); ++i) values[i] = static_cast<float>(x[i] - 3);
    resize_linear_f32_scalar({values.data(), blend.data(), s.h, s.w, s.c, s.oh, s.ow, rows.table(),
                              columns.table(), s.row_begin, s.row_end});
    const Guarded<int8_t> untouched(count);
    for (size_t i = 0; i < count; ++i) {
      const size_t row = i / s.c / s.ow;
      const bool inside = row >= s.row_begin && row < s.row_end;
      const float t = blend[i] * 1.21f;
      REQUIRE(+y[i] == +(inside ? quantized(static_cast<double>(t), -6) : untouched[i]));
    }
  }
}

}  // namespace
}  // namespace linnet::test

#include "kernels/resize_linear_s8/resize_linear_s8.h"

#include "tests/kernels/resize_cases.h"

namespace linnet::test {
namespace {

// `args` without y. The float kernel on the dequantized values is tested on its own.
void check(ResizeLinearS8Args args, size_t n) {
  const size_t count = n * args.oh * args.ow * args.c;
  const auto y = check_variants<int8_t>(kResizeLinearS8, count, [&](int8_t* out) {
    args.y = out;
    return args;
  });
  std::vector<float> values(n * args.h * args.w * args.c), blend(count);
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(args.x[i] - args.zero_point_in);
  }
  resize_linear_f32_scalar({values.data(), blend.data(), args.h, args.w, args.c, args.oh, args.ow,
                            args.rows, args.columns, args.row_begin, args.row_end});
  const Guarded<int8_t> untouched(count);
  check_values(y, [&](size_t i) {
    const size_t row = i / args.c / args.ow;
    if (row < args.row_begin || row >= args.row_end) return untouched[i];
    const float t = blend[i] * args.multiplier;
    return quantized(static_cast<double>(t), args.zero_point_out);
  });
}

TEST_CASE("resize_linear_s8 variants agree and requantize the float blend", "[resize]") {
  for (const ResizeCase& s : resize_cases()) {
    const auto x = random_s8(s.n * s.h * s.w * s.c, 1);
    const LinearAxis rows = linear_axis(s.h, s.oh), columns = linear_axis(s.w, s.ow);
    check({x.data(), nullptr, s.h, s.w, s.c, s.oh, s.ow, rows.table(), columns.table(), s.row_begin,
           s.row_end, 3, -6, 1.21f},
          s.n);
  }
}

TEST_CASE("resize_linear_s8 of random shapes", "[resize][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const ResizeCase s = random_resize_case(random);
    Fences fences(random.one_in(8));
    const int8_t* x = fences.copy(any_s8(random, s.n * s.h * s.w * s.c));
    const LinearTable rows = random_table(random, s.h, s.oh, fences);
    const LinearTable columns = random_table(random, s.w, s.ow, fences);
    const int32_t zero_in = random.s8(), zero_out = random.s8();
    check({x, nullptr, s.h, s.w, s.c, s.oh, s.ow, rows, columns, s.row_begin, s.row_end, zero_in,
           zero_out, any_multiplier(random)},
          s.n);
  }
}

}  // namespace
}  // namespace linnet::test

#include "tests/ops/binary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("greater", "[ops]") {
  const auto f = [](double a, double b) { return a > b ? 1.0 : 0.0; };
  for (const auto& [a_shape, b_shape, y_shape] : broadcast_shapes()) {
    const auto check = [&](const Array& a, const Array& b) {
      require_close(run_one(op_case(fb::OpType::greater, {a, b}, {out(LINNET_BOOL)})), y_shape,
                    broadcast(a, b, y_shape, f));
    };
    const Array a = random_s8(a_shape, 0.5f, 3, 1), b = random_s8(b_shape, 0.25f, -3, 2);
    check(a, b);
    const auto whole = [](const Array& x) {
      std::vector<int32_t> values;
      for (const double v : real(x)) values.push_back(static_cast<int32_t>(v) / 8);
      return values;
    };
    check(s32(a_shape, whole(a)), s32(b_shape, whole(b)));
    const auto floats = [&](const Array& x) {
      const std::vector<int32_t> values = whole(x);
      return f32(x.shape, {values.begin(), values.end()});
    };
    check(floats(a), floats(b));
  }
  const Array y =
      run_one(op_case(fb::OpType::greater, {boolean({4}, {0, 0, 1, 1}), boolean({4}, {0, 1, 0, 1})},
                      {out(LINNET_BOOL)}));
  require_close(y, {4}, {f(0, 0), f(0, 1), f(1, 0), f(1, 1)});
  const float nan = std::nanf("");
  require_close(run_one(op_case(fb::OpType::greater, {f32({2}, {nan, 1}), f32({2}, {nan, nan})},
                                {out(LINNET_BOOL)})),
                {2}, {0, 0});
  CHECK(plan_status(op_case(fb::OpType::greater, {f32({1}, {1}), f32({1}, {1})},
                            {out(LINNET_F32)})) == LINNET_BAD_MODEL);
  CHECK(plan_status(op_case(fb::OpType::greater, {f32({2}, {1, 1}), f32({3}, {1, 1, 1})},
                            {out(LINNET_BOOL)})) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test

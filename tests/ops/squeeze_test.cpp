#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase squeeze(const Array& x, const std::vector<int32_t>& axes, const Array& y) {
  fb::AxesOptionsT o;
  o.axes = axes;
  return op_case(fb::OpType::squeeze, std::move(o), {x}, {y});
}

TEST_CASE("squeeze", "[ops]") {
  for (const Array& x : movable({1, 3, 1, 4, 1})) {
    const auto check = [&](const std::vector<int32_t>& axes, const Shape32& shape) {
      Array want = x;
      want.shape = shape;
      require_same(run_one(squeeze(x, axes, like(x))), want);
    };
    check({}, {3, 4});
    check({0}, {3, 1, 4, 1});
    check({-1, 2}, {1, 3, 4});
  }
  const Array x = random_f32({1, 3}, 0, 1, 1);
  require_close(run_one(op_case(fb::OpType::squeeze, fb::AxesOptionsT(), {x, s32_list({0})},
                                {out(LINNET_F32)})),
                {3}, real(x));
  for (const std::vector<int32_t>& axes : {std::vector<int32_t>{1}, {2}, {-3}, {0, 0}, {0, -2}}) {
    CHECK(plan_status(squeeze(x, axes, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  check_output_kind([](const Array& a, const Array& b) { return squeeze(a, {0}, b); }, {1, 2});
}

}  // namespace
}  // namespace linnet::test

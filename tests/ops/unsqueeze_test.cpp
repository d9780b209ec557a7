#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase unsqueeze(const Array& x, const std::vector<int32_t>& axes, const Array& y) {
  fb::AxesOptionsT o;
  o.axes = axes;
  return op_case(fb::OpType::unsqueeze, std::move(o), {x}, {y});
}

TEST_CASE("unsqueeze", "[ops]") {
  for (const Array& x : movable({3, 4})) {
    const auto check = [&](const std::vector<int32_t>& axes, const Shape32& shape) {
      Array want = x;
      want.shape = shape;
      require_same(run_one(unsqueeze(x, axes, like(x))), want);
    };
    check({0}, {1, 3, 4});
    check({-1, 1}, {3, 1, 4, 1});
    check({3, 0}, {1, 3, 4, 1});
    check({0, 1, 2, 3}, {1, 1, 1, 1, 3, 4});
  }
  const Array x = random_f32({3}, 0, 1, 1);
  require_close(run_one(op_case(fb::OpType::unsqueeze, fb::AxesOptionsT(), {x, s32_list({0})},
                                {out(LINNET_F32)})),
                {1, 3}, real(x));
  for (const std::vector<int32_t>& axes :
       {std::vector<int32_t>{2}, {-3}, {0, 0}, {0, -3}, {0, 1, 2, 3, 4, 5}}) {
    CHECK(plan_status(unsqueeze(x, axes, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  check_output_kind([](const Array& a, const Array& b) { return unsqueeze(a, {0}, b); }, {2});
}

}  // namespace
}  // namespace linnet::test

#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase expand(const Array& x, const std::vector<int32_t>& shape, const Array& y) {
  return op_case(fb::OpType::expand, {x, s32_list(shape)}, {y});
}

TEST_CASE("expand", "[ops]") {
  for (const Array& x : movable({3, 1, 4})) {
    require_same(run_one(expand(x, {2, 3, 5, 4}, like(x))),
                 moved(x, {2, 3, 5, 4}, [](const Index& y) {
                   return std::optional(Index{y[1], 0, y[3]});
                 }));
    require_same(run_one(expand(x, {1, 1}, like(x))),
                 moved(x, {3, 1, 4}, [](const Index& y) { return std::optional(y); }));
  }
  require_close(run_one(expand(f32({}, {7}), {2, 2}, out(LINNET_F32))), {2, 2}, {7, 7, 7, 7});
  require_close(run_one(expand(f32({1}, {7}), {2, 0}, out(LINNET_F32))), {2, 0}, {});
  const Array x = random_f32({2, 3}, 0, 1, 1);
  for (const std::vector<int32_t>& shape : {std::vector<int32_t>{3, 3},
                                            {-1, 3},
                                            {1, 1, 1, 1, 1, 1, 2},
                                            {INT32_MAX, INT32_MAX, INT32_MAX, 1, 1}}) {
    CHECK(plan_status(expand(x, shape, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  check_output_kind([](const Array& a, const Array& b) { return expand(a, {2, 2}, b); }, {2});
}

}  // namespace
}  // namespace linnet::test

#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase tile(const Array& x, const std::vector<int32_t>& repeats, const Array& y) {
  return op_case(fb::OpType::tile, {x, s32_list(repeats)}, {y});
}

TEST_CASE("tile", "[ops]") {
  for (const Array& x : movable({2, 3, 4})) {
    for (const std::vector<int32_t>& repeats :
         {std::vector<int32_t>{1, 1, 1}, {2, 1, 3}, {1, 5, 1}, {3, 2, 1}, {0, 1, 1}}) {
      Shape32 shape = x.shape;
      for (size_t i = 0; i < 3; ++i) shape[i] *= repeats[i];
      const Array want = moved(x, shape, [&](const Index& y) {
        return std::optional(Index{y[0] % 2, y[1] % 3, y[2] % 4});
      });
      require_same(run_one(tile(x, repeats, like(x))), want);
    }
  }
  require_close(run_one(tile(f32({2, 0}, {}), {3, 2}, out(LINNET_F32))), {6, 0}, {});
  const Array x = random_f32({2, 3}, 0, 1, 1);
  for (const std::vector<int32_t>& repeats : {std::vector<int32_t>{1},
                                              {1, -1},
                                              {INT32_MAX, 1},
                                              {40000, 40000, 1},
                                              {500000000, 500000000}}) {
    CHECK(plan_status(tile(x, repeats, out(LINNET_F32))) != LINNET_OK);
  }
  CHECK(plan_status(op_case(fb::OpType::tile, {x, s32({2}, {1, 1})}, {out(LINNET_F32)})) ==
        LINNET_UNSUPPORTED);
  check_output_kind([](const Array& a, const Array& b) { return tile(a, {2}, b); }, {2});
}

}  // namespace
}  // namespace linnet::test

#include "tests/ops/movement_cases.h"

namespace linnet::test {
namespace {

OpCase reshape(const Array& x, const std::vector<int32_t>& shape, const Array& y,
               bool allow_zero = false) {
  fb::ReshapeOptionsT o;
  o.shape = shape;
  o.allow_zero = allow_zero;
  return op_case(fb::OpType::reshape, std::move(o), {x}, {y});
}

TEST_CASE("reshape", "[ops]") {
  const auto check = [](const Array& x, const std::vector<int32_t>& wanted, const Shape32& shape,
                        bool allow_zero = false) {
    Array want = x;
    want.shape = shape;
    require_same(run_one(reshape(x, wanted, like(x), allow_zero)), want);
  };
  for (const Array& x : movable({2, 3, 4})) {
    check(x, {6, 4}, {6, 4});
    check(x, {-1}, {24});
    check(x, {0, -1}, {2, 12});
    check(x, {0, 0, 2, -1, 1}, {2, 3, 2, 2, 1});
  }
  check(f32({}, {1}), {1, 1}, {1, 1});
  check(f32({1}, {1}), {}, {});
  check(f32({0, 3}, {}), {3, 0}, {3, 0}, true);
  check(f32({0, 3}, {}), {0, 3}, {0, 3});
  check(f32({0, 3}, {}), {3, -1}, {3, 0});
  const Array x = random_f32({2, 3}, 0, 1, 1);
  fb::ReshapeOptionsT o;
  o.from_input = true;
  require_close(run_one(op_case(fb::OpType::reshape, std::move(o), {x, s32_list({-1, 2})},
                                {out(LINNET_F32)})),
                {3, 2}, real(x));
}

TEST_CASE("reshape refuses shapes that hold another count", "[ops]") {
  const Array x = random_f32({2, 3}, 0, 1, 1);
  for (const std::vector<int32_t>& shape : {std::vector<int32_t>{5},
                                            {-1, 4},
                                            {-1, -1},
                                            {0, 0, 0},
                                            {-2, -3},
                                            {},
                                            {7, -1},
                                            {1, 1, 1, 1, 1, 1, 6},
                                            {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX},
                                            {65536, 65536, 65536, 65536, 6}}) {
    CHECK(plan_status(reshape(x, shape, out(LINNET_F32))) == LINNET_BAD_MODEL);
  }
  CHECK(plan_status(reshape(x, {0, -1}, out(LINNET_F32), true)) == LINNET_BAD_MODEL);
  fb::ReshapeOptionsT o;
  o.from_input = true;
  CHECK(plan_status(op_case(fb::OpType::reshape, o, {x}, {out(LINNET_F32)})) == LINNET_BAD_MODEL);
  CHECK(plan_status(op_case(fb::OpType::reshape, o, {x, s32({1}, {6})}, {out(LINNET_F32)})) ==
        LINNET_UNSUPPORTED);
  CHECK(plan_status(op_case(fb::OpType::reshape, o, {x, known(f32({1}, {6}))},
                            {out(LINNET_F32)})) == LINNET_BAD_MODEL);
  check_output_kind([](const Array& a, const Array& b) { return reshape(a, {2, 1}, b); }, {2});
}

}  // namespace
}  // namespace linnet::test

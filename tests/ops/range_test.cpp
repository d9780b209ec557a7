#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase range(float start, float limit, float delta) {
  const auto scalar = [](float v) { return known(f32({}, {v})); };
  return op_case(fb::OpType::range, {scalar(start), scalar(limit), scalar(delta)},
                 {out(LINNET_F32)});
}

OpCase range(int32_t start, int32_t limit, int32_t delta) {
  const auto scalar = [](int32_t v) { return known(s32({}, {v})); };
  return op_case(fb::OpType::range, {scalar(start), scalar(limit), scalar(delta)},
                 {out(LINNET_S32)});
}

TEST_CASE("range", "[ops]") {
  require_close(run_one(range(1, 10, 3)), {3}, {1, 4, 7});
  require_close(run_one(range(5, -5, -4)), {3}, {5, 1, -3});
  require_close(run_one(range(5, 5, 1)), {0}, {});
  require_close(run_one(range(5, 9, -1)), {0}, {});
  require_close(run_one(range(INT32_MIN, INT32_MAX, INT32_MAX)), {3},
                {-2147483648.0, -1, 2147483646}, 0, 0);
  require_close(run_one(range(0.0f, 1.0f, 0.25f)), {4}, {0, 0.25, 0.5, 0.75});
  require_close(run_one(range(1.0f, 0.0f, -0.4f)), {3}, {1, 0.6, 0.2});
  CHECK(plan_status(range(0, 1, 0)) == LINNET_BAD_MODEL);
  CHECK(plan_status(range(0.0f, 1.0f, 0.0f)) == LINNET_BAD_MODEL);
  CHECK(plan_status(range(0.0f, 1.0f, 1e-30f)) == LINNET_BAD_MODEL);
  CHECK(plan_status(range(0.0f, INFINITY, 1.0f)) == LINNET_BAD_MODEL);
  CHECK(plan_status(range(0.0f, std::nanf(""), 1.0f)) == LINNET_BAD_MODEL);
  OpCase two = range(1, 2, 1);
  two.inputs[0] = s32_list({1, 2});
  CHECK(plan_status(two) == LINNET_BAD_MODEL);
  two.inputs[0] = s32({}, {1});
  CHECK(plan_status(two) == LINNET_UNSUPPORTED);
  two.inputs[0] = known(f32({}, {1}));
  CHECK(plan_status(two) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test

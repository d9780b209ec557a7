#include <catch2/catch_test_macros.hpp>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase shape(const Array& x, int start, int end, const Array& y) {
  fb::ShapeOptionsT o;
  o.start = start;
  o.end = end;
  return op_case(fb::OpType::shape, std::move(o), {x}, {y});
}

TEST_CASE("shape", "[ops]") {
  const Array x = random_f32({2, 3, 4}, 0, 1, 1);
  require_close(run_one(shape(x, 0, INT32_MAX, out(LINNET_S32))), {3}, {2, 3, 4});
  require_close(run_one(shape(x, -2, -1, out(LINNET_S32))), {1}, {3});
  require_close(run_one(shape(x, -9, 2, out(LINNET_S32))), {2}, {2, 3});
  require_close(run_one(shape(x, INT32_MIN, INT32_MAX, out(LINNET_S32))), {3}, {2, 3, 4});
  require_close(run_one(shape(x, 2, 1, out(LINNET_S32))), {0}, {});
  require_close(run_one(shape(f32({}, {1}), 0, INT32_MAX, out(LINNET_S32))), {0}, {});
  CHECK(plan_status(shape(x, 0, 3, out(LINNET_F32))) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test

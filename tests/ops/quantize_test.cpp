#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

Array out_u8(float scale, int zero_point) {
  Array y = out_s8(scale, zero_point);
  y.dtype = LINNET_U8;
  return y;
}

OpCase quantize(const Array& x, const Array& y) { return op_case(fb::OpType::quantize, {x}, {y}); }

TEST_CASE("quantize", "[ops]") {
  const Array x = random_f32({3, 40, 1000}, -20, 20, 1);
  require_quantized(run_one(quantize(x, out_s8(0.1f, -11))), x.shape, real(x));
  // Halves go to the even code.
  const Array half = f32({6}, {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f});
  require_close(run_one(quantize(half, out_s8(1.0f, 0))), {6}, {0, 2, 2, 0, -2, -2});
  require_close(run_one(quantize(half, out_u8(1.0f, 128))), {6}, {0, 2, 2, 0, -2, -2});
  const Array wide = f32({5}, {1e30f, -1e30f, INFINITY, -INFINITY, std::nanf("")});
  require_close(run_one(quantize(wide, out_s8(1.0f, 3))), {5}, {124, -131, 124, -131, 0});
  require_close(run_one(quantize(wide, out_u8(1.0f, 3))), {5}, {252, -3, 252, -3, 0});
  require_close(run_one(quantize(f32({0}, {}), out_s8(1.0f, 3))), {0}, {});
  for (const float scale : {0.0f, -1.0f, std::nanf(""), INFINITY, 1e-40f}) {
    CHECK(plan_status(quantize(x, out_s8(scale, 0))) == LINNET_BAD_MODEL);
  }
  CHECK(plan_status(quantize(x, out_s8(1, -129))) == LINNET_BAD_MODEL);
  CHECK(plan_status(quantize(x, out_u8(1, -1))) == LINNET_BAD_MODEL);
  CHECK(plan_status(quantize(x, out_u8(1, 256))) == LINNET_BAD_MODEL);
  CHECK(plan_status(quantize(x, out(LINNET_S8))) == LINNET_BAD_MODEL);
  CHECK(plan_status(quantize(x, out(LINNET_F32))) == LINNET_BAD_MODEL);
  Array axis = out_s8(1, 0);
  axis.axis = 0;
  axis.scale = {1, 1, 1};
  CHECK(plan_status(quantize(x, axis)) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test

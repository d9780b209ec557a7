#include <catch2/catch_test_macros.hpp>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase prelu(const Array& x, const Array& slope, const Array& y) {
  return op_case(fb::OpType::prelu, {x, slope}, {y});
}

std::vector<double> reference(const Array& x, const Array& slope) {
  std::vector<double> v = real(x);
  const std::vector<double> s = real(slope);
  for (size_t i = 0; i < v.size(); ++i) v[i] = v[i] >= 0 ? v[i] : s[i % s.size()] * v[i];
  return v;
}

TEST_CASE("prelu", "[ops]") {
  const Array x = random_f32({2, 30, 7, 33}, -3, 3, 1), q = random_s8({2, 30, 7, 33}, 0.04f, 17, 2);
  for (const Shape32& shape :
       {Shape32{33}, {1}, {}, {1, 1, 33}, {7, 33}, {1, 30, 7, 33}, {2, 30, 7, 33}}) {
    const Array slope = random_f32(shape, -0.5f, 1.5f, 3);
    require_close(run_one(prelu(x, slope, out(LINNET_F32))), x.shape, reference(x, slope));
    require_quantized(run_one(prelu(q, known(slope), out_s8(0.05f, 3))), q.shape,
                      reference(q, slope), 1e-2);
  }
  const Array coarse = random_s8({33}, 0.01f, 4, 5);
  require_quantized(run_one(prelu(q, known(coarse), out_s8(0.05f, 3))), q.shape,
                    reference(q, coarse), 1e-2);
  require_close(run_one(prelu(f32({2, 0}, {}), f32({0}, {}), out(LINNET_F32))), {2, 0}, {});
  CHECK(plan_status(prelu(x, random_f32({30, 1, 1}, 0, 1, 1), out(LINNET_F32))) ==
        LINNET_UNSUPPORTED);
  CHECK(plan_status(prelu(x, random_f32({32}, 0, 1, 1), out(LINNET_F32))) == LINNET_UNSUPPORTED);
  CHECK(plan_status(prelu(x, random_f32({2, 2, 30, 7, 33}, 0, 1, 1), out(LINNET_F32))) ==
        LINNET_UNSUPPORTED);
  CHECK(plan_status(prelu(x, coarse, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(prelu(q, random_f32({33}, 0, 1, 1), out_s8(1, 0))) == LINNET_UNSUPPORTED);
  CHECK(plan_status(prelu(q, known(f32({}, {1e38f})), out_s8(1e-30f, 0))) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test

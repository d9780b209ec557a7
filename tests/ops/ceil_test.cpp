#include "tests/ops/unary_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("ceil", "[ops]") {
  // Codes stand for multiples of a quarter, which floats hold exactly.
  const auto f = [](double x) { return std::ceil(x); };
  const Array x = random_f32({3, 5, 31}, -8.0f, 8.0f, 1);
  std::vector<double> want = real(x);
  for (double& v : want) v = f(v);
  require_close(run_one(unary_case(fb::OpType::ceil, {}, x, out(LINNET_F32))), x.shape, want);
  const Array q = random_s8({4, 64}, 0.25f, -3, 2);
  want = real(q);
  for (double& v : want) v = f(v);
  require_quantized(run_one(unary_case(fb::OpType::ceil, {}, q, out_s8(0.5f, 7))), {4, 64}, want);
}

}  // namespace
}  // namespace linnet::test

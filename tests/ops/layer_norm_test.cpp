#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase layer_norm(std::vector<std::optional<Array>> inputs, const Array& y, float epsilon = 1e-3f) {
  fb::LayerNormOptionsT o;
  o.epsilon = epsilon;
  return op_case(fb::OpType::layer_norm, std::move(o), std::move(inputs), {y});
}

std::vector<double> reference(const Array& x, const Array* gamma, const Array* beta) {
  std::vector<double> v = real(x);
  const size_t n = static_cast<size_t>(x.shape.back());
  for (size_t row = 0; row < v.size(); row += n) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < n; ++i) mean += v[row + i] / static_cast<double>(n);
    for (size_t i = 0; i < n; ++i)
      variance += std::pow(v[row + i] - mean, 2) / static_cast<double>(n);
    for (size_t i = 0; i < n; ++i) {
      v[row + i] = (v[row + i] - mean) / std::sqrt(variance + static_cast<double>(1e-3f));
      if (gamma) v[row + i] *= real(*gamma)[i];
      if (beta) v[row + i] += real(*beta)[i];
    }
  }
  return v;
}

TEST_CASE("layer_norm", "[ops]") {
  for (const int32_t n : {1, 7, 64, 120}) {
    const Array x = random_f32({3, 50, n}, -3, 5, 1), q = random_s8({50, n}, 0.05f, 20, 2);
    const Array gamma = random_f32({n}, 0.5f, 2, 3), beta = random_f32({n}, -1, 1, 4);
    require_close(run_one(layer_norm({x}, out(LINNET_F32))), x.shape,
                  reference(x, nullptr, nullptr), 1e-4);
    require_close(run_one(layer_norm({x, gamma, beta}, out(LINNET_F32))), x.shape,
                  reference(x, &gamma, &beta), 1e-4);
    require_close(run_one(layer_norm({x, std::nullopt, beta}, out(LINNET_F32))), x.shape,
                  reference(x, nullptr, &beta), 1e-4);
    require_quantized(run_one(layer_norm({q, gamma, beta}, out_s8(0.05f, 0))), q.shape,
                      reference(q, &gamma, &beta), 1e-2);
  }
  require_close(run_one(layer_norm({f32({3, 0}, {})}, out(LINNET_F32))), {3, 0}, {});
  const Array x = random_f32({2, 3}, 0, 1, 1);
  CHECK(plan_status(layer_norm({f32({}, {1})}, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(layer_norm({x, random_f32({2}, 0, 1, 1)}, out(LINNET_F32))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(layer_norm({x, random_s8({3}, 1, 0, 1)}, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(layer_norm({x}, out(LINNET_F32), -1.0f)) == LINNET_BAD_MODEL);
  CHECK(plan_status(layer_norm({x}, out(LINNET_F32), NAN)) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test

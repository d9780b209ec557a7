#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase softmax(const Array& x, int axis, const Array& y) {
  fb::AxisOptionsT o;
  o.axis = axis;
  return op_case(fb::OpType::softmax, std::move(o), {x}, {y});
}

std::vector<double> reference(const Array& x, size_t axis) {
  std::vector<double> v = real(x);
  size_t inner = 1;
  for (size_t d = axis + 1; d < x.shape.size(); ++d) inner *= static_cast<size_t>(x.shape[d]);
  const size_t n = static_cast<size_t>(x.shape[axis]);
  for (size_t start = 0; start < v.size(); ++start) {
    if (start / inner % n != 0) continue;
    double most = -1e300, sum = 0;
    for (size_t i = 0; i < n; ++i) most = std::max(most, v[start + i * inner]);
    for (size_t i = 0; i < n; ++i)
      sum += v[start + i * inner] = std::exp(v[start + i * inner] - most);
    for (size_t i = 0; i < n; ++i) v[start + i * inner] /= sum;
  }
  return v;
}

TEST_CASE("softmax", "[ops]") {
  for (int axis = 0; axis < 3; ++axis) {
    const Array x = random_f32({6, 70, 9}, -9, 9, 1);
    require_close(run_one(softmax(x, axis - 3, out(LINNET_F32))), x.shape,
                  reference(x, static_cast<size_t>(axis)), 1e-7);
    const Array q = random_s8({6, 70, 9}, 0.07f, 11, 2);
    require_quantized(run_one(softmax(q, axis, out_s8(1.0f / 256, -128))), q.shape,
                      reference(q, static_cast<size_t>(axis)), 1e-2);
  }
  const Array large = f32({1, 4}, {1000, 1001, -1e30f, 999});
  require_close(run_one(softmax(large, 1, out(LINNET_F32))), {1, 4}, reference(large, 1), 1e-7);
  const Array wide = random_f32({40, 6625}, -20, 20, 3);
  require_close(run_one(softmax(wide, 1, out(LINNET_F32))), wide.shape, reference(wide, 1), 1e-7);
  require_close(run_one(softmax(f32({2, 0}, {}), 1, out(LINNET_F32))), {2, 0}, {});
  CHECK(plan_status(softmax(large, 2, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(softmax(large, INT32_MIN, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(softmax(f32({}, {1}), 0, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(softmax(large, 1, out_s8(1, 0))) == LINNET_BAD_MODEL);
  CHECK(plan_status(softmax(random_s8({4}, 1, 0, 1), 0, out(LINNET_S8))) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/op_case.h"

namespace linnet::test {
namespace {

OpCase dequantize(const Array& x) {
  return op_case(fb::OpType::dequantize, {x}, {out(LINNET_F32)});
}

TEST_CASE("dequantize", "[ops]") {
  const Array x = random_s8({3, 40, 1000}, 0.1f, -11, 1);
  require_close(run_one(dequantize(x)), x.shape, real(x));
  Array u = u8({4}, {0, 3, 100, 255});
  u.scale = {0.5f};
  u.zero_point = {3};
  require_close(run_one(dequantize(u)), {4}, {-1.5, 0, 48.5, 126});
  Array wide = s32({2, 3}, {1, -2, 3, 1000000, 5, 6});
  wide.scale = {0.25f};
  require_close(run_one(dequantize(wide)), {2, 3}, {0.25, -0.5, 0.75, 250000, 1.25, 1.5});
  wide.scale = {1, 10, 100};
  wide.axis = 1;
  require_close(run_one(dequantize(wide)), {2, 3}, {1, -20, 300, 1000000, 50, 600});
  require_close(run_one(dequantize(random_s8({2, 0}, 1, 0, 1))), {2, 0}, {});
}

TEST_CASE("dequantize per axis", "[ops]") {
  for (int axis = 0; axis < 3; ++axis) {
    Array x = random_s8({30, 40, 50}, 1, 0, 1);
    std::vector<double> want = real(x);
    const size_t size = static_cast<size_t>(x.shape[static_cast<size_t>(axis)]);
    const size_t inner = axis == 0 ? 2000 : axis == 1 ? 50 : 1;
    x.axis = axis;
    x.scale.clear();
    x.zero_point.clear();
    for (size_t i = 0; i < size; ++i) {
      x.scale.push_back(0.01f * static_cast<float>(i + 1));
      x.zero_point.push_back(static_cast<int32_t>(i) - 20);
    }
    for (size_t i = 0; i < want.size(); ++i) {
      const size_t c = i / inner % size;
      want[i] = static_cast<double>(x.scale[c]) * (want[i] - x.zero_point[c]);
    }
    require_close(run_one(dequantize(x)), x.shape, want);
  }
}

TEST_CASE("dequantize refuses a bad quantization", "[ops]") {
  const auto with = [](std::vector<float> scale, std::vector<int32_t> zero, int axis) {
    Array x = random_s8({2, 3}, 1, 0, 1);
    x.scale = std::move(scale);
    x.zero_point = std::move(zero);
    x.axis = axis;
    return plan_status(dequantize(x));
  };
  CHECK(with({}, {}, -1) == LINNET_BAD_MODEL);
  CHECK(with({1, 1}, {}, -1) == LINNET_BAD_MODEL);
  CHECK(with({1, 1}, {}, 1) == LINNET_BAD_MODEL);
  CHECK(with({1, 1}, {0}, 0) == LINNET_BAD_MODEL);
  CHECK(with({1, 1}, {}, 2) == LINNET_BAD_MODEL);
  CHECK(with({1, 0}, {}, 0) == LINNET_BAD_MODEL);
  CHECK(with({1, 1}, {0, 128}, 0) == LINNET_BAD_MODEL);
  CHECK(with({NAN}, {0}, -1) == LINNET_BAD_MODEL);
  CHECK(with({1}, {-129}, -1) == LINNET_BAD_MODEL);
  CHECK(plan_status(dequantize(f32({1}, {1}))) == LINNET_BAD_MODEL);
}

}  // namespace
}  // namespace linnet::test

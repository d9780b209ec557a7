#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>

#include "tests/ops/op_case.h"

// Checks of an op y = f(x) against f in double precision: f32, every s8 code, no elements, wrong
// types.

namespace linnet::test {

using Real = std::function<double(double)>;

inline OpCase unary_case(fb::OpType op, const fb::OpOptionsUnion& options, Array x, Array y) {
  OpCase c = op_case(op, {std::move(x)}, {std::move(y)});
  c.options = options;
  return c;
}

// `low` … `high`: where the f32 values are taken from.
inline void check_unary(fb::OpType op, const fb::OpOptionsUnion& options, const Real& f, float low,
                        float high, double relative = 1e-5) {
  const auto apply = [&](const Array& x) {
    std::vector<double> values = real(x);
    for (double& v : values) v = f(v);
    return values;
  };
  const Array x = random_f32({3, 5, 7, 31}, low, high, 1);
  require_close(run_one(unary_case(op, options, x, out(LINNET_F32))), x.shape, apply(x), 1e-6,
                relative);
  const Array special = f32({5}, {low, high, 0.5f * (low + high), 1.0f, 2.0f});
  require_close(run_one(unary_case(op, options, special, out(LINNET_F32))), {5}, apply(special),
                1e-6, relative);

  // Codes that stand for low … high, and a result range that makes some results saturate.
  std::vector<int8_t> codes;
  for (int q = -128; q < 128; ++q) codes.push_back(static_cast<int8_t>(q));
  const float scale = (high - low) / 255.0f;
  const int zero = static_cast<int>(std::lround(-128.0f - low / scale));
  if (zero >= -128 && zero <= 127) {
    const Array q = s8({4, 64}, codes, scale, zero);
    require_quantized(run_one(unary_case(op, options, q, out_s8(0.02f, -7))), {4, 64}, apply(q),
                      1e-2);
  }

  require_close(run_one(unary_case(op, options, f32({2, 0}, {}), out(LINNET_F32))), {2, 0}, {});
  CHECK(plan_status(unary_case(op, options, x, out_s8(0.1f, 0))) == LINNET_BAD_MODEL);
  CHECK(plan_status(unary_case(op, options, x, out(LINNET_S32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(unary_case(op, options, u8({1}, {1}), out(LINNET_U8))) == LINNET_BAD_MODEL);
  CHECK(plan_status(unary_case(op, options, s8({1}, {1}, 0.0f, 0), out_s8(0.1f, 0))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(unary_case(op, options, s8({1}, {1}, 0.1f, 300), out_s8(0.1f, 0))) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(unary_case(op, options, s8({1}, {1}, 0.1f, 0), out(LINNET_S8))) ==
        LINNET_BAD_MODEL);
}

// The same for s32 values.
inline void check_unary_s32(fb::OpType op, const fb::OpOptionsUnion& options,
                            const std::vector<int32_t>& x, const std::vector<int32_t>& want) {
  const Shape32 shape = {static_cast<int32_t>(x.size())};
  const Array y = run_one(unary_case(op, options, s32(shape, x), out(LINNET_S32)));
  REQUIRE(y.bytes == s32(shape, want).bytes);
}

}  // namespace linnet::test

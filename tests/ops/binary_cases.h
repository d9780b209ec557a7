#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>

#include "tests/ops/op_case.h"

// Checks of an op y = f(a, b) with numpy broadcasting against f in double precision.

namespace linnet::test {

using Real2 = std::function<double(double, double)>;

// Every element of f over two operands broadcast to `shape`.
inline std::vector<double> broadcast(const Array& a, const Array& b, const Shape32& shape,
                                     const Real2& f) {
  const std::vector<double> va = real(a), vb = real(b);
  size_t count = 1;
  for (const int32_t d : shape) count *= static_cast<size_t>(d);
  std::vector<double> result(count);
  const auto index = [&](const Array& x, size_t at) {
    size_t offset = 0, step = 1;
    for (size_t i = shape.size(); i-- > 0;) {
      const size_t d = static_cast<size_t>(shape[i]), own = i + x.shape.size();
      if (own >= shape.size()) {
        const size_t size = static_cast<size_t>(x.shape[own - shape.size()]);
        if (size != 1) offset += at % d * step;
        step *= size;
      }
      at /= d;
    }
    return offset;
  };
  for (size_t i = 0; i < count; ++i) result[i] = f(va[index(a, i)], vb[index(b, i)]);
  return result;
}

struct BroadcastShapes {
  Shape32 a, b, y;
};

inline const std::vector<BroadcastShapes>& broadcast_shapes() {
  static const std::vector<BroadcastShapes> shapes = {
      {{2, 3, 5, 7}, {2, 3, 5, 7}, {2, 3, 5, 7}},
      {{2, 3, 5, 7}, {}, {2, 3, 5, 7}},
      {{1}, {4, 6}, {4, 6}},
      {{2, 3, 5, 7}, {7}, {2, 3, 5, 7}},
      {{2, 1, 1, 7}, {2, 3, 5, 7}, {2, 3, 5, 7}},
      {{2, 3, 5, 7}, {3, 5, 1}, {2, 3, 5, 7}},
      {{2, 1, 5, 1}, {1, 3, 1, 7}, {2, 3, 5, 7}},
      {{3, 1, 2, 1, 3, 1}, {1, 2, 1, 4, 1, 2}, {3, 2, 2, 4, 3, 2}},
      {{40000}, {40000}, {40000}},
      {{30, 1000}, {30, 1}, {30, 1000}},
      {{2, 0, 3}, {3}, {2, 0, 3}},
      {{}, {}, {}},
  };
  return shapes;
}

struct BinaryRanges {
  float a_low = -4, a_high = 4, b_low = -3, b_high = 3;
  double relative = 1e-5;
  bool s8 = true, s32 = true;
};

inline void check_binary(fb::OpType op, const Real2& f, const BinaryRanges& ranges = {}) {
  unsigned seed = 0;
  for (const auto& [a_shape, b_shape, y_shape] : broadcast_shapes()) {
    const Array a = random_f32(a_shape, ranges.a_low, ranges.a_high, ++seed);
    const Array b = random_f32(b_shape, ranges.b_low, ranges.b_high, ++seed);
    require_close(run_one(op_case(op, {a, b}, {out(LINNET_F32)})), y_shape,
                  broadcast(a, b, y_shape, f), 1e-6, ranges.relative);
    if (!ranges.s8) continue;
    const float a_scale = (ranges.a_high - ranges.a_low) / 255.0f;
    const float b_scale = (ranges.b_high - ranges.b_low) / 255.0f;
    const auto zero = [](float low, float scale) {
      return static_cast<int>(std::lround(-128.0f - low / scale));
    };
    const Array qa = random_s8(a_shape, a_scale, zero(ranges.a_low, a_scale), ++seed);
    const Array qb = random_s8(b_shape, b_scale, zero(ranges.b_low, b_scale), ++seed);
    require_quantized(run_one(op_case(op, {qa, qb}, {out_s8(0.04f, 5)})), y_shape,
                      broadcast(qa, qb, y_shape, f), 1e-2);
  }
  const Array x = random_f32({3}, 1.0f, 2.0f, 9);
  CHECK(plan_status(op_case(op, {x, random_f32({4}, 1, 2, 9)}, {out(LINNET_F32)})) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(op_case(op, {x, random_s8({3}, 1, 0, 9)}, {out(LINNET_F32)})) ==
        LINNET_BAD_MODEL);
  CHECK(plan_status(op_case(op, {x, x}, {out(LINNET_S32)})) == LINNET_BAD_MODEL);
  CHECK(plan_status(op_case(op, {x}, {out(LINNET_F32)})) == LINNET_BAD_MODEL);
  CHECK(plan_status(op_case(op, {x, std::nullopt}, {out(LINNET_F32)})) != LINNET_OK);
}

inline void check_binary_s32(fb::OpType op, const std::vector<int32_t>& a,
                             const std::vector<int32_t>& b, const std::vector<int32_t>& want) {
  const Shape32 shape = {static_cast<int32_t>(a.size())};
  const Array y = run_one(op_case(op, {s32(shape, a), s32(shape, b)}, {out(LINNET_S32)}));
  REQUIRE(y.bytes == s32(shape, want).bytes);
}

// The clamp of the options, in real units, for f32 and s8; s32 refuses one.
inline void check_binary_clamp(fb::OpType op, const Real2& f) {
  const auto with = [&](float low, float high, Array a, Array b, Array y) {
    fb::BinaryOptionsT o;
    o.clamp_min = low;
    o.clamp_max = high;
    return op_case(op, std::move(o), {std::move(a), std::move(b)}, {std::move(y)});
  };
  const Array a = random_f32({5, 40}, -4, 4, 1), b = random_f32({40}, 1, 3, 2);
  const Real2 clamped = [&](double x, double y) { return std::min(std::max(f(x, y), -0.25), 1.5); };
  require_close(run_one(with(-0.25f, 1.5f, a, b, out(LINNET_F32))), {5, 40},
                broadcast(a, b, {5, 40}, clamped), 1e-6);
  const Array qa = random_s8({5, 40}, 0.03f, 3, 1), qb = s8({1}, {100}, 0.02f, -20);
  require_quantized(run_one(with(-0.25f, 1.5f, qa, qb, out_s8(0.05f, -9))), {5, 40},
                    broadcast(qa, qb, {5, 40}, clamped), 1e-2);
  CHECK(plan_status(with(2.0f, 1.0f, a, b, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(with(std::nanf(""), 1.0f, a, b, out(LINNET_F32))) == LINNET_BAD_MODEL);
  CHECK(plan_status(with(0.0f, 6.0f, s32({1}, {1}), s32({1}, {1}), out(LINNET_S32))) ==
        LINNET_UNSUPPORTED);
}

}  // namespace linnet::test

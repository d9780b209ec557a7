#include "kernels/binary_f32/binary_f32.h"

#include "tests/kernels/broadcast_cases.h"
#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

double reference(BinaryF32 op, double a, double b) {
  switch (op) {
    case BinaryF32::add:
      return a + b;
    case BinaryF32::sub:
      return a - b;
    case BinaryF32::mul:
      return a * b;
    case BinaryF32::div:
      return a / b;
    case BinaryF32::minimum:
      return std::isnan(a) ? a : std::isnan(b) ? b : a < b ? a : b;
    case BinaryF32::maximum:
      return std::isnan(a) ? a : std::isnan(b) ? b : a > b ? a : b;
    case BinaryF32::pow:
      return std::pow(a, b);
  }
  return 0;
}

float operate(BinaryF32 op, float a, float b) {
  float y;
  binary_f32_scalar({op, &a, &b, &y, {1, 1, 0, 0, false, false}, -kInf, kInf});
  return y;
}

TEST_CASE("binary_f32 variants agree in every broadcast", "[binary]") {
  const auto a = awkward_floats(kBroadcastOperand, 1), b = awkward_floats(kBroadcastOperand, 2);
  for (int op = 0; op < kBinaryF32Count; ++op) {
    for (const Broadcast& s : broadcast_cases()) {
      check_variants<float>(kBinaryF32, s.outer * s.inner, [&](float* y) {
        return BinaryF32Args{static_cast<BinaryF32>(op), a.data(), b.data(), y, s, -kInf, kInf};
      });
      check_variants<float>(kBinaryF32, s.outer * s.inner, [&](float* y) {
        return BinaryF32Args{static_cast<BinaryF32>(op), a.data(), b.data(), y, s, 0.0f, 6.0f};
      });
    }
  }
}

TEST_CASE("binary_f32 walks broadcasts as stated", "[binary]") {
  const auto a = random_floats(kBroadcastOperand, -9.0f, 9.0f, 3);
  const auto b = random_floats(kBroadcastOperand, 0.5f, 9.0f, 4);
  for (int f = 0; f < kBinaryF32Count; ++f) {
    const BinaryF32 op = static_cast<BinaryF32>(f);
    for (const Broadcast& s : broadcast_cases()) {
      std::vector<float> y(s.outer * s.inner);
      binary_f32_scalar({op, a.data(), b.data(), y.data(), s, -2.0f, 3.0f});
      for (size_t i = 0; i < y.size(); ++i) {
        const size_t o = i / s.inner, r = i % s.inner;
        const double exact = reference(op, static_cast<double>(a[index_a(s, o, r)]),
                                       static_cast<double>(b[index_b(s, o, r)]));
        if (std::isnan(exact)) {
          REQUIRE(std::isnan(y[i]));
        } else {
          REQUIRE(ulps(y[i], std::min(3.0, std::max(-2.0, exact))) <= 0.51);
        }
      }
    }
  }
}

TEST_CASE("binary_f32 in place", "[binary]") {
  const size_t count = 37;
  const Guarded<float> start(random_floats(count, -9.0f, 9.0f, 3));
  const auto b = random_floats(count, 0.5f, 9.0f, 4);
  const Broadcast s = {1, count, 0, 0, false, false};
  const auto left = check_variants(kBinaryF32, start, [&](float* y) {
    return BinaryF32Args{BinaryF32::sub, y, b.data(), y, s, -kInf, kInf};
  });
  const auto right = check_variants(kBinaryF32, start, [&](float* y) {
    return BinaryF32Args{BinaryF32::sub, b.data(), y, y, s, -kInf, kInf};
  });
  for (size_t i = 0; i < count; ++i) {
    CHECK(left[i] == start[i] - b[i]);
    CHECK(right[i] == b[i] - start[i]);
  }
}

TEST_CASE("binary_f32 pow is libm's pow within an ulp", "[binary]") {
  const auto x = awkward_floats(3000, 8), y = awkward_floats(3000, 9);
  for (size_t i = 0; i < x.size(); ++i) {
    for (const float exponent : {y[i], 2.0f, 3.0f, 0.5f, -1.0f, -0.5f, 7.0f, 0.0f, kInf, -kInf}) {
      const double exact = std::pow(static_cast<double>(x[i]), static_cast<double>(exponent));
      const float found = operate(BinaryF32::pow, x[i], exponent);
      if (ulps(found, exact) > 0.51) {
        FAIL(x[i] << " ^ " << exponent << " = " << found << ", not " << exact);
      }
    }
  }
  const auto base = random_floats(100000, 0.0f, 20.0f, 1);
  const auto exponent = random_floats(100000, -20.0f, 20.0f, 2);
  for (size_t i = 0; i < base.size(); ++i) {
    const double exact = std::pow(static_cast<double>(base[i]), static_cast<double>(exponent[i]));
    REQUIRE(ulps(operate(BinaryF32::pow, base[i], exponent[i]), exact) <= 0.51);
  }
}

TEST_CASE("binary_f32 minimum and maximum keep NaN, clamp keeps NaN", "[binary]") {
  const float nan = std::nanf("");
  for (const BinaryF32 op : {BinaryF32::minimum, BinaryF32::maximum}) {
    CHECK(std::isnan(operate(op, nan, 1.0f)));
    CHECK(std::isnan(operate(op, 1.0f, nan)));
  }
  const float one = 1.0f;
  float y;
  binary_f32_scalar({BinaryF32::add, &nan, &one, &y, {1, 1, 0, 0, false, false}, 0.0f, 6.0f});
  CHECK(std::isnan(y));
}

TEST_CASE("binary_f32 of random shapes", "[binary][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const Broadcast s = random_broadcast(random);
    const auto a = any_floats(random, size_a(s)), b = any_floats(random, size_b(s));
    BinaryF32Args args = {};
    args.op = static_cast<BinaryF32>(random.pick(0, kBinaryF32Count - 1));
    args.shape = s;
    args.lo = random.one_in(3) ? -1.5f : -kInf;
    args.hi = random.one_in(3) ? 0.7f : kInf;
    check_binary(random, kBinaryF32, args, a, b);
  }
}

}  // namespace
}  // namespace linnet::test

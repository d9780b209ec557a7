#include "kernels/unary_f32/unary_f32.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

constexpr float kAlpha = 0.3f, kBeta = 0.6f;

// Written from the definitions, in double.
double reference(UnaryF32 f, double x) {
  const double alpha = kAlpha, beta = kBeta;
  switch (f) {
    case UnaryF32::leaky_relu:
      return x >= 0 ? x : alpha * x;
    case UnaryF32::sigmoid:
      return 1 / (1 + std::exp(-x));
    case UnaryF32::tanh:
      return std::tanh(x);
    case UnaryF32::hard_sigmoid:
      return std::fmax(0, std::fmin(1, alpha * x + beta));
    case UnaryF32::hard_swish:
      return x * std::fmax(0, std::fmin(1, x / 6 + 0.5));
    case UnaryF32::silu:
      return x / (1 + std::exp(-x));
    case UnaryF32::gelu_erf:
      return x / 2 * (1 + std::erf(x / std::sqrt(2.0)));
    case UnaryF32::gelu_tanh:
      return x / 2 * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case UnaryF32::elu:
      return x >= 0 ? x : alpha * std::expm1(x);
    case UnaryF32::exp:
      return std::exp(x);
    case UnaryF32::log:
      return std::log(x);
    case UnaryF32::sqrt:
      return std::sqrt(x);
    case UnaryF32::abs:
      return std::fabs(x);
    case UnaryF32::neg:
      return -x;
    case UnaryF32::erf:
      return std::erf(x);
    case UnaryF32::floor:
      return std::floor(x);
    case UnaryF32::ceil:
      return std::ceil(x);
    case UnaryF32::round:
      return std::nearbyint(x);
    case UnaryF32::clip:
      return std::fmin(std::fmax(x, alpha), beta);
  }
  return 0;
}

std::vector<float> apply(UnaryF32 f, const std::vector<float>& x) {
  std::vector<float> y(x.size());
  unary_f32_scalar({f, x.data(), y.data(), x.size(), kAlpha, kBeta});
  return y;
}

// Every 997th float of the whole range, both signs.
std::vector<float> all_exponents() {
  std::vector<float> x;
  for (uint64_t bits = 0; bits < 0x7f800000u; bits += 997) {
    for (const uint32_t sign : {0u, 0x80000000u}) {
      const uint32_t whole = static_cast<uint32_t>(bits) | sign;
      float value;
      memcpy(&value, &whole, sizeof value);
      x.push_back(value);
    }
  }
  return x;
}

TEST_CASE("unary_f32 variants agree", "[unary]") {
  for (int f = 0; f < kUnaryF32Count; ++f) {
    for (const size_t count : kCounts) {
      const auto x = awkward_floats(count, static_cast<uint32_t>(f));
      const auto make = [&](float* y) {
        return UnaryF32Args{static_cast<UnaryF32>(f), x.data(), y, count, kAlpha, kBeta};
      };
      check_variants<float>(kUnaryF32, count, make);
      check_variants(kUnaryF32, Guarded<float>(x), [&](float* y) {
        return UnaryF32Args{static_cast<UnaryF32>(f), y, y, count, kAlpha, kBeta};
      });
    }
    const auto x = all_exponents();
    INFO("function " << f);
    check_variants<float>(kUnaryF32, x.size(), [&](float* y) {
      return UnaryF32Args{static_cast<UnaryF32>(f), x.data(), y, x.size(), kAlpha, kBeta};
    });
  }
}

TEST_CASE("unary_f32 exact functions are exact", "[unary]") {
  const auto x = all_exponents();
  for (const UnaryF32 f : {UnaryF32::sqrt, UnaryF32::abs, UnaryF32::neg, UnaryF32::floor,
                           UnaryF32::ceil, UnaryF32::round, UnaryF32::clip, UnaryF32::leaky_relu}) {
    const auto y = apply(f, x);
    for (size_t i = 0; i < x.size(); ++i) {
      const float expected = static_cast<float>(reference(f, static_cast<double>(x[i])));
      if (!same_value(y[i], expected)) FAIL("x = " << x[i] << ": " << y[i] << " for " << expected);
    }
  }
}

TEST_CASE("unary_f32 exp and log are within their ulps", "[unary]") {
  const auto x = all_exponents();
  for (const UnaryF32 f : {UnaryF32::exp, UnaryF32::log}) {
    const auto y = apply(f, x);
    double worst = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      worst = std::max(worst, ulps(y[i], reference(f, static_cast<double>(x[i]))));
    }
    CAPTURE(worst);
    CHECK(worst <= 1.0);
  }
}

TEST_CASE("unary_f32 bounded functions are within their absolute error", "[unary]") {
  const auto x = all_exponents();
  for (const UnaryF32 f :
       {UnaryF32::sigmoid, UnaryF32::tanh, UnaryF32::erf, UnaryF32::hard_sigmoid}) {
    const auto y = apply(f, x);
    double worst = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double error =
          std::abs(static_cast<double>(y[i]) - reference(f, static_cast<double>(x[i])));
      worst = std::max(worst, error);
    }
    CAPTURE(worst);
    CHECK(worst <= (f == UnaryF32::erf ? 1.3e-7 : 1.2e-7));
  }
}

TEST_CASE("unary_f32 activations are near their definitions", "[unary]") {
  const auto x = random_floats(100000, -30.0f, 30.0f, 4);
  for (const UnaryF32 f : {UnaryF32::silu, UnaryF32::gelu_erf, UnaryF32::gelu_tanh, UnaryF32::elu,
                           UnaryF32::hard_swish}) {
    const auto y = apply(f, x);
    for (size_t i = 0; i < x.size(); ++i) {
      const double expected = reference(f, static_cast<double>(x[i]));
      const double error = std::abs(static_cast<double>(y[i]) - expected);
      REQUIRE(error <= 4e-7 * std::max(1.0, std::abs(static_cast<double>(x[i]))));
    }
  }
}

// FNV-1a over the bits of all results, NaNs alike.
uint32_t checksum(const std::vector<float>& values) {
  uint32_t hash = 2166136261u;
  for (const float v : values) {
    uint32_t bits = 0x7fc00000u;
    if (!std::isnan(v)) memcpy(&bits, &v, sizeof bits);
    for (int shift = 0; shift < 32; shift += 8) hash = (hash ^ (bits >> shift & 255u)) * 16777619u;
  }
  return hash;
}

// Recorded once on x86-64. The same source compiled for another machine, or by a compiler that
// fuses multiplications and additions, must not give other bits.
TEST_CASE("unary_f32 has the same bits on every machine", "[unary]") {
  const uint32_t expected[kUnaryF32Count] = {
      0x86a892c7u, 0xb4f2353fu, 0x79011fedu, 0x749606a9u, 0x63ddd2b5u, 0xca6f6dfdu, 0x6f6da04u,
      0xdf0a9c85u, 0x56571cc9u, 0xdbac3010u, 0xc8804f6eu, 0x8ddadf91u, 0xc596402du, 0x9374a22du,
      0x4e1c72a1u, 0x89d2d2fcu, 0xb0b0ea70u, 0xbd93ff61u, 0xb655ffecu};
  const auto x = all_exponents();
  for (int f = 0; f < kUnaryF32Count; ++f) {
    INFO("function " << f);
    CHECK(checksum(apply(static_cast<UnaryF32>(f), x)) == expected[f]);
  }
}

TEST_CASE("unary_f32 special values", "[unary]") {
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> x = {std::nanf(""), inf, -inf, 0.0f, -0.0f, -1.0f};
  for (int f = 0; f < kUnaryF32Count; ++f) CHECK(std::isnan(apply(static_cast<UnaryF32>(f), x)[0]));
  const auto expect = [&](UnaryF32 f, std::vector<float> expected) {
    const auto y = apply(f, x);
    for (size_t i = 0; i < expected.size(); ++i) {
      INFO("function " << static_cast<int>(f) << ", x = " << x[i + 1] << ": " << y[i + 1]);
      CHECK(same_value(y[i + 1], expected[i]));
    }
  };
  expect(UnaryF32::exp, {inf, 0.0f, 1.0f, 1.0f});
  expect(UnaryF32::log, {inf, std::nanf(""), -inf, -inf, std::nanf("")});
  expect(UnaryF32::tanh, {1.0f, -1.0f, 0.0f, -0.0f});
  expect(UnaryF32::sigmoid, {1.0f, 0.0f, 0.5f, 0.5f});
  expect(UnaryF32::erf, {1.0f, -1.0f, 0.0f, -0.0f});
  expect(UnaryF32::elu, {inf, -kAlpha, 0.0f, -0.0f});
}

TEST_CASE("unary_f32 of random shapes", "[unary][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const auto x = any_floats(random, random.one_in(20) ? random.pick(0, 2000) : random.size(200));
    Fences fences(random.one_in(8));
    UnaryF32Args args = {};
    args.function = static_cast<UnaryF32>(random.pick(0, kUnaryF32Count - 1));
    args.x = fences.copy(x);
    args.count = x.size();
    args.alpha = static_cast<float>(random.pick(0, 100)) * 0.02f - 1.0f;
    args.beta = args.alpha + static_cast<float>(random.pick(0, 100)) * 0.03f;
    const bool in_place = random.one_in(3);
    INFO("function " << static_cast<int>(args.function) << " count " << x.size());
    check_variants(kUnaryF32, Guarded<float>(x), [&](float* out) {
      args.y = out;
      if (in_place) args.x = out;
      return args;
    });
  }
}

}  // namespace
}  // namespace linnet::test

#include "kernels/binary_s8/binary_s8.h"

#include "tests/kernels/broadcast_cases.h"
#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

int8_t expected_value(const BinaryS8Args& args, int8_t a, int8_t b) {
  const int p = a - args.zero_point_a, q = b - args.zero_point_b;
  const float left = static_cast<float>(p) * args.multiplier_a;
  const float right = static_cast<float>(q) * args.multiplier_b;
  const float t = args.op == BinaryS8::add   ? left + right
                  : args.op == BinaryS8::sub ? left - right
                                             : static_cast<float>(p * q) * args.multiplier_a;
  return quantized(static_cast<double>(t), args.zero_point_y, args.clamp_min, args.clamp_max);
}

TEST_CASE("binary_s8 variants agree and follow the formula", "[binary]") {
  const auto a = random_s8(kBroadcastOperand, 1), b = random_s8(kBroadcastOperand, 2);
  const float ka = 0.731f, kb = 0.0517f;
  for (const BinaryS8 op : {BinaryS8::add, BinaryS8::sub, BinaryS8::mul}) {
    for (const Broadcast& s : broadcast_cases()) {
      for (const int32_t zero : {-128, 5}) {
        BinaryS8Args args = {op, a.data(), b.data(), nullptr, s, zero, 17, -4, ka, kb, -100, 127};
        const auto y = check_variants<int8_t>(kBinaryS8, s.outer * s.inner, [&](int8_t* out) {
          args.y = out;
          return args;
        });
        check_values(y, [&](size_t i) {
          const size_t o = i / s.inner, r = i % s.inner;
          return expected_value(args, a[index_a(s, o, r)], b[index_b(s, o, r)]);
        });
      }
    }
  }
}

// Results that leave int32 before they are clamped.
TEST_CASE("binary_s8 variants agree on any multiplier", "[binary]") {
  const auto a = random_s8(kBroadcastOperand, 1), b = random_s8(kBroadcastOperand, 2);
  const Broadcast s = {1, 333, 0, 0, false, false};
  for (const BinaryS8 op : {BinaryS8::add, BinaryS8::sub, BinaryS8::mul}) {
    for (const float k : {1e-30f, -0.25f, 1.5e4f, 1.7e4f, 2e6f, -3e6f, 1e12f, 1e30f}) {
      for (const int32_t zero : {-128, 127}) {
        check_variants<int8_t>(kBinaryS8, s.inner, [&](int8_t* out) {
          return BinaryS8Args{op,        a.data(), b.data(), out, s,    zero,
                              -zero - 1, zero,     k,        k,   -128, 126};
        });
      }
    }
  }
}

TEST_CASE("binary_s8 add is the real sum to half a step", "[binary]") {
  const double sa = 0.03, sb = 0.05, so = 0.07;
  const Broadcast s = {1, 256, 0, 0, false, true};
  std::vector<int8_t> a(256), y(256);
  for (size_t i = 0; i < 256; ++i) a[i] = static_cast<int8_t>(i);
  for (int value = -128; value < 128; value += 5) {
    const int8_t b = static_cast<int8_t>(value);
    binary_s8_scalar({BinaryS8::add, a.data(), &b, y.data(), s, 3, -8, 1,
                      static_cast<float>(sa / so), static_cast<float>(sb / so), -128, 127});
    for (size_t i = 0; i < 256; ++i) {
      const double exact = (a[i] - 3) * sa + (value + 8) * sb;
      const double q = std::min(127.0, std::max(-128.0, exact / so + 1));
      REQUIRE(std::abs(y[i] - q) <= 0.5001);
    }
  }
}

TEST_CASE("binary_s8 of random shapes", "[binary][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const Broadcast s = random_broadcast(random);
    const auto a = any_s8(random, size_a(s)), b = any_s8(random, size_b(s));
    BinaryS8Args args = {};
    args.op = static_cast<BinaryS8>(random.pick(0, 2));
    args.shape = s;
    args.zero_point_a = random.s8();
    args.zero_point_b = random.s8();
    args.zero_point_y = random.s8();
    args.multiplier_a = any_multiplier(random);
    args.multiplier_b = any_multiplier(random);
    random.clamp(&args.clamp_min, &args.clamp_max);
    const auto y = check_binary(random, kBinaryS8, args, a, b);
    check_values(y, [&](size_t i) {
      const size_t o = i / s.inner, r = i % s.inner;
      return expected_value(args, a[index_a(s, o, r)], b[index_b(s, o, r)]);
    });
  }
}

}  // namespace
}  // namespace linnet::test

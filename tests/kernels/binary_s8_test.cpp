#include "kernels/binary_s8/binary_s8.h"

#include "tests/kernels/broadcast_cases.h"
#include "tests/kernels/kernel_variants.h"

namespace linnet::test {
namespace {

TEST_CASE("binary_s8 variants agree and follow the formula", "[binary]") {
  const auto a = random_s8(kBroadcastOperand, 1), b = random_s8(kBroadcastOperand, 2);
  const float ka = 0.731f, kb = 0.0517f;
  for (const BinaryS8 op : {BinaryS8::add, BinaryS8::sub, BinaryS8::mul}) {
    for (const Broadcast& s : broadcast_cases()) {
      for (const int32_t zero : {-128, 5}) {
        const auto y = check_variants<int8_t>(kBinaryS8, s.outer * s.inner, [&](int8_t* out) {
          return BinaryS8Args{op, a.data(), b.data(), out, s, zero, 17, -4, ka, kb, -100, 127};
        });
        for (size_t i = 0; i < y.size(); ++i) {
          const int p = a[index_a(s, i / s.inner, i % s.inner)] - zero;
          const int q = b[index_b(s, i / s.inner, i % s.inner)] - 17;
          const float left = static_cast<float>(p) * ka, right = static_cast<float>(q) * kb;
          const float t = op == BinaryS8::add   ? left + right
                          : op == BinaryS8::sub ? left - right
                                                : static_cast<float>(p * q) * ka;
          REQUIRE(+y[i] == +quantized(static_cast<double>(t), -4, -100, 127));
        }
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

}  // namespace
}  // namespace linnet::test

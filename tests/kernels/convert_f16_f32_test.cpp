#include "kernels/convert_f16_f32/convert_f16_f32.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

uint32_t bits_of(float v) {
  uint32_t bits;
  memcpy(&bits, &v, sizeof bits);
  return bits;
}

TEST_CASE("convert_f16_f32 converts every half exactly", "[convert]") {
  std::vector<uint16_t> x(65536);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<uint16_t>(i);
  for (size_t v = 0; v < kConvertF16F32.count; ++v) {
    if (!detect_isa().has(kConvertF16F32.variants[v].isa)) continue;
    INFO(isa_name(kConvertF16F32.variants[v].isa));
    std::vector<float> y(x.size());
    kConvertF16F32.variants[v].run({x.data(), y.data(), x.size()});
    std::vector<uint16_t> back(x.size());
    kConvertF32F16.variants[v].run({y.data(), back.data(), y.size()});
    for (size_t i = 0; i < x.size(); ++i) {
      const int exponent = static_cast<int>(i >> 10 & 31), fraction = static_cast<int>(i & 1023);
      double exact =
          exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
      if (exponent == 31) exact = std::numeric_limits<double>::infinity();
      if (i & 0x8000) exact = -exact;
      if (exponent == 31 && fraction != 0) {
        const uint32_t payload = (static_cast<uint32_t>(fraction) | 0x200u) << 13;
        const uint32_t sign = static_cast<uint32_t>(i & 0x8000) << 16;
        REQUIRE(bits_of(y[i]) == (sign | 0x7f800000u | payload));
        REQUIRE(back[i] == (x[i] | 0x200));
      } else {
        REQUIRE(bits_of(y[i]) == bits_of(static_cast<float>(exact)));
        REQUIRE(back[i] == x[i]);
      }
    }
  }
}

TEST_CASE("convert_f32_f16 rounds to nearest even, NaNs bit for bit", "[convert]") {
  auto x = awkward_floats(20000, 3);
  for (uint32_t i = 0; i < 40000; ++i) {  // around every half and half of a step
    const uint32_t bits = i / 2 * 0x1fffu * 7u + (i & 1u ? 0x80000000u : 0u);
    float v;
    memcpy(&v, &bits, sizeof v);
    x.push_back(v);
  }
  for (int e = -26; e < 17; ++e) {
    for (int k = 0; k < 64; ++k) x.push_back(std::ldexp(1.0f + static_cast<float>(k) / 4096.0f, e));
  }
  const auto y = check_variants<uint16_t>(kConvertF32F16, x.size(), [&](uint16_t* out) {
    return ConvertF32F16Args{x.data(), out, x.size()};
  });
  for (size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i])) {
      REQUIRE((y[i] & 0x7e00) == 0x7e00);
      continue;
    }
    // nearbyint in units of the half's last place.
    const double a = std::abs(static_cast<double>(x[i]));
    const int exponent = std::max(a > 0 ? std::ilogb(a) : -24, -14) - 10;
    double rounded = std::ldexp(std::nearbyint(std::ldexp(a, -exponent)), exponent);
    if (rounded >= 65520.0) rounded = std::numeric_limits<double>::infinity();
    float back;
    const uint16_t half = static_cast<uint16_t>(y[i] & 0x7fff);
    convert_f16_f32_scalar({&half, &back, 1});
    REQUIRE(static_cast<double>(back) == rounded);
    REQUIRE((y[i] >> 15) == (std::signbit(x[i]) ? 1 : 0));
  }
}

TEST_CASE("convert_f16_f32 of any length stays in bounds", "[convert]") {
  for (const size_t count : kCounts) {
    const auto x = awkward_floats(count, 9);
    const auto half = check_variants<uint16_t>(kConvertF32F16, count, [&](uint16_t* out) {
      return ConvertF32F16Args{x.data(), out, count};
    });
    check_variants<float>(kConvertF16F32, count, [&](float* out) {
      return ConvertF16F32Args{half.data(), out, count};
    });
  }
}

TEST_CASE("convert_f16_f32 of random shapes", "[convert][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t count = random.one_in(20) ? random.pick(0, 2000) : random.size(200);
    Fences fences(random.one_in(8));
    const float* x = fences.copy(any_floats(random, count));
    check_variants<uint16_t>(kConvertF32F16, count, [&](uint16_t* out) {
      return ConvertF32F16Args{x, out, count};
    });
    std::vector<uint16_t> halves(count);
    for (uint16_t& half : halves) half = static_cast<uint16_t>(random.seed());
    const uint16_t* fenced = fences.copy(halves);
    check_variants<float>(kConvertF16F32, count, [&](float* out) {
      return ConvertF16F32Args{fenced, out, count};
    });
  }
}

}  // namespace
}  // namespace linnet::test

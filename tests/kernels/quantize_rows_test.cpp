#include "kernels/quantize_rows/quantize_rows.h"

#include "kernels/minmax_f32/minmax_f32.h"
#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

struct Rows {
  size_t m, k, x_stride, y_stride, k_padded;
  bool signed_output;
  const DynamicScale* fixed;
};

struct Result {
  Guarded<uint8_t> y;
  Guarded<float> scale;
  Guarded<int32_t> zero;
};

Result run(QuantizeRowsFn* kernel, const Rows& s, const float* x) {
  Result r = {Guarded<uint8_t>((s.m - 1) * s.y_stride + s.k_padded), Guarded<float>(s.m),
              Guarded<int32_t>(s.m)};
  kernel({x, s.x_stride, r.y.data(), s.y_stride, s.m, s.k, s.k_padded, s.signed_output, s.fixed,
          r.scale.data(), r.zero.data()});
  REQUIRE((r.y.intact() && r.scale.intact() && r.zero.intact()));
  return r;
}

void check(const Rows& s, const float* x) {
  const Result expected = run(quantize_rows_scalar, s, x);
  for (size_t v = 0; v + 1 < kQuantizeRows.count; ++v) {
    if (!detect_isa().has(kQuantizeRows.variants[v].isa)) continue;
    const Result actual = run(kQuantizeRows.variants[v].run, s, x);
    REQUIRE(first_difference(actual.y, expected.y) == expected.y.size());
    REQUIRE(first_difference(actual.scale, expected.scale) == s.m);
    REQUIRE(first_difference(actual.zero, expected.zero) == s.m);
  }
}

TEST_CASE("quantize_rows variants agree", "[quantize]") {
  const DynamicScale fixed = {0.02f, 100};
  const DynamicScale fixed_signed = {0.02f, -28};
  for (const size_t k : kCounts) {
    for (const bool signed_output : {false, true}) {
      for (const bool is_fixed : {false, true}) {
        const size_t padded = (k + 31) / 32 * 32;
        const Rows s = {3,
                        k,
                        k + 2,
                        padded + 5,
                        padded,
                        signed_output,
                        is_fixed ? (signed_output ? &fixed_signed : &fixed) : nullptr};
        const auto x = awkward_floats(3 * (k + 2), static_cast<uint32_t>(k));
        check(s, x.data());
      }
    }
  }
}

TEST_CASE("quantize_rows is ONNX DynamicQuantizeLinear by rows", "[quantize]") {
  const size_t m = 4, k = 100;
  auto x = random_floats(m * k, -1.0f, 3.0f, 7);
  for (size_t i = 0; i < k; ++i) {
    x[k + i] = 0.0f;                            // a row of zeros
    x[2 * k + i] = 1.0f + x[2 * k + i] * 0.1f;  // a positive row: 0 is included
    x[3 * k + i] = -2.0f - x[3 * k + i] * 0.1f;
  }
  const Rows s = {m, k, k, k, k, false, nullptr};
  const Result u = run(quantize_rows_scalar, s, x.data());
  Rows s_signed = s;
  s_signed.signed_output = true;
  const Result v = run(quantize_rows_scalar, s_signed, x.data());
  for (size_t r = 0; r < m; ++r) {
    float lo = 0.0f, hi = 0.0f;
    for (size_t i = 0; i < k; ++i) {
      lo = std::min(lo, x[r * k + i]);
      hi = std::max(hi, x[r * k + i]);
    }
    const float scale = r == 1 ? 1.0f : (hi - lo) / 255.0f;
    const double zero = std::nearbyint(std::min(255.0f, std::max(0.0f, 0.0f - lo / scale)));
    CHECK(u.scale[r] == scale);
    CHECK(u.zero[r] == static_cast<int32_t>(zero));
    CHECK(v.zero[r] == u.zero[r] - 128);
    for (size_t i = 0; i < k; ++i) {
      const double q = std::nearbyint(static_cast<double>(x[r * k + i] / scale)) + zero;
      REQUIRE(u.y[r * k + i] == static_cast<uint8_t>(std::min(255.0, std::max(0.0, q))));
      REQUIRE(v.y[r * k + i] == static_cast<uint8_t>(u.y[r * k + i] - 128));
    }
  }
}

TEST_CASE("dynamic_scale stays finite", "[quantize]") {
  CHECK(dynamic_scale(0.0f, 0.0f, false).scale == 1.0f);
  CHECK(dynamic_scale(0.0f, 1e-38f, false).scale == 1.0f);
  CHECK(std::isfinite(dynamic_scale(-3e38f, 3e38f, false).scale));
  CHECK(dynamic_scale(-3e38f, 3e38f, true).zero_point == 0);
  CHECK(dynamic_scale(-1.0f, 0.0f, false).zero_point == 255);
}

TEST_CASE("quantize_rows per tensor equals one long row", "[quantize]") {
  const size_t m = 5, k = 37;
  const auto x = random_floats(m * k, -4.0f, 2.0f, 3);
  float lo = 0.0f, hi = 0.0f;
  for (size_t r = 0; r < m; ++r) {
    float part_lo, part_hi;
    kMinmaxF32.pick(detect_isa()).run({x.data() + r * k, k, &part_lo, &part_hi});
    lo = std::min(lo, part_lo);
    hi = std::max(hi, part_hi);
  }
  const DynamicScale fixed = dynamic_scale(lo, hi, true);
  const Result by_rows = run(quantize_rows_scalar, {m, k, k, k, k, true, &fixed}, x.data());
  const Result whole =
      run(quantize_rows_scalar, {1, m * k, m * k, m * k, m * k, true, nullptr}, x.data());
  CHECK(whole.scale[0] == fixed.scale);
  CHECK(whole.zero[0] == fixed.zero_point);
  CHECK(first_difference(by_rows.y, whole.y) == m * k);
}

TEST_CASE("quantize_rows of random shapes", "[quantize][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    Rows s{};
    s.m = random.pick(1, 5);
    s.k = random.one_in(20) ? random.pick(0, 700) : random.size(100);
    s.x_stride = s.k + random.pick(0, 5);
    s.k_padded = random.one_in(2) ? (s.k + 3) / 4 * 4 : s.k + random.pick(0, 40);
    s.y_stride = s.k_padded + random.pick(0, 5);
    s.signed_output = random.one_in(2);
    const DynamicScale fixed = {any_multiplier(random), random.s8() + (s.signed_output ? 0 : 128)};
    s.fixed = random.one_in(2) ? &fixed : nullptr;
    Fences fences(random.one_in(8));
    const float* x = fences.copy(any_floats(random, (s.m - 1) * s.x_stride + s.k));
    INFO("rows " << s.m << " of " << s.k << " to " << s.k_padded << " signed " << s.signed_output);
    check(s, x);
  }
}

}  // namespace
}  // namespace linnet::test

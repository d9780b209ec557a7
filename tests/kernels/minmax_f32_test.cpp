#include "kernels/minmax_f32/minmax_f32.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

TEST_CASE("minmax_f32 of every variant is the finite extent", "[quantize]") {
  for (const size_t count : kCounts) {
    for (uint32_t seed = 0; seed < 20; ++seed) {
      const auto x = awkward_floats(count, seed);
      float lo = 0.0f, hi = 0.0f;
      for (const float v : x) {
        if (!std::isfinite(v)) continue;
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
      }
      for (size_t v = 0; v < kMinmaxF32.count; ++v) {
        if (!detect_isa().has(kMinmaxF32.variants[v].isa)) continue;
        float found_lo = 1.0f, found_hi = -1.0f;
        kMinmaxF32.variants[v].run({x.data(), count, &found_lo, &found_hi});
        INFO(isa_name(kMinmaxF32.variants[v].isa));
        REQUIRE(same_value(found_lo, lo));
        REQUIRE(same_value(found_hi, hi));
      }
    }
  }
}

TEST_CASE("minmax_f32 of random shapes", "[quantize][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const size_t count = random.one_in(20) ? random.pick(0, 2000) : random.size(200);
    Fences fences(random.one_in(8));
    const float* x = fences.copy(any_floats(random, count));
    check_variants<float>(kMinmaxF32, 2, [&](float* out) {
      return MinmaxF32Args{x, count, out, out + 1};
    });
  }
}

}  // namespace
}  // namespace linnet::test

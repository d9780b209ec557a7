#include <limits>

#include "kernels/math_f32/math_f32.h"
#include "kernels/vec/vec_scalar.h"
#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

float value(float x) { return exp_nonpositive_f32(F1(x)).v; }

TEST_CASE("exp_nonpositive_f32 is exp within a unit in the last place", "[math]") {
  double worst = 0.0;
  size_t bad = 0;
  for (uint32_t bits = 0x80000000u; bits < 0xc2aeac4fu; bits += 613) {  // −0 … ln 2^-126
    const float x = float_of_bits(bits);
    const double exact = std::exp(static_cast<double>(x));
    const double error = ulps(value(x), exact);
    worst = std::max(worst, error);
    bad += error > 1.0;
  }
  INFO("worst " << worst << " ulp");
  CHECK(bad == 0);
}

TEST_CASE("exp_nonpositive_f32 at the ends", "[math]") {
  CHECK((value(0.0f) == 1.0f && value(-0.0f) == 1.0f));
  CHECK(value(-87.5f) < 0x1.1p-126f);
  CHECK(value(-88.0f) == 0.0f);
  CHECK(value(-std::numeric_limits<float>::infinity()) == 0.0f);
  CHECK(value(-std::numeric_limits<float>::max()) == 0.0f);
  CHECK(std::isnan(value(std::nanf(""))));
}

TEST_CASE("exp_nonpositive_f32 of random values", "[math][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    for (const float v : any_floats(random, 30)) {
      const float x = -std::abs(v);
      const double exact = std::exp(static_cast<double>(x));
      const float y = value(x);
      // Below the smallest normal result only its size is promised.
      const bool good = std::isnan(x)                    ? std::isnan(y)
                        : x > float_of_bits(0xc2aeac4fu) ? ulps(y, exact) <= 1.0
                                                         : y >= 0.0f && y <= 0x1.1p-126f;
      if (!good) FAIL("e^" << x << " = " << y);
    }
  }
}

}  // namespace
}  // namespace linnet::test

#include <limits>

#include "kernels/math_f32/math_f32.h"
#include "kernels/vec/vec_scalar.h"
#include "tests/kernels/kernel_variants.h"

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

}  // namespace
}  // namespace linnet::test

#include "kernels/lut_s8/lut_s8.h"

#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

TEST_CASE("lut_s8 looks every value up", "[lut]") {
  const auto table = random_s8(256, 12);
  for (size_t count = 0; count < 600; count += count < 70 ? 1 : 53) {
    const auto x = random_s8(count, static_cast<uint32_t>(count));
    const auto y = check_variants<int8_t>(kLutS8, count, [&](int8_t* out) {
      return LutS8Args{x.data(), out, count, table.data()};
    });
    for (size_t i = 0; i < count; ++i) {
      REQUIRE(+y[i] == +table[static_cast<size_t>(x[i] + 128)]);
    }
    check_variants(kLutS8, Guarded<int8_t>(x), [&](int8_t* out) {
      return LutS8Args{out, out, count, table.data()};
    });
  }
}

TEST_CASE("lut_s8 of random shapes", "[lut][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const auto x = any_s8(random, random.one_in(20) ? random.pick(0, 2000) : random.size(200));
    const auto table = random_s8(256, random.seed());
    Fences fences(random.one_in(8));
    LutS8Args args = {fences.copy(x), nullptr, x.size(), fences.copy(table)};
    const bool in_place = random.one_in(3);
    const auto y = check_variants(kLutS8, Guarded<int8_t>(x), [&](int8_t* out) {
      args.y = out;
      if (in_place) args.x = out;
      return args;
    });
    check_values(y, [&](size_t i) { return table[static_cast<size_t>(x[i] + 128)]; });
  }
}

}  // namespace
}  // namespace linnet::test

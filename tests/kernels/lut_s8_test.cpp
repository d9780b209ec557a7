#include "kernels/lut_s8/lut_s8.h"

#include "tests/kernels/kernel_variants.h"

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

}  // namespace
}  // namespace linnet::test

#include "kernels/pool_s8/pool_s8.h"

#include <utility>

#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/pool_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("pool_s8 variants agree and follow the formula", "[pool]") {
  for (const PoolWindow& p : pool_cases()) {
    const auto x = random_s8(input_size(p), 1);
    for (const PoolKind kind : {PoolKind::average, PoolKind::max}) {
      for (const float multiplier : {1.0f, 1.37f}) {
        const auto y = check_variants<int8_t>(kPoolS8, output_size(p), [&](int8_t* out) {
          return PoolS8Args{kind, x.data(), out, p, 7, -5, multiplier};
        });
        const Guarded<int8_t> untouched(y.size());
        for (size_t i = 0; i < y.size(); ++i) {
          if (!computed(p, i)) {
            REQUIRE(y[i] == untouched[i]);
            continue;
          }
          int sum = 0, max = -128;
          const int count = for_taps(p, i, [&](size_t at) {
            sum += x[at] - 7;
            max = std::max<int>(max, x[at]);
          });
          if (kind == PoolKind::max) {
            REQUIRE(+y[i] == max);
          } else {
            const float scale = multiplier / static_cast<float>(count ? count : 1);
            const float t = static_cast<float>(sum) * scale;
            REQUIRE(+y[i] == +quantized(static_cast<double>(t), -5));
          }
        }
      }
    }
  }
}

// More taps than sums of 16 bits have room for, along both axes.
TEST_CASE("pool_s8 averages large windows", "[pool]") {
  for (const auto& [h, w] : {std::pair<ptrdiff_t, ptrdiff_t>{17, 19}, {300, 1}, {2, 600}}) {
    for (const int8_t value : {int8_t{-128}, int8_t{127}, int8_t{0}}) {
      const ptrdiff_t c = 167;
      const PoolWindow p = {1, h, w, c, 1, 1, h, w, 1, 1, 1, 1, 0, 0, 0, 0, false, 0, 1};
      const auto x =
          value == 0 ? random_s8(input_size(p), 3) : std::vector<int8_t>(input_size(p), value);
      const auto y = check_variants<int8_t>(kPoolS8, output_size(p), [&](int8_t* out) {
        return PoolS8Args{PoolKind::average, x.data(), out, p, -128, -3, 1.0f};
      });
      if (value == -128) REQUIRE(+y[0] == -3);
    }
  }
}

}  // namespace
}  // namespace linnet::test

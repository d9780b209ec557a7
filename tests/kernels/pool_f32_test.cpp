#include "kernels/pool_f32/pool_f32.h"

#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/pool_cases.h"

namespace linnet::test {
namespace {

TEST_CASE("pool_f32 variants agree and pool", "[pool]") {
  for (const PoolWindow& p : pool_cases()) {
    const auto x = random_floats(input_size(p), -2.0f, 2.0f, 1);
    for (const PoolKind kind : {PoolKind::average, PoolKind::max}) {
      const auto y = check_variants<float>(kPoolF32, output_size(p), [&](float* out) {
        return PoolF32Args{kind, x.data(), out, p};
      });
      const Guarded<float> untouched(y.size());
      for (size_t i = 0; i < y.size(); ++i) {
        if (!computed(p, i)) {
          REQUIRE(same_value(y[i], untouched[i]));
          continue;
        }
        double sum = 0, max = -std::numeric_limits<double>::infinity();
        const int count = for_taps(p, i, [&](size_t at) {
          sum += static_cast<double>(x[at]);
          max = std::max(max, static_cast<double>(x[at]));
        });
        if (kind == PoolKind::max) {
          REQUIRE(y[i] == static_cast<float>(max));
        } else {
          REQUIRE(std::abs(static_cast<double>(y[i]) - (count ? sum / count : 0.0)) <= 1e-6);
        }
      }
    }
  }
}

TEST_CASE("pool_f32 variants agree on awkward values; max keeps NaN", "[pool]") {
  for (const PoolWindow& p : pool_cases()) {
    const auto x = awkward_floats(input_size(p), 5);
    for (const PoolKind kind : {PoolKind::average, PoolKind::max}) {
      const auto y = check_variants<float>(kPoolF32, output_size(p), [&](float* out) {
        return PoolF32Args{kind, x.data(), out, p};
      });
      for (size_t i = 0; i < y.size(); ++i) {
        if (!computed(p, i)) continue;
        bool any = false;
        for_taps(p, i, [&](size_t at) { any = any || std::isnan(x[at]); });
        if (any) REQUIRE(std::isnan(y[i]));
      }
    }
  }
}

}  // namespace
}  // namespace linnet::test

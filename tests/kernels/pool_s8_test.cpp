#include "kernels/pool_s8/pool_s8.h"

#include <utility>

#include "tests/kernels/pool_cases.h"
#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

// `args` without y.
void check(PoolS8Args args) {
  const PoolWindow& p = args.window;
  const auto y = check_variants<int8_t>(kPoolS8, output_size(p), [&](int8_t* out) {
    args.y = out;
    return args;
  });
  const Guarded<int8_t> untouched(y.size());
  check_values(y, [&](size_t i) {
    if (!computed(p, i)) return untouched[i];
    int sum = 0, max = -128;
    const int count = for_taps(p, i, [&](size_t at) {
      sum += args.x[at] - args.zero_point_in;
      max = std::max<int>(max, args.x[at]);
    });
    if (args.kind == PoolKind::max) return static_cast<int8_t>(max);
    const float scale = args.multiplier / static_cast<float>(count ? count : 1);
    const float t = static_cast<float>(sum) * scale;
    return quantized(static_cast<double>(t), args.zero_point_out);
  });
}

TEST_CASE("pool_s8 variants agree and follow the formula", "[pool]") {
  for (const PoolWindow& p : pool_cases()) {
    const auto x = random_s8(input_size(p), 1);
    for (const PoolKind kind : {PoolKind::average, PoolKind::max}) {
      for (const float multiplier : {1.0f, 1.37f}) {
        check({kind, x.data(), nullptr, p, 7, -5, multiplier});
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
      check({PoolKind::average, x.data(), nullptr, p, -128, -3, 1.0f});
    }
  }
}

TEST_CASE("pool_s8 of random shapes", "[pool][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const PoolWindow p = random_pool_window(random);
    const PoolKind kind = random.one_in(2) ? PoolKind::average : PoolKind::max;
    Fences fences(random.one_in(8));
    const int8_t* x = fences.copy(any_s8(random, input_size(p)));
    const int32_t zero_in = random.s8(), zero_out = random.s8();
    check({kind, x, nullptr, p, zero_in, zero_out, any_multiplier(random)});
  }
}

}  // namespace
}  // namespace linnet::test

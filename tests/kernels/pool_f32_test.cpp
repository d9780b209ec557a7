#include "kernels/pool_f32/pool_f32.h"

#include "tests/kernels/pool_cases.h"
#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

// `args` without y. Of awkward values only the NaNs are known.
void check(PoolF32Args args, bool awkward) {
  const PoolWindow& p = args.window;
  const auto y = check_variants<float>(kPoolF32, output_size(p), [&](float* out) {
    args.y = out;
    return args;
  });
  const Guarded<float> untouched(y.size());
  check_values(y, [&](size_t i) {
    if (!computed(p, i)) return untouched[i];
    double sum = 0, largest = 0, max = -std::numeric_limits<double>::infinity();
    bool any_nan = false;
    const int count = for_taps(p, i, [&](size_t at) {
      const double v = static_cast<double>(args.x[at]);
      sum += v;
      largest = std::max(largest, std::abs(v));
      max = std::max(max, v);
      any_nan = any_nan || std::isnan(v);
    });
    if (any_nan) return std::nanf("");
    const double exact = args.kind == PoolKind::max ? max : count ? sum / count : 0.0;
    const double error = std::abs(static_cast<double>(y[i]) - exact);
    const double allowed = args.kind == PoolKind::max ? 0.0 : (count + 1) * 0x1p-24 * largest;
    const bool good = static_cast<double>(y[i]) == exact || error <= allowed;
    return good || (awkward && args.kind == PoolKind::average) ? y[i] : static_cast<float>(exact);
  });
}

TEST_CASE("pool_f32 variants agree and pool", "[pool]") {
  for (const PoolWindow& p : pool_cases()) {
    const auto x = random_floats(input_size(p), -2.0f, 2.0f, 1);
    for (const PoolKind kind : {PoolKind::average, PoolKind::max}) {
      check({kind, x.data(), nullptr, p}, false);
    }
  }
}

TEST_CASE("pool_f32 variants agree on awkward values; max keeps NaN", "[pool]") {
  for (const PoolWindow& p : pool_cases()) {
    const auto x = awkward_floats(input_size(p), 5);
    for (const PoolKind kind : {PoolKind::average, PoolKind::max}) {
      check({kind, x.data(), nullptr, p}, true);
    }
  }
}

TEST_CASE("pool_f32 of random shapes", "[pool][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const PoolWindow p = random_pool_window(random);
    const PoolKind kind = random.one_in(2) ? PoolKind::average : PoolKind::max;
    const bool awkward = random.one_in(2);
    Fences fences(random.one_in(8));
    const size_t count = input_size(p);
    const float* x = fences.copy(awkward ? awkward_floats(count, random.seed())
                                         : random_floats(count, -2.0f, 2.0f, random.seed()));
    check({kind, x, nullptr, p}, awkward);
  }
}

}  // namespace
}  // namespace linnet::test

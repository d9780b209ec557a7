#include "kernels/requantize_s8/requantize_s8.h"

#include "kernels/requantize.h"
#include "tests/kernels/random_inputs.h"

namespace linnet::test {
namespace {

TEST_CASE("requantize_s8 is the one formula, for every value", "[quantize]") {
  std::vector<int8_t> x(256 + 9);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<int8_t>(i);
  for (const float multiplier : {1.0f, 0.5f, 0.3371f, 1.7f, 250.0f, 1e-30f, 1e30f}) {
    for (const int32_t zero_in : {-128, -3, 0, 127}) {
      for (const int32_t zero_out : {-128, 0, 11, 127}) {
        for (const int8_t lo : {int8_t{-128}, int8_t{-20}}) {
          const auto make = [&](int8_t* y) {
            return RequantizeS8Args{x.data(), y, x.size(), zero_in, zero_out, multiplier, lo, 100};
          };
          const auto y = check_variants<int8_t>(kRequantizeS8, x.size(), make);
          for (size_t i = 0; i < x.size(); ++i) {
            const float t = static_cast<float>(x[i] - zero_in) * multiplier;
            REQUIRE(+y[i] == +quantized(static_cast<double>(t), zero_out, lo, 100));
            REQUIRE(+y[i] == +requantize_s8(x[i] - zero_in, multiplier, zero_out, lo, 100));
          }
        }
      }
    }
  }
}

TEST_CASE("requantize_s8 in place, any length", "[quantize]") {
  for (const size_t count : kCounts) {
    check_variants(kRequantizeS8, Guarded<int8_t>(random_s8(count, 2)), [&](int8_t* y) {
      return RequantizeS8Args{y, y, count, 4, -9, 0.81f, -128, 127};
    });
  }
}

TEST_CASE("requantize_s8 of random shapes", "[quantize][random]") {
  ShapeRandom random(1);
  for (size_t round = random_rounds(); round-- > 0;) {
    const auto x = any_s8(random, random.one_in(20) ? random.pick(0, 2000) : random.size(200));
    Fences fences(random.one_in(8));
    RequantizeS8Args args = {};
    args.x = fences.copy(x);
    args.count = x.size();
    args.zero_point_in = random.s8();
    args.zero_point_out = random.s8();
    args.multiplier = any_multiplier(random);
    random.clamp(&args.clamp_min, &args.clamp_max);
    const bool in_place = random.one_in(3);
    const auto y = check_variants(kRequantizeS8, Guarded<int8_t>(x), [&](int8_t* out) {
      args.y = out;
      if (in_place) args.x = out;
      return args;
    });
    check_values(y, [&](size_t i) {
      return requantize_s8(x[i] - args.zero_point_in, args.multiplier, args.zero_point_out,
                           args.clamp_min, args.clamp_max);
    });
  }
}

}  // namespace
}  // namespace linnet::test

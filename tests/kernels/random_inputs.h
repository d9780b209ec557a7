#pragma once

#include <vector>

#include "tests/kernels/awkward_inputs.h"
#include "tests/kernels/fenced.h"
#include "tests/kernels/kernel_variants.h"
#include "tests/kernels/random_shapes.h"

// Inputs for kernels of random shapes.

namespace linnet::test {

// Values of one size, or any bits.
inline std::vector<float> any_floats(ShapeRandom& random, size_t count) {
  constexpr float kRanges[] = {1e-3f, 1.0f, 30.0f, 500.0f};
  const float range = kRanges[random.pick(0, 3)];
  return random.one_in(3) ? awkward_inputs(count, random.seed())
                          : random_floats(count, -range, range, random.seed());
}

// Any values, or mostly the ends.
inline std::vector<int8_t> any_s8(ShapeRandom& random, size_t count) {
  std::vector<int8_t> values = random_s8(count, random.seed());
  if (random.one_in(4)) {
    for (int8_t& v : values) {
      if (v % 8 != 0) v = v > 0 ? int8_t{127} : int8_t{-128};
    }
  }
  return values;
}

// A quotient of scales: mostly near 1; a power of two makes ties.
inline float any_multiplier(ShapeRandom& random) {
  constexpr float kSpecial[] = {1.0f, 0.5f, 0x1p-7f, 1e-45f, 1e-30f, 1e30f};
  return random.one_in(3) ? kSpecial[random.pick(0, 5)]
                          : static_cast<float>(random.pick(1, 4000)) * 0x1.0624dep-10f;
}

}  // namespace linnet::test

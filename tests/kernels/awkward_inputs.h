#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/kernels/kernel_variants.h"

namespace linnet::test {

// awkward_floats for kernels that multiply and add. armhf NEON flushes subnormal numbers to zero:
// there, without values so small that a product could become one.
inline std::vector<float> awkward_inputs(size_t count, uint32_t seed) {
  std::vector<float> values = awkward_floats(count, seed);
#if defined(__arm__)
  for (float& v : values) {
    if (std::abs(v) < 1e-10f) v = std::copysign(0.0f, v);
  }
#endif
  return values;
}

}  // namespace linnet::test

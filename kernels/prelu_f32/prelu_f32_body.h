#pragma once

#include "kernels/prelu_f32/prelu_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline V prelu(V x, V slope) {
  return select(x >= V(0.0f), x, x * slope);
}

template <class V>
inline void prelu_f32_body(const PreluF32Args& args) {
  for (size_t o = 0; o < args.outer; ++o) {
    const float* x = args.x + o * args.channels;
    float* y = args.y + o * args.channels;
    size_t i = 0;
    for (; i + V::kLanes <= args.channels; i += V::kLanes) {
      prelu(V::load(x + i), V::load(args.slope + i)).store(y + i);
    }
    const size_t rest = args.channels - i;
    if (rest == 0) continue;
    const V slope = V::load_partial(args.slope + i, rest);
    prelu(V::load_partial(x + i, rest), slope).store_partial(y + i, rest);
  }
}

}  // namespace
}  // namespace linnet

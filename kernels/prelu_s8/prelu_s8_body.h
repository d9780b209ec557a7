#pragma once

#include "kernels/prelu_s8/prelu_s8.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline void prelu_s8_body(const PreluS8Args& args) {
  using Int = typename V::Int;
  const Int zero = args.zero_point_in;
  const V multiplier = args.multiplier;
  const S8Output<V> output(args.zero_point_out, -128, 127);
  const auto prelu = [&](Int q, V negative) {
    const V value = to_float(q - zero);
    return output(value * select(value >= V(0.0f), multiplier, negative));
  };
  for (size_t o = 0; o < args.outer; ++o) {
    const int8_t* x = args.x + o * args.channels;
    int8_t* y = args.y + o * args.channels;
    const float* negative = args.negative_multiplier;
    size_t i = 0;
    for (; i + V::kLanes <= args.channels; i += V::kLanes) {
      prelu(Int::load_s8(x + i), V::load(negative + i)).store_s8(y + i);
    }
    const size_t rest = args.channels - i;
    if (rest == 0) continue;
    const Int q = Int::load_s8_partial(x + i, rest);
    prelu(q, V::load_partial(negative + i, rest)).store_s8_partial(y + i, rest);
  }
}

}  // namespace
}  // namespace linnet

#pragma once

#include "kernels/rms_norm_f32/rms_norm_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline void rms_norm_f32_body(const RmsNormF32Args& args) {
  for (size_t row = 0; row < args.rows; ++row) {
    const float* x = args.x + row * args.x_stride;
    float* y = args.y + row * args.y_stride;
    const float squares = reduce_lanes<V>(
        x, nullptr, args.k, 0.0f, [](V v) { return v * v; }, Add());
    const float mean = squares / static_cast<float>(args.k);
    const V inverse = 1.0f / __builtin_sqrtf(mean + args.epsilon);
    if (!args.gamma) {
      map_f32<V>(x, y, args.k, [=](V v) { return v * inverse; });
      continue;
    }
    const float* gamma = args.gamma;
    size_t i = 0;
    for (; i + V::kLanes <= args.k; i += V::kLanes) {
      (V::load(x + i) * inverse * V::load(gamma + i)).store(y + i);
    }
    if (i == args.k) continue;
    const size_t rest = args.k - i;
    const V last = V::load_partial(x + i, rest) * inverse;
    (last * V::load_partial(gamma + i, rest)).store_partial(y + i, rest);
  }
}

}  // namespace
}  // namespace linnet

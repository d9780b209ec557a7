#pragma once

#include "kernels/layer_norm_f32/layer_norm_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline void layer_norm_f32_body(const LayerNormF32Args& args) {
  const float n = static_cast<float>(args.n);
  for (size_t row = 0; row < args.rows; ++row) {
    const float* x = args.x + row * args.n;
    float* y = args.y + row * args.n;
    const float sum = reduce_lanes<V>(
        x, nullptr, args.n, 0.0f, [](V v) { return v; }, Add());
    const V mean = sum / n;
    const float squares = reduce_lanes<V>(
        x, nullptr, args.n, 0.0f, [=](V v) { return (v - mean) * (v - mean); }, Add());
    const V inverse = 1.0f / __builtin_sqrtf(squares / n + args.epsilon);
    const auto scaled = [&](V v, V gamma, V beta) {
      v = (v - mean) * inverse;
      if (args.gamma) v = v * gamma;
      return args.beta ? v + beta : v;
    };
    // Without gamma or beta the operand is read, and not used.
    const float* gamma = args.gamma ? args.gamma : x;
    const float* beta = args.beta ? args.beta : x;
    size_t i = 0;
    for (; i + V::kLanes <= args.n; i += V::kLanes) {
      scaled(V::load(x + i), V::load(gamma + i), V::load(beta + i)).store(y + i);
    }
    if (i == args.n) continue;
    const size_t rest = args.n - i;
    const V last_gamma = V::load_partial(gamma + i, rest);
    const V last_beta = V::load_partial(beta + i, rest);
    scaled(V::load_partial(x + i, rest), last_gamma, last_beta).store_partial(y + i, rest);
  }
}

}  // namespace
}  // namespace linnet

#pragma once

#include <cstring>

#include "kernels/rotary_f32/rotary_f32.h"

namespace linnet {
namespace {

// Pairs i, i + 1, … of one head, one by one.
inline void rotate_rest(const RotaryF32Args& args, const float* x, float* y, const float* cos,
                        const float* sin, size_t i) {
  const size_t pairs = args.rotary_dim / 2;
  const bool halves = args.pairs == RotaryPairs::halves;
  for (; i < pairs; ++i) {
    const size_t a = halves ? i : 2 * i, b = halves ? i + pairs : 2 * i + 1;
    const float xa = x[a], xb = x[b];
    const float ac = xa * cos[i], bs = xb * sin[i];
    const float bc = xb * cos[i], as = xa * sin[i];
    y[a] = ac - bs;
    y[b] = bc + as;
  }
}

// `R` is what an ISA can do: R::kPairs pairs at a time by R::halves(x_a, x_b, y_a, y_b, cos, sin)
// and R::interleaved(x, y, cos, sin).
template <class R>
inline void rotary_f32_body(const RotaryF32Args& args) {
  const size_t pairs = args.rotary_dim / 2;
  const size_t rest = args.head_dim - args.rotary_dim;
  for (size_t t = 0; t < args.tokens; ++t) {
    const float* cos = args.cos + t * pairs;
    const float* sin = args.sin + t * pairs;
    for (size_t h = 0; h < args.heads; ++h) {
      const float* x = args.x + t * args.x_token_stride + h * args.x_head_stride;
      float* y = args.y + t * args.y_token_stride + h * args.y_head_stride;
      size_t i = 0;
      if (args.pairs == RotaryPairs::halves) {
        for (; i + R::kPairs <= pairs; i += R::kPairs) {
          R::halves(x + i, x + pairs + i, y + i, y + pairs + i, cos + i, sin + i);
        }
      } else {
        for (; i + R::kPairs <= pairs; i += R::kPairs) {
          R::interleaved(x + 2 * i, y + 2 * i, cos + i, sin + i);
        }
      }
      rotate_rest(args, x, y, cos, sin, i);
      if (rest != 0 && x != y) memcpy(y + 2 * pairs, x + 2 * pairs, rest * sizeof(float));
    }
  }
}

}  // namespace
}  // namespace linnet

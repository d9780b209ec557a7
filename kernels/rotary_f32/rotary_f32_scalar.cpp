#include <cstring>

#include "kernels/rotary_f32/rotary_f32.h"

namespace linnet {

void rotary_f32_scalar(const RotaryF32Args& args) {
  const size_t pairs = args.rotary_dim / 2;
  for (size_t t = 0; t < args.tokens; ++t) {
    for (size_t h = 0; h < args.heads; ++h) {
      const float* x = args.x + t * args.x_token_stride + h * args.x_head_stride;
      float* y = args.y + t * args.y_token_stride + h * args.y_head_stride;
      for (size_t i = 0; i < pairs; ++i) {
        const bool halves = args.pairs == RotaryPairs::halves;
        const size_t at_a = halves ? i : 2 * i, at_b = halves ? i + pairs : 2 * i + 1;
        const float cos = args.cos[t * pairs + i], sin = args.sin[t * pairs + i];
        const float a = x[at_a], b = x[at_b];
        y[at_a] = a * cos - b * sin;
        y[at_b] = b * cos + a * sin;
      }
      for (size_t j = args.rotary_dim; j < args.head_dim; ++j) y[j] = x[j];
    }
  }
}

}  // namespace linnet

#include "kernels/argmax_f32/argmax_f32.h"

namespace linnet {
namespace {

// Whether `value` takes the place of `best`, which stands earlier. NaN is the largest.
inline bool replaces(float value, float best, bool select_last) {
  if (best != best) return select_last && value != value;
  return value > best || value != value || (select_last && value == best);
}

}  // namespace

void argmax_f32_scalar(const ArgmaxF32Args& args) {
  for (size_t o = 0; o < args.outer; ++o) {
    for (size_t i = 0; i < args.inner; ++i) {
      const float* x = args.x + o * args.reduce * args.inner + i;
      size_t best = 0;
      for (size_t r = 1; r < args.reduce; ++r) {
        if (replaces(x[r * args.inner], x[best * args.inner], args.select_last)) best = r;
      }
      args.y[o * args.inner + i] = static_cast<int32_t>(best);
    }
  }
}

}  // namespace linnet

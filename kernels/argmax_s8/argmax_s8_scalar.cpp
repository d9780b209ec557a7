#include "kernels/argmax_s8/argmax_s8.h"

namespace linnet {

void argmax_s8_scalar(const ArgmaxS8Args& args) {
  for (size_t o = 0; o < args.outer; ++o) {
    for (size_t i = 0; i < args.inner; ++i) {
      const int8_t* x = args.x + o * args.reduce * args.inner + i;
      size_t best = 0;
      for (size_t r = 1; r < args.reduce; ++r) {
        const int8_t value = x[r * args.inner], largest = x[best * args.inner];
        if (value > largest || (args.select_last && value == largest)) best = r;
      }
      args.y[o * args.inner + i] = static_cast<int32_t>(best);
    }
  }
}

}  // namespace linnet

#pragma once

#include "kernels/pool_f32/pool_f32.h"
#include "kernels/pool_window/pool_walk.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

// kWide vectors of channels of one pixel; `count` channels of the last vector.
template <class V, size_t kWide, class Combine>
inline void pool_channels(const PoolPixel& pixel, const float* x, float* y, size_t count,
                          float identity, float divisor, Combine combine) {
  V total[kWide];
  for (V& t : total) t = V(identity);
  for (ptrdiff_t r = 0; r < pixel.rows; ++r) {
    const float* tap = x + r * pixel.row_step;
    for (ptrdiff_t i = 0; i < pixel.columns; ++i, tap += pixel.column_step) {
      for (size_t j = 0; j < kWide; ++j) {
        const float* at = tap + j * V::kLanes;
        total[j] = combine(total[j], count == V::kLanes ? V::load(at) : V::load_partial(at, count));
      }
    }
  }
  for (size_t j = 0; j < kWide; ++j) {
    (total[j] / V(divisor)).store_partial(y + j * V::kLanes, count);
  }
}

template <class V, class Combine>
inline void pool_pixel(const PoolPixel& pixel, const float* x, float* y, size_t channels,
                       float identity, float divisor, Combine combine) {
  constexpr size_t kWide = 32 / V::kLanes;
  size_t c = 0;
  for (; c + 32 <= channels; c += 32) {
    pool_channels<V, kWide>(pixel, x + c, y + c, V::kLanes, identity, divisor, combine);
  }
  for (; c + V::kLanes <= channels; c += V::kLanes) {
    pool_channels<V, 1>(pixel, x + c, y + c, V::kLanes, identity, divisor, combine);
  }
  if (c < channels) {
    pool_channels<V, 1>(pixel, x + c, y + c, channels - c, identity, divisor, combine);
  }
}

template <class V>
inline void pool_f32_body(const PoolF32Args& args) {
  const size_t channels = static_cast<size_t>(args.window.c);
  for_pool_pixels(args.window, [&](const PoolPixel& pixel) {
    const float* x = args.x + pixel.start;
    float* y = args.y + pixel.out;
    if (args.kind == PoolKind::max) {
      pool_pixel<V>(pixel, x, y, channels, -__builtin_inff(), 1.0f, NanMax());
    } else {
      // Without a tap the sum is 0, and so is the average.
      const float divisor = pixel.divisor > 0 ? static_cast<float>(pixel.divisor) : 1.0f;
      pool_pixel<V>(pixel, x, y, channels, 0.0f, divisor, Add());
    }
  });
}

}  // namespace
}  // namespace linnet

#pragma once

#include "kernels/pool_s8/pool_s8.h"
#include "kernels/pool_window/pool_walk.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

// kWide vectors of channels of one pixel; `count` channels of the last vector.
template <class V, size_t kWide>
inline void average_channels(const PoolPixel& pixel, const int8_t* x, int8_t* y, size_t count,
                             typename V::Int offset, V multiplier, const S8Output<V>& output) {
  using Int = typename V::Int;
  Int total[kWide];
  for (Int& t : total) t = Int(0);
  for (ptrdiff_t r = 0; r < pixel.rows; ++r) {
    const int8_t* tap = x + r * pixel.row_step;
    for (ptrdiff_t i = 0; i < pixel.columns; ++i, tap += pixel.column_step) {
      for (size_t j = 0; j < kWide; ++j) {
        const int8_t* at = tap + j * V::kLanes;
        const Int q = count == V::kLanes ? Int::load_s8(at) : Int::load_s8_partial(at, count);
        total[j] = total[j] + q;
      }
    }
  }
  for (size_t j = 0; j < kWide; ++j) {
    output(to_float(total[j] - offset) * multiplier).store_s8_partial(y + j * V::kLanes, count);
  }
}

// Channels c… of one pixel.
template <class V>
inline void average_pixel(const PoolS8Args& args, const PoolPixel& pixel, size_t c,
                          size_t channels) {
  const S8Output<V> output(args.zero_point_out, -128, 127);
  const int32_t taps = static_cast<int32_t>(pixel.rows * pixel.columns);
  const typename V::Int offset = taps * args.zero_point_in;
  const float divisor = pixel.divisor > 0 ? static_cast<float>(pixel.divisor) : 1.0f;
  const V multiplier = args.multiplier / divisor;
  const int8_t* x = args.x + pixel.start;
  int8_t* y = args.y + pixel.out;
  for (; c + 32 <= channels; c += 32) {
    average_channels<V, 32 / V::kLanes>(pixel, x + c, y + c, V::kLanes, offset, multiplier, output);
  }
  for (; c + V::kLanes <= channels; c += V::kLanes) {
    average_channels<V, 1>(pixel, x + c, y + c, V::kLanes, offset, multiplier, output);
  }
  if (c < channels) {
    average_channels<V, 1>(pixel, x + c, y + c, channels - c, offset, multiplier, output);
  }
}

template <class Bytes, size_t kWide>
inline void max_channels(const PoolPixel& pixel, const int8_t* x, int8_t* y) {
  const Bytes first = Bytes::load(x);
  Bytes total[kWide];
  for (size_t j = 0; j < kWide; ++j) total[j] = j == 0 ? first : Bytes::load(x + j * Bytes::kBytes);
  for (ptrdiff_t r = 0; r < pixel.rows; ++r) {
    const int8_t* tap = x + r * pixel.row_step;
    for (ptrdiff_t i = 0; i < pixel.columns; ++i, tap += pixel.column_step) {
      for (size_t j = 0; j < kWide; ++j) {
        total[j] = max_of(total[j], Bytes::load(tap + j * Bytes::kBytes));
      }
    }
  }
  for (size_t j = 0; j < kWide; ++j) total[j].store(y + j * Bytes::kBytes);
}

// Fewer channels than a vector of bytes has.
template <class V>
inline void max_few_channels(const PoolPixel& pixel, const int8_t* x, int8_t* y, size_t count) {
  using Int = typename V::Int;
  Int total = -128;
  for (ptrdiff_t r = 0; r < pixel.rows; ++r) {
    const int8_t* tap = x + r * pixel.row_step;
    for (ptrdiff_t i = 0; i < pixel.columns; ++i, tap += pixel.column_step) {
      total =
          max_of(total, count == V::kLanes ? Int::load_s8(tap) : Int::load_s8_partial(tap, count));
    }
  }
  total.store_s8_partial(y, count);
}

template <class V>
inline void max_pixel(const PoolS8Args& args, const PoolPixel& pixel, size_t channels) {
  using Bytes = typename V::Bytes;
  constexpr size_t kWide = 32 / Bytes::kBytes;
  const int8_t* x = args.x + pixel.start;
  int8_t* y = args.y + pixel.out;
  if (pixel.rows == 0) {
    memset(y, 0x80, channels);
    return;
  }
  size_t c = 0;
  for (; c + 32 <= channels; c += 32) max_channels<Bytes, kWide>(pixel, x + c, y + c);
  if (c > 0 && c < channels) {  // the last 32 again, overlapping: no tail
    c = channels - 32;
    max_channels<Bytes, kWide>(pixel, x + c, y + c);
    return;
  }
  for (; c < channels; c += V::kLanes) {
    const size_t rest = channels - c;
    max_few_channels<V>(pixel, x + c, y + c, rest < V::kLanes ? rest : V::kLanes);
  }
}

template <class V>
inline void pool_s8_body(const PoolS8Args& args) {
  const size_t channels = static_cast<size_t>(args.window.c);
  for_pool_pixels(args.window, [&](const PoolPixel& pixel) {
    if (args.kind == PoolKind::max) {
      max_pixel<V>(args, pixel, channels);
    } else {
      average_pixel<V>(args, pixel, 0, channels);
    }
  });
}

}  // namespace
}  // namespace linnet

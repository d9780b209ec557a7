#pragma once

#include "kernels/dequantize_s8_f32/dequantize_s8_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

// One scale for a run of values.
template <class V>
inline void dequantize_run(const int8_t* x, float* y, size_t count, float scale, int32_t zero) {
  using Int = typename V::Int;
  const V factor = scale;
  const Int offset = zero;
  size_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    (to_float(Int::load_s8(x + i) - offset) * factor).store(y + i);
  }
  if (i < count) {
    const Int q = Int::load_s8_partial(x + i, count - i);
    (to_float(q - offset) * factor).store_partial(y + i, count - i);
  }
}

// A scale for each value: channels innermost.
template <class V>
inline void dequantize_channels(const DequantizeS8F32Args& args, const int8_t* x, float* y) {
  using Int = typename V::Int;
  size_t i = 0;
  if (!args.zero_point) {
    for (; i + V::kLanes <= args.channels; i += V::kLanes) {
      (to_float(Int::load_s8(x + i)) * V::load(args.scale + i)).store(y + i);
    }
  }
  for (; i < args.channels; ++i) {
    const int32_t zero = args.zero_point ? args.zero_point[i] : 0;
    y[i] = static_cast<float>(x[i] - zero) * args.scale[i];
  }
}

template <class V>
inline void dequantize_s8_f32_body(const DequantizeS8F32Args& args) {
  if (args.channels == 1) {
    const int32_t zero = args.zero_point ? args.zero_point[0] : 0;
    dequantize_run<V>(args.x, args.y, args.outer * args.inner, args.scale[0], zero);
    return;
  }
  for (size_t o = 0; o < args.outer; ++o) {
    const size_t start = o * args.channels * args.inner;
    if (args.inner == 1) {
      dequantize_channels<V>(args, args.x + start, args.y + start);
      continue;
    }
    for (size_t c = 0; c < args.channels; ++c) {
      const int32_t zero = args.zero_point ? args.zero_point[c] : 0;
      const size_t at = start + c * args.inner;
      dequantize_run<V>(args.x + at, args.y + at, args.inner, args.scale[c], zero);
    }
  }
}

}  // namespace
}  // namespace linnet

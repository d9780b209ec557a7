#pragma once

#include "kernels/minmax_f32/minmax_f32_body.h"
#include "kernels/quantize_rows/quantize_rows.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

// One row of k floats to bytes 0…255, or with `offset` 128 to −128…127; `zero` is the u8 zero
// point.
template <class V>
inline void quantize_row(const float* x, uint8_t* y, size_t k, float scale, int32_t zero,
                         bool signed_output) {
  using Int = typename V::Int;
  const V divisor = scale;
  const V low = static_cast<float>(-zero);
  const V high = static_cast<float>(255 - zero);
  const Int stored_zero = signed_output ? zero - 128 : zero;
  const auto quantize = [&](V value) {
    const V t = value / divisor;
    return round_to_quantized<V>(select(is_nan(t), V(0.0f), t), low, high, stored_zero);
  };
  int8_t* signed_y = reinterpret_cast<int8_t*>(y);
  size_t i = 0;
  if (signed_output) {
    for (; i + V::kLanes <= k; i += V::kLanes) quantize(V::load(x + i)).store_s8(signed_y + i);
  } else {
    for (; i + V::kLanes <= k; i += V::kLanes) quantize(V::load(x + i)).store_u8(y + i);
  }
  if (i == k) return;
  const Int rest = quantize(V::load_partial(x + i, k - i));
  if (signed_output) {
    rest.store_s8_partial(signed_y + i, k - i);
  } else {
    rest.store_u8_partial(y + i, k - i);
  }
}

template <class V>
inline void quantize_rows_body(const QuantizeRowsArgs& args) {
  for (size_t row = 0; row < args.m; ++row) {
    const float* x = args.x + row * args.x_stride;
    uint8_t* y = args.y + row * args.y_stride;
    DynamicScale chosen;
    if (args.fixed) {
      chosen = *args.fixed;
    } else {
      float lo, hi;
      minmax_f32_body<V>({x, args.k, &lo, &hi});
      chosen = dynamic_scale(lo, hi, args.signed_output);
    }
    args.scale[row] = chosen.scale;
    args.zero_point[row] = chosen.zero_point;
    const int32_t zero = chosen.zero_point + (args.signed_output ? 128 : 0);
    quantize_row<V>(x, y, args.k, chosen.scale, zero, args.signed_output);
    if (args.k_padded > args.k) {
      memset(y + args.k, chosen.zero_point & 0xff, args.k_padded - args.k);
    }
  }
}

}  // namespace
}  // namespace linnet

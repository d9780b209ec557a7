#pragma once

#include "kernels/quantize_f32_s8/quantize_f32_s8.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline void quantize_f32_s8_body(const QuantizeF32S8Args& args) {
  using Int = typename V::Int;
  const V scale = args.scale;
  const S8Output<V> output(args.zero_point, -128, 127);
  const auto quantize = [&](V x) {
    const V t = x / scale;
    return output(select(is_nan(t), V(0.0f), t));
  };
  size_t i = 0;
  for (; i + V::kLanes <= args.count; i += V::kLanes) {
    quantize(V::load(args.x + i)).store_s8(args.y + i);
  }
  if (i < args.count) {
    const size_t rest = args.count - i;
    const Int q = quantize(V::load_partial(args.x + i, rest));
    q.store_s8_partial(args.y + i, rest);
  }
}

}  // namespace
}  // namespace linnet

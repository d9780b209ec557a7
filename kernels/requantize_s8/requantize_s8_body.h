#pragma once

#include "kernels/requantize_s8/requantize_s8.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline void requantize_s8_body(const RequantizeS8Args& args) {
  using Int = typename V::Int;
  const Int zero = args.zero_point_in;
  const V multiplier = args.multiplier;
  const S8Output<V> output(args.zero_point_out, args.clamp_min, args.clamp_max);
  map_s8<V>(args.x, args.y, args.count,
            [&](Int q) { return output(to_float(q - zero) * multiplier); });
}

}  // namespace
}  // namespace linnet

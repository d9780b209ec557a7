#pragma once

#include "kernels/resize_linear_s8/resize_linear_s8.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

// Source pixels and weights of one output pixel.
struct Corners {
  const int8_t* top_left;
  const int8_t* top_right;
  const int8_t* bottom_left;
  const int8_t* bottom_right;
  float u, v;
};

template <class V>
inline V blend(const Corners& p, size_t i, size_t count, typename V::Int zero) {
  using Int = typename V::Int;
  const auto load = [&](const int8_t* q) {
    const Int loaded =
        count == V::kLanes ? Int::load_s8(q + i) : Int::load_s8_partial(q + i, count);
    return to_float(loaded - zero);
  };
  const V u = p.u, u1 = 1.0f - p.u, v = p.v, v1 = 1.0f - p.v;
  const V a = load(p.top_left) * u1 + load(p.top_right) * u;
  const V b = load(p.bottom_left) * u1 + load(p.bottom_right) * u;
  return a * v1 + b * v;
}

template <class V>
inline void resize_linear_s8_body(const ResizeLinearS8Args& args) {
  using Int = typename V::Int;
  const size_t c = args.c;
  const Int zero = args.zero_point_in;
  const V multiplier = args.multiplier;
  const S8Output<V> output(args.zero_point_out, -128, 127);
  for (size_t row = args.row_begin; row < args.row_end; ++row) {
    const size_t oy = row % args.oh;
    const int8_t* image = args.x + row / args.oh * args.h * args.w * c;
    const int8_t* top = image + static_cast<size_t>(args.rows.first[oy]) * args.w * c;
    const int8_t* bottom = image + static_cast<size_t>(args.rows.second[oy]) * args.w * c;
    for (size_t ox = 0; ox < args.ow; ++ox) {
      const size_t left = static_cast<size_t>(args.columns.first[ox]) * c;
      const size_t right = static_cast<size_t>(args.columns.second[ox]) * c;
      const Corners corners = {
          top + left,          top + right, bottom + left, bottom + right, args.columns.weight[ox],
          args.rows.weight[oy]};
      int8_t* y = args.y + (row * args.ow + ox) * c;
      size_t i = 0;
      for (; i + V::kLanes <= c; i += V::kLanes) {
        output(blend<V>(corners, i, V::kLanes, zero) * multiplier).store_s8(y + i);
      }
      if (i < c)
        output(blend<V>(corners, i, c - i, zero) * multiplier).store_s8_partial(y + i, c - i);
    }
  }
}

}  // namespace
}  // namespace linnet

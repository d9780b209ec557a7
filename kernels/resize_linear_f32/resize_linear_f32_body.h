#pragma once

#include "kernels/resize_linear_f32/resize_linear_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

// Weights of one axis at one output index: 1 − w and w.
template <class T>
inline T lerp(T a, T b, T complement, T weight) {
  return a * complement + b * weight;
}

template <class V>
inline void resize_linear_f32_body(const ResizeLinearF32Args& args) {
  const size_t c = args.c;
  for (size_t row = args.row_begin; row < args.row_end; ++row) {
    const size_t oy = row % args.oh;
    const float* image = args.x + row / args.oh * args.h * args.w * c;
    const float* top = image + static_cast<size_t>(args.rows.first[oy]) * args.w * c;
    const float* bottom = image + static_cast<size_t>(args.rows.second[oy]) * args.w * c;
    const float v = args.rows.weight[oy], v1 = 1.0f - v;
    for (size_t ox = 0; ox < args.ow; ++ox) {
      const size_t left = static_cast<size_t>(args.columns.first[ox]) * c;
      const size_t right = static_cast<size_t>(args.columns.second[ox]) * c;
      const float u = args.columns.weight[ox], u1 = 1.0f - u;
      float* y = args.y + (row * args.ow + ox) * c;
      size_t i = 0;
      for (; i + V::kLanes <= c; i += V::kLanes) {
        const V a = lerp<V>(V::load(top + left + i), V::load(top + right + i), u1, u);
        const V b = lerp<V>(V::load(bottom + left + i), V::load(bottom + right + i), u1, u);
        lerp<V>(a, b, v1, v).store(y + i);
      }
      for (; i < c; ++i) {
        const float a = lerp(top[left + i], top[right + i], u1, u);
        const float b = lerp(bottom[left + i], bottom[right + i], u1, u);
        y[i] = lerp(a, b, v1, v);
      }
    }
  }
}

}  // namespace
}  // namespace linnet

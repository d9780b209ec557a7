#pragma once

#include <cstring>

#include "kernels/gather_panels_s8_f32/gather_panels_s8_f32.h"
#include "kernels/pack/panels.h"

namespace linnet {
namespace {

// Two groups of four bytes, `apart` bytes from each other.
inline uint64_t two_groups(const int8_t* p, size_t apart) {
  uint32_t first, second;
  memcpy(&first, p, sizeof first);
  memcpy(&second, p + apart, sizeof second);
  return first | static_cast<uint64_t>(second) << 32;
}

// widen(bytes) gives eight int8, the lowest byte first, as a vector of eight floats.
template <class V, class Widen>
inline void gather_panels_s8_f32_body(const GatherPanelsS8F32Args& args, Widen widen) {
  constexpr size_t kLine = kQuantPanelRows * kQuantPanelGroup;
  for (size_t i = 0; i < args.count; ++i) {
    const int64_t index = args.indices[i];
    const size_t row =
        index < 0 ? args.n - static_cast<size_t>(-index) : static_cast<size_t>(index);
    const int8_t* w = args.w + row / kQuantPanelRows * args.w_panel_stride +
                      row % kQuantPanelRows * kQuantPanelGroup;
    float* y = args.y + i * args.y_stride;
    const float scale = args.w_scale[row];
    const V factor = scale;
    size_t j = 0;
    for (; j + 8 <= args.k; j += 8) {
      (widen(two_groups(w, kLine)) * factor).store(y + j);
      w += 2 * kLine;
    }
    for (size_t t = 0; j + t < args.k; ++t) {
      y[j + t] = scale * static_cast<float>(w[t / kQuantPanelGroup * kLine + t % kQuantPanelGroup]);
    }
  }
}

}  // namespace
}  // namespace linnet

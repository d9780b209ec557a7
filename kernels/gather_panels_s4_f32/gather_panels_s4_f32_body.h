#pragma once

#include <cstring>

#include "kernels/convert_f16_f32/half_bits.h"
#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32.h"
#include "kernels/pack/panels.h"

namespace linnet {
namespace {

// The eight codes of a row in a line of its panel, in the order of k, one in each byte.
inline uint64_t eight_codes(const uint8_t* p) {
  uint32_t pairs;
  memcpy(&pairs, p, sizeof pairs);
  const uint32_t low = pairs & 0x0f0f0f0fu, high = pairs >> 4 & 0x0f0f0f0fu;
  return low | static_cast<uint64_t>(high) << 32;
}

// look_up(codes) gives the table's values of eight codes, the lowest byte first, as floats.
template <class V, class LookUp>
inline void gather_s4_row(const GatherPanelsS4F32Args& args, size_t row, float* y, LookUp look_up) {
  constexpr size_t kLine = kQuantPanelRows * kQuantPanelGroup;
  const uint8_t* p = args.w + row / kQuantPanelRows * args.w_panel_stride;
  row %= kQuantPanelRows;
  for (size_t start = 0; start < args.k; start += args.block) {
    const size_t length = args.k - start < args.block ? args.k - start : args.block;
    const uint8_t* scales = p + (length + 7) / 8 * kLine;
    uint16_t half;
    memcpy(&half, scales + row * sizeof half, sizeof half);
    const V scale = float_of_half(half);
    p += row * kQuantPanelGroup;
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
      (look_up(eight_codes(p)) * scale).store(y + start + i);
      p += kLine;
    }
    if (i < length) (look_up(eight_codes(p)) * scale).store_partial(y + start + i, length - i);
    p = scales + kQuantPanelRows * sizeof half;
  }
}

template <class V, class LookUp>
inline void gather_panels_s4_f32_body(const GatherPanelsS4F32Args& args, LookUp look_up) {
  for (size_t i = 0; i < args.count; ++i) {
    const int64_t index = args.indices[i];
    const size_t row =
        index < 0 ? args.n - static_cast<size_t>(-index) : static_cast<size_t>(index);
    gather_s4_row<V>(args, row, args.y + i * args.y_stride, look_up);
  }
}

}  // namespace
}  // namespace linnet

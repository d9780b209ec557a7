#include "kernels/pack/pack_panels_s8.h"

#include <cstring>

namespace linnet {

bool pack_panels_s8(const int8_t* w, size_t w_stride, size_t n, size_t k, void* out) {
  const size_t panel_bytes = static_cast<size_t>(panel_bytes_s8(k));
  const size_t panels = static_cast<size_t>(panel_count(n));
  std::memset(out, 0, static_cast<size_t>(panels_size_s8(n, k)));
  auto* bytes = static_cast<int8_t*>(out);
  auto* row_sums = reinterpret_cast<int32_t*>(bytes + panels * panel_bytes);
  bool representable = true;
  for (size_t row = 0; row < n; ++row) {
    int8_t* panel_row =
        bytes + row / kQuantPanelRows * panel_bytes + row % kQuantPanelRows * kQuantPanelGroup;
    uint32_t sum = 0;
    for (size_t i = 0; i < k; ++i) {
      const int8_t value = w[row * w_stride + i];
      representable = representable && value != -128;
      panel_row[i / kQuantPanelGroup * (kQuantPanelRows * kQuantPanelGroup) +
                i % kQuantPanelGroup] = value;
      sum += static_cast<uint32_t>(static_cast<int32_t>(value));
    }
    row_sums[row] = static_cast<int32_t>(sum);
  }
  return representable;
}

void unpack_panels_s8(const void* packed, size_t n, size_t k, int8_t* w, size_t w_stride) {
  const size_t panel_bytes = static_cast<size_t>(panel_bytes_s8(k));
  const auto* bytes = static_cast<const int8_t*>(packed);
  for (size_t row = 0; row < n; ++row) {
    const int8_t* panel_row =
        bytes + row / kQuantPanelRows * panel_bytes + row % kQuantPanelRows * kQuantPanelGroup;
    for (size_t i = 0; i < k; ++i) {
      w[row * w_stride + i] =
          panel_row[i / kQuantPanelGroup * (kQuantPanelRows * kQuantPanelGroup) +
                    i % kQuantPanelGroup];
    }
  }
}

}  // namespace linnet

#include "kernels/pack/pack_panels_s4.h"

#include <cstring>

#include "kernels/pack/pack_panels_f32.h"

namespace linnet {
namespace {

constexpr size_t kLine = 32;                         // bytes of two k groups of a panel
constexpr size_t kScaleBytes = 2 * kQuantPanelRows;  // after each block

// Where value i of a row stands in its panel: the byte, and the shift of its nibble.
struct NibblePlace {
  size_t byte;
  unsigned shift;
};

NibblePlace place_nibble(size_t row_in_panel, size_t i, size_t block) {
  const size_t byte =
      i / 8 * kLine + i / block * kScaleBytes + row_in_panel * kQuantPanelGroup + i % 4;
  return {byte, i % 8 < 4 ? 0u : 4u};
}

// Where the scale of block b of a row stands in its panel, in bytes.
size_t place_scale(size_t row_in_panel, size_t b, size_t k, size_t block) {
  const size_t block_end = (b + 1) * block < k ? (b + 1) * block : k;
  return (block_end + 7) / 8 * kLine + b * kScaleBytes + row_in_panel * 2;
}

// The code that decodes to 0, or 16.
unsigned find_zero(const int8_t* table) {
  unsigned zero = 0;
  while (zero < 16 && table[zero] != 0) ++zero;
  return zero;
}

bool valid(const PackPanelsS4Args& args) {
  if (!panel_block_supported(args.block)) return false;
  for (int code = 0; code < 16; ++code) {
    if (args.table[code] == -128) return false;
  }
  if (args.k % 8 != 0 && find_zero(args.table) == 16) return false;
  for (size_t row = 0; row < args.n; ++row) {
    for (size_t i = 0; i < args.k; ++i) {
      if (args.codes[row * args.codes_stride + i] > 15) return false;
    }
  }
  return true;
}

// Writes one row of codes and scales and returns its comp.
float pack_row(const PackPanelsS4Args& args, size_t row, uint8_t* panel) {
  const size_t row_in_panel = row % kQuantPanelRows;
  const uint8_t* codes = args.codes + row * args.codes_stride;
  const uint16_t* scales = args.scales + row * args.scales_stride;
  double comp = 0.0;
  for (size_t b = 0; b * args.block < args.k; ++b) {
    const size_t end = (b + 1) * args.block < args.k ? (b + 1) * args.block : args.k;
    int sum = 0;
    for (size_t i = b * args.block; i < end; ++i) {
      const NibblePlace place = place_nibble(row_in_panel, i, args.block);
      const unsigned keep = place.shift == 0 ? 0xf0u : 0x0fu;
      panel[place.byte] =
          static_cast<uint8_t>((panel[place.byte] & keep) | (unsigned{codes[i]} << place.shift));
      sum += args.table[codes[i]];
    }
    std::memcpy(panel + place_scale(row_in_panel, b, args.k, args.block), &scales[b], 2);
    comp += static_cast<double>(float_from_half(scales[b])) * sum;
  }
  return static_cast<float>(comp);
}

}  // namespace

bool pack_panels_s4(const PackPanelsS4Args& args, void* out) {
  if (!valid(args)) return false;
  const size_t panel_bytes = static_cast<size_t>(panel_bytes_s4(args.k, args.block));
  const size_t panels = static_cast<size_t>(panel_count(args.n));
  auto* bytes = static_cast<uint8_t*>(out);
  const unsigned zero = find_zero(args.table) & 15u;
  for (size_t p = 0; p < panels; ++p) {
    uint8_t* panel = bytes + p * panel_bytes;
    std::memset(panel, static_cast<int>(zero | zero << 4), panel_bytes);
    for (size_t b = 0; b < panel_block_count(args.k, args.block); ++b) {
      std::memset(panel + place_scale(0, b, args.k, args.block), 0, kScaleBytes);
    }
  }
  auto* comp = reinterpret_cast<float*>(bytes + panels * panel_bytes);
  std::memset(comp, 0, panels * kQuantPanelRows * sizeof(float));
  for (size_t row = 0; row < args.n; ++row) {
    comp[row] = pack_row(args, row, bytes + row / kQuantPanelRows * panel_bytes);
  }
  return true;
}

void unpack_panels_s4(const void* packed, size_t n, size_t k, size_t block, uint8_t* codes,
                      size_t codes_stride, uint16_t* scales, size_t scales_stride) {
  const size_t panel_bytes = static_cast<size_t>(panel_bytes_s4(k, block));
  for (size_t row = 0; row < n; ++row) {
    const uint8_t* panel =
        static_cast<const uint8_t*>(packed) + row / kQuantPanelRows * panel_bytes;
    const size_t row_in_panel = row % kQuantPanelRows;
    for (size_t i = 0; i < k; ++i) {
      const NibblePlace place = place_nibble(row_in_panel, i, block);
      codes[row * codes_stride + i] = (panel[place.byte] >> place.shift) & 15;
    }
    for (size_t b = 0; b < panel_block_count(k, block); ++b) {
      std::memcpy(&scales[row * scales_stride + b], panel + place_scale(row_in_panel, b, k, block),
                  2);
    }
  }
}

}  // namespace linnet

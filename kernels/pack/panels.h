#pragma once

#include <cstddef>
#include <cstdint>

// Sizes and offsets of packed weights ("panels"), as they stand in the model file and as the
// integer GEMM kernels read them, on every instruction set.
//
// W is n output rows of k values. A panel is 8 rows; n is padded to 8, k to 4 (s8) or 8 (s4), with
// values of zero.
//   s8: [panel][k group of 4][row 0…7][4 k]            one byte a value
//       then int32 row_sum[n padded], the sum of the row's values
//   s4: [panel][block][pair of k groups][row 0…7][4 k] low nibble: first group, high nibble: second
//                     [f16 scale of row 0…7]           after the nibbles of each block
//       then f32 comp[n padded], the sum over the row's blocks of scale * (sum of values)
// All numbers are little endian. A packed tensor starts at a multiple of 64 bytes; its panels are
// then 32-byte (s8) or 16-byte (s4) aligned.
//
// Sizes are computed in 64 bits and saturate at UINT64_MAX, so a size that does not fit never
// equals the size of a real segment: callers need no overflow checks of their own.

namespace linnet {

inline constexpr size_t kQuantPanelRows = 8;
inline constexpr size_t kQuantPanelGroup = 4;
inline constexpr uint64_t kPanelSizeOverflow = UINT64_MAX;

constexpr uint64_t panel_add(uint64_t a, uint64_t b) {
  return a > kPanelSizeOverflow - b ? kPanelSizeOverflow : a + b;
}
constexpr uint64_t panel_mul(uint64_t a, uint64_t b) {
  return b != 0 && a > kPanelSizeOverflow / b ? kPanelSizeOverflow : a * b;
}
constexpr uint64_t panel_ceil_div(uint64_t a, uint64_t b) { return a / b + (a % b != 0); }

// Panels of a matrix of n rows, and n rounded up to whole panels.
constexpr uint64_t panel_count(uint64_t n) { return panel_ceil_div(n, kQuantPanelRows); }
constexpr uint64_t panel_padded_rows(uint64_t n) {
  return panel_mul(panel_count(n), kQuantPanelRows);
}

// Bytes of one s8 panel: the distance between panels.
constexpr uint64_t panel_bytes_s8(uint64_t k) {
  return panel_mul(panel_ceil_div(k, kQuantPanelGroup), kQuantPanelRows * kQuantPanelGroup);
}
// Where the row sums start, in bytes from the first panel.
constexpr uint64_t panel_row_sums_offset_s8(uint64_t n, uint64_t k) {
  return panel_mul(panel_count(n), panel_bytes_s8(k));
}
// Bytes of the packed tensor: panels and row sums.
constexpr uint64_t panels_size_s8(uint64_t n, uint64_t k) {
  return panel_add(panel_row_sums_offset_s8(n, k), panel_mul(panel_padded_rows(n), 4));
}

// Block sizes of 4-bit weights.
constexpr bool panel_block_supported(uint64_t block) {
  return block == 32 || block == 64 || block == 128;
}
// Blocks of a row; the last one may be short.
constexpr uint64_t panel_block_count(uint64_t k, uint64_t block) {
  return panel_ceil_div(k, block);
}
// Bytes of one s4 panel. `block` must be supported.
constexpr uint64_t panel_bytes_s4(uint64_t k, uint64_t block) {
  return panel_add(panel_mul(panel_ceil_div(k, 8), 32),
                   panel_mul(panel_block_count(k, block), 2 * kQuantPanelRows));
}
// Where comp starts, in bytes from the first panel.
constexpr uint64_t panel_comp_offset_s4(uint64_t n, uint64_t k, uint64_t block) {
  return panel_mul(panel_count(n), panel_bytes_s4(k, block));
}
// Bytes of the packed tensor: panels and comp.
constexpr uint64_t panels_size_s4(uint64_t n, uint64_t k, uint64_t block) {
  return panel_add(panel_comp_offset_s4(n, k, block), panel_mul(panel_padded_rows(n), 4));
}

}  // namespace linnet

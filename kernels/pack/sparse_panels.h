#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pack/panels.h"

// Packed weights without the k groups that are zero, as they stand in the model file and as the
// sparse GEMM kernels read them, on every instruction set.
//
// W is n output rows of k values. As in panels.h a panel is 8 rows and a k group is 4 values of k
// of its rows; n and k are padded with zeros. A group that is zero in all 8 rows is absent: it is
// neither stored nor multiplied. The others are the entries, panel after panel. Of the sections
// below each begins at a multiple of 64 bytes, the first at 0; what is between them is zero. All
// numbers are little endian.
//
//   s8: u32  first[panels + 1]        the entries of panel p: first[p] … first[p + 1] - 1
//       u16  kinds[panels][4]         how many entries of each kind, see below
//       s32  row_sum[n padded]        the sum of the row's values
//       s32  offset[n padded]         -128 * (sum of w) of the unsigned entries + (sum of |w| over
//                                     w < 0) of the signed ones
//       u16  group[entries]           which k group an entry is
//       s8   w[entries][row 0…7][4 k]
//
//       The entries of a panel stand in the order: unsigned pairs, unsigned singles, signed pairs,
//       signed singles; ascending in each. The kinds are for multipliers that add two products of
//       u8 and s8 in 16 bits with saturation. The unsigned form multiplies u = a + 128 by w: it is
//       exact if of two neighbouring weights, and of a pair of entries together, the positive ones
//       add up to 128 at most and the negative ones to -128 at least. The signed form multiplies
//       |w| by a (w >= 0) or ~a (w < 0): always exact, and for pairs whose magnitudes add up to 256
//       at most. kinds[] counts entries, not pairs: the first three, then 0.
//
//  f32: u32  first[panels + 1]
//       u16  group[entries]           ascending in a panel
//       f32  w[entries][4 k][row 0…7]
//
//   s4: u32  first[panels + 1]        an entry is a line: two k groups of the same block
//       u32  first_scale[panels + 1]  the present blocks (those with lines) before panel p
//       f32  comp[n padded]           as in panels.h
//       u8   lines[panels][blocks]    the lines of each block; those of a panel follow its blocks
//       u16  group[entries][2]        ascending in a panel; where a block has an odd number of
//       groups
//                                     the last line repeats its group, with codes that stand for 0
//       f16  scale[present blocks][row 0…7]
//       u8   w[entries][row 0…7][4 k] low nibble: first group, high nibble: second
//
// Everything before w is checked once when a file is opened; w itself may hold anything.
//
// Sizes are computed in 64 bits and saturate, as in panels.h.

namespace linnet {

inline constexpr uint64_t kSparseAlignment = 64;
inline constexpr uint64_t kSparseMaxGroups = 65536;  // of a row: k <= 262 144
inline constexpr uint64_t kSparseGroupBytesS8 = 32;  // of an entry
inline constexpr uint64_t kSparseGroupBytesF32 = 128;
inline constexpr uint64_t kSparseLineBytesS4 = 32;

// Views of packed tensors for kernels. Columns from a multiple of 8 on are a view too: advance
// first and, where it is there, what has a value or a row for each panel, row or column; leave what
// is counted in entries.

struct SparsePanelsS8 {
  const uint32_t* first = nullptr;    // [panels + 1]
  const uint16_t* kinds = nullptr;    // [panels][4]
  const int32_t* row_sums = nullptr;  // [n padded to 8]
  const int32_t* offsets = nullptr;   // [n padded to 8]
  const uint16_t* groups = nullptr;   // [entries]
  const int8_t* w = nullptr;          // [entries][8][4]
};

struct SparsePanelsF32 {
  const uint32_t* first = nullptr;   // [panels + 1]
  const uint16_t* groups = nullptr;  // [entries]
  const float* w = nullptr;          // [entries][4][8]
};

struct SparsePanelsS4 {
  const uint32_t* first = nullptr;        // [panels + 1]
  const uint32_t* first_scale = nullptr;  // [panels + 1]
  const float* comp = nullptr;            // [n padded to 8]
  const uint8_t* lines = nullptr;         // [panels][blocks]
  const uint16_t* groups = nullptr;       // [entries][2]
  const uint16_t* scales = nullptr;       // [present blocks][8], f16 bits
  const uint8_t* w = nullptr;             // [entries][8][4]
};

// Where the sections of a packed tensor begin, in bytes, and its size. UINT64_MAX stands for what
// does not fit.
struct SparseLayoutS8 {
  uint64_t kinds, row_sums, offsets, groups, w, size;
};
struct SparseLayoutF32 {
  uint64_t groups, w, size;
};
struct SparseLayoutS4 {
  uint64_t first_scale, comp, lines, groups, scales, w, size;
};

constexpr uint64_t sparse_align(uint64_t offset) {
  return panel_mul(panel_ceil_div(offset, kSparseAlignment), kSparseAlignment);
}
// The section after one that begins at `offset` and has count values of `bytes` bytes.
constexpr uint64_t sparse_after(uint64_t offset, uint64_t count, uint64_t bytes) {
  return sparse_align(panel_add(offset, panel_mul(count, bytes)));
}
constexpr uint64_t sparse_groups(uint64_t k) { return panel_ceil_div(k, kQuantPanelGroup); }

constexpr SparseLayoutS8 sparse_layout_s8(uint64_t n, uint64_t entries) {
  SparseLayoutS8 at{};
  at.kinds = sparse_after(0, panel_add(panel_count(n), 1), 4);
  at.row_sums = sparse_after(at.kinds, panel_count(n), 8);
  at.offsets = sparse_after(at.row_sums, panel_padded_rows(n), 4);
  at.groups = sparse_after(at.offsets, panel_padded_rows(n), 4);
  at.w = sparse_after(at.groups, entries, 2);
  at.size = panel_add(at.w, panel_mul(entries, kSparseGroupBytesS8));
  return at;
}

constexpr SparseLayoutF32 sparse_layout_f32(uint64_t n, uint64_t entries) {
  SparseLayoutF32 at{};
  at.groups = sparse_after(0, panel_add(panel_count(n), 1), 4);
  at.w = sparse_after(at.groups, entries, 2);
  at.size = panel_add(at.w, panel_mul(entries, kSparseGroupBytesF32));
  return at;
}

constexpr SparseLayoutS4 sparse_layout_s4(uint64_t n, uint64_t k, uint64_t block, uint64_t entries,
                                          uint64_t scales) {
  SparseLayoutS4 at{};
  at.first_scale = sparse_after(0, panel_add(panel_count(n), 1), 4);
  at.comp = sparse_after(at.first_scale, panel_add(panel_count(n), 1), 4);
  at.lines = sparse_after(at.comp, panel_padded_rows(n), 4);
  at.groups = sparse_after(at.lines, panel_mul(panel_count(n), panel_block_count(k, block)), 1);
  at.scales = sparse_after(at.groups, entries, 4);
  at.w = sparse_after(at.scales, scales, 2 * kQuantPanelRows);
  at.size = panel_add(at.w, panel_mul(entries, kSparseLineBytesS4));
  return at;
}

// Open `size` bytes at `packed`, which come from a file and may hold anything, as the weights of n
// rows of k values. True, and *out filled, if the size is right and everything before w is as
// described above, so that kernels read nothing outside; false otherwise. w is not read: counts of
// kinds that its values do not keep give wrong numbers, no more. packed: aligned to 64 bytes, and
// must outlive the view. Takes time in proportion to the entries. Stateless, thread-safe, no
// allocation.
[[nodiscard]] bool open_sparse_panels_s8(const void* packed, uint64_t size, uint64_t n, uint64_t k,
                                         SparsePanelsS8* out);
[[nodiscard]] bool open_sparse_panels_f32(const void* packed, uint64_t size, uint64_t n, uint64_t k,
                                          SparsePanelsF32* out);
// block: as checked by panel_block_supported(), else false.
[[nodiscard]] bool open_sparse_panels_s4(const void* packed, uint64_t size, uint64_t n, uint64_t k,
                                         uint64_t block, SparsePanelsS4* out);

}  // namespace linnet

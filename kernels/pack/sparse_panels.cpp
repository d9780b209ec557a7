#include "kernels/pack/sparse_panels.h"

namespace linnet {
namespace {

// The tensor as bytes, and its sections.
struct Bytes {
  const uint8_t* data;
  uint64_t size;

  template <typename T>
  const T* at(uint64_t offset) const {
    return reinterpret_cast<const T*>(data + static_cast<size_t>(offset));
  }
};

// n and k in range, and the table of entries (and `tables` more) inside the tensor.
bool fits(const Bytes& bytes, uint64_t n, uint64_t k, uint64_t table_end) {
  return n != 0 && k != 0 && sparse_groups(k) <= kSparseMaxGroups && table_end <= bytes.size &&
         reinterpret_cast<uintptr_t>(bytes.data) % kSparseAlignment == 0;
}

// Whether table[0 … panels] goes from 0 up in steps of at most `most`.
bool table_rises(const uint32_t* table, size_t panels, uint64_t most) {
  if (table[0] != 0) return false;
  for (size_t p = 0; p < panels; ++p) {
    if (table[p + 1] < table[p] || table[p + 1] - table[p] > most) return false;
  }
  return true;
}

// Whether group[0 … count) is below `end` and ascending, without equals.
bool ascends(const uint16_t* group, size_t count, uint64_t end) {
  for (size_t i = 0; i < count; ++i) {
    if (group[i] >= end || (i > 0 && group[i] <= group[i - 1])) return false;
  }
  return true;
}

bool kinds_valid(const uint16_t* kinds, const uint16_t* group, uint64_t count, uint64_t groups) {
  if (kinds[0] % 2 != 0 || kinds[2] % 2 != 0 || kinds[3] != 0) return false;
  for (int kind = 0; kind < 3; ++kind) {
    if (kinds[kind] > count || !ascends(group, kinds[kind], groups)) return false;
    group += kinds[kind];
    count -= kinds[kind];
  }
  return ascends(group, static_cast<size_t>(count), groups);
}

// The lines of one block, whose groups are begin … end - 1.
bool lines_valid(const uint16_t* group, size_t lines, uint64_t begin, uint64_t end) {
  for (size_t l = 0; l < lines; ++l) {
    const uint16_t first = group[2 * l], second = group[2 * l + 1];
    if (first < begin || second < first || second >= end) return false;
    if (second == first && l + 1 != lines) return false;
    begin = uint64_t{second} + 1;
  }
  return true;
}

}  // namespace

bool open_sparse_panels_s8(const void* packed, uint64_t size, uint64_t n, uint64_t k,
                           SparsePanelsS8* out) {
  const Bytes bytes = {static_cast<const uint8_t*>(packed), size};
  if (!fits(bytes, n, k, sparse_layout_s8(n, 0).kinds)) return false;
  const size_t panels = static_cast<size_t>(panel_count(n));
  const uint64_t groups = sparse_groups(k);
  const auto* first = bytes.at<uint32_t>(0);
  const SparseLayoutS8 at = sparse_layout_s8(n, first[panels]);
  if (at.size != size || !table_rises(first, panels, groups)) return false;
  const auto* kinds = bytes.at<uint16_t>(at.kinds);
  const auto* group = bytes.at<uint16_t>(at.groups);
  for (size_t p = 0; p < panels; ++p) {
    if (!kinds_valid(kinds + 4 * p, group + first[p], first[p + 1] - first[p], groups))
      return false;
  }
  *out = {first,
          kinds,
          bytes.at<int32_t>(at.row_sums),
          bytes.at<int32_t>(at.offsets),
          group,
          bytes.at<int8_t>(at.w)};
  return true;
}

bool open_sparse_panels_f32(const void* packed, uint64_t size, uint64_t n, uint64_t k,
                            SparsePanelsF32* out) {
  const Bytes bytes = {static_cast<const uint8_t*>(packed), size};
  if (!fits(bytes, n, k, sparse_layout_f32(n, 0).groups)) return false;
  const size_t panels = static_cast<size_t>(panel_count(n));
  const uint64_t groups = sparse_groups(k);
  const auto* first = bytes.at<uint32_t>(0);
  const SparseLayoutF32 at = sparse_layout_f32(n, first[panels]);
  if (at.size != size || !table_rises(first, panels, groups)) return false;
  const auto* group = bytes.at<uint16_t>(at.groups);
  for (size_t p = 0; p < panels; ++p) {
    if (!ascends(group + first[p], first[p + 1] - first[p], groups)) return false;
  }
  *out = {first, group, bytes.at<float>(at.w)};
  return true;
}

bool open_sparse_panels_s4(const void* packed, uint64_t size, uint64_t n, uint64_t k,
                           uint64_t block, SparsePanelsS4* out) {
  const Bytes bytes = {static_cast<const uint8_t*>(packed), size};
  if (!panel_block_supported(block)) return false;
  if (!fits(bytes, n, k, sparse_layout_s4(n, k, block, 0, 0).comp)) return false;
  const size_t panels = static_cast<size_t>(panel_count(n));
  const size_t blocks = static_cast<size_t>(panel_block_count(k, block));
  const uint64_t groups = sparse_groups(k), block_groups = block / kQuantPanelGroup;
  const auto* first = bytes.at<uint32_t>(0);
  const auto* first_scale = bytes.at<uint32_t>(sparse_layout_s4(n, k, block, 0, 0).first_scale);
  const SparseLayoutS4 at = sparse_layout_s4(n, k, block, first[panels], first_scale[panels]);
  if (at.size != size || !table_rises(first, panels, groups) ||
      !table_rises(first_scale, panels, blocks)) {
    return false;
  }
  const auto* lines = bytes.at<uint8_t>(at.lines);
  const auto* group = bytes.at<uint16_t>(at.groups);
  for (size_t p = 0; p < panels; ++p) {
    uint32_t line = first[p], scale = first_scale[p];
    for (size_t b = 0; b < blocks; ++b) {
      const size_t count = lines[p * blocks + b];
      if (count > first[p + 1] - line) return false;
      const uint64_t begin = b * block_groups;
      const uint64_t end = begin + block_groups < groups ? begin + block_groups : groups;
      if (!lines_valid(group + 2 * size_t{line}, count, begin, end)) return false;
      line += static_cast<uint32_t>(count);
      scale += count != 0 ? 1 : 0;
    }
    if (line != first[p + 1] || scale != first_scale[p + 1]) return false;
  }
  *out = {first,
          first_scale,
          bytes.at<float>(at.comp),
          lines,
          group,
          bytes.at<uint16_t>(at.scales),
          bytes.at<uint8_t>(at.w)};
  return true;
}

}  // namespace linnet

#include "kernels/pack/pack_sparse_panels_f32.h"

#include <cstring>

namespace linnet {
namespace {

constexpr size_t kGroupValues = kQuantPanelRows * kQuantPanelGroup;
static_assert(kGroupValues * sizeof(float) == kSparseGroupBytesF32);

struct Source {
  const float* src;
  size_t stride_n, stride_k, n, k;

  // Rows first_row … first_row + 7 of one k group as [4 k][row], padded with zeros. False if all of
  // it is +0.
  bool read(size_t first_row, size_t group, float* entry) const {
    std::memset(entry, 0, kGroupValues * sizeof(float));
    uint32_t any = 0;
    for (size_t i = 0; i < kQuantPanelGroup && group * kQuantPanelGroup + i < k; ++i) {
      for (size_t r = 0; r < kQuantPanelRows && first_row + r < n; ++r) {
        const float* value =
            src + (first_row + r) * stride_n + (group * kQuantPanelGroup + i) * stride_k;
        uint32_t bits;
        std::memcpy(&bits, value, sizeof bits);
        std::memcpy(entry + i * kQuantPanelRows + r, &bits, sizeof bits);
        any |= bits;
      }
    }
    return any != 0;
  }
};

}  // namespace

uint64_t count_sparse_groups_f32(const float* src, size_t stride_n, size_t stride_k, size_t n,
                                 size_t k) {
  const Source source = {src, stride_n, stride_k, n, k};
  uint64_t entries = 0;
  for (size_t row = 0; row < n; row += kQuantPanelRows) {
    for (size_t g = 0; g < sparse_groups(k); ++g) {
      float entry[kGroupValues];
      if (source.read(row, g, entry)) ++entries;
    }
  }
  return entries;
}

bool pack_sparse_panels_f32(const float* src, size_t stride_n, size_t stride_k, size_t n, size_t k,
                            uint64_t entries, void* out) {
  if (k == 0 || sparse_groups(k) > kSparseMaxGroups || entries > UINT32_MAX) return false;
  const Source source = {src, stride_n, stride_k, n, k};
  const SparseLayoutF32 at = sparse_layout_f32(n, entries);
  auto* bytes = static_cast<uint8_t*>(out);
  std::memset(out, 0, static_cast<size_t>(at.w));
  auto* first = reinterpret_cast<uint32_t*>(bytes);
  auto* groups = reinterpret_cast<uint16_t*>(bytes + at.groups);
  auto* values = reinterpret_cast<float*>(bytes + at.w);
  uint32_t count = 0;
  for (size_t row = 0; row < n; row += kQuantPanelRows) {
    for (size_t g = 0; g < sparse_groups(k); ++g) {
      float entry[kGroupValues];
      if (!source.read(row, g, entry)) continue;
      std::memcpy(values + count * kGroupValues, entry, sizeof entry);
      groups[count++] = static_cast<uint16_t>(g);
    }
    *++first = count;
  }
  return true;
}

void unpack_sparse_panels_f32(const SparsePanelsF32& packed, size_t n, size_t k, float* dst) {
  std::memset(dst, 0, n * k * sizeof(float));
  for (size_t row = 0; row < n; row += kQuantPanelRows) {
    const size_t panel = row / kQuantPanelRows;
    for (size_t e = packed.first[panel]; e < packed.first[panel + 1]; ++e) {
      const size_t column = size_t{packed.groups[e]} * kQuantPanelGroup;
      for (size_t i = 0; i < kGroupValues; ++i) {
        const size_t r = row + i % kQuantPanelRows, c = column + i / kQuantPanelRows;
        if (r < n && c < k) std::memcpy(dst + r * k + c, packed.w + e * kGroupValues + i, 4);
      }
    }
  }
}

}  // namespace linnet

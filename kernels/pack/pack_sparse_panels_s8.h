#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pack/sparse_panels.h"

// Packs int8 weights for gemm_sparse_s8s8 and gemm_sparse_s8s8_f32; the layout is in
// sparse_panels.h. w: n rows of k values in -127…127, row r at w + r * w_stride; 1 <= k <=
// 4 * kSparseMaxGroups. Stateless, thread-safe, no allocation.

namespace linnet {

// Entries of the packed form: the k groups of 8-row panels that are not all zero.
uint64_t count_sparse_groups_s8(const int8_t* w, size_t w_stride, size_t n, size_t k);

// out: sparse_layout_s8(n, entries).size bytes, 4-byte aligned, `entries` as counted. Returns
// false, with `out` unusable, if a value is -128 or the entries do not fit in 32 bits.
[[nodiscard]] bool pack_sparse_panels_s8(const int8_t* w, size_t w_stride, size_t n, size_t k,
                                         uint64_t entries, void* out);

// The inverse: writes n rows of k values.
void unpack_sparse_panels_s8(const SparsePanelsS8& packed, size_t n, size_t k, int8_t* w,
                             size_t w_stride);

}  // namespace linnet

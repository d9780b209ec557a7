#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pack/sparse_panels.h"

// Packs float weights for gemm_sparse_f32; the layout is in sparse_panels.h. Element [row][col] of
// W stands at src[row·stride_n + col·stride_k] (strides in elements); 1 <= k <= 4·kSparseMaxGroups.
// Zeros are +0: a group with a -0 is present, so that packing loses nothing. Stateless,
// thread-safe, no allocation.

namespace linnet {

// Entries of the packed form: the k groups of 8-row panels that are not all +0.
uint64_t count_sparse_groups_f32(const float* src, size_t stride_n, size_t stride_k, size_t n,
                                 size_t k);

// out: sparse_layout_f32(n, entries).size bytes, 4-byte aligned, `entries` as counted. Returns
// false, with `out` untouched, if k is out of range or the entries do not fit in 32 bits.
[[nodiscard]] bool pack_sparse_panels_f32(const float* src, size_t stride_n, size_t stride_k,
                                          size_t n, size_t k, uint64_t entries, void* out);

// The inverse: dst[row·k + col].
void unpack_sparse_panels_f32(const SparsePanelsF32& packed, size_t n, size_t k, float* dst);

}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pack/pack_panels_s4.h"
#include "kernels/pack/sparse_panels.h"

// Packs 4-bit weights for gemm_sparse_s8s4_f32; the layout is in sparse_panels.h. The arguments are
// those of pack_panels_s4; 1 <= k <= 4 * kSparseMaxGroups. A group is absent if all its codes stand
// for 0. Stateless, thread-safe, no allocation.

namespace linnet {

// Of the packed form.
struct SparseCountS4 {
  uint64_t lines = 0;
  uint64_t scales = 0;  // present blocks of 8-row panels
};

// Codes are 0…15 and the block size is supported.
SparseCountS4 count_sparse_lines_s4(const PackPanelsS4Args& args);

// out: sparse_layout_s4(n, k, block, count.lines, count.scales).size bytes, 4-byte aligned, `count`
// as counted. Rows that pad n get scale 0. Returns false, with `out` unusable, where pack_panels_s4
// would, if k is out of range or the lines do not fit in 32 bits.
[[nodiscard]] bool pack_sparse_panels_s4(const PackPanelsS4Args& args, const SparseCountS4& count,
                                         void* out);

// The inverse: codes [n][k] and scales [n][blocks], with the strides of PackPanelsS4Args. Absent
// groups get `zero_code`, absent blocks scale 0. comp is not read.
void unpack_sparse_panels_s4(const SparsePanelsS4& packed, size_t n, size_t k, size_t block,
                             uint8_t zero_code, uint8_t* codes, size_t codes_stride,
                             uint16_t* scales, size_t scales_stride);

}  // namespace linnet

#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/gemm_s8s8/dot_rows_arm.h"
#include "kernels/pack/sparse_panels.h"

// The loops over rows and panels that gemm_sparse_s8s8 and gemm_sparse_s8s8_f32 share on ARM. They
// store as the dense families do: PanelStore(args.gemm, i, j) comes from gemm_s8s8_arm.h or
// gemm_s8s8_f32_arm.h, which the kernel's file includes before. A `Dot` is the instruction set:
//
//   static constexpr int kTileRows;
//   // sums[r] = row r times the entries.
//   template <int kRows> static void tile(const int8_t* a, size_t a_stride, const SparseEntries&,
//                                         int32x4_t (&sums)[kRows][2]);
//
// Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kEntryBytes = 32;

// Those of one panel.
struct SparseEntries {
  const uint16_t* group;
  const int8_t* w;
  size_t count;
};

// One tile of a number of rows known at run time, 1…kRows, from row `first`.
template <typename Dot, int kRows, typename Store>
void sparse_tile(const int8_t* a, size_t a_stride, const SparseEntries& entries, size_t first,
                 size_t rows, const Store& store) {
  if (rows == static_cast<size_t>(kRows)) {
    int32x4_t sums[kRows][2];
    Dot::template tile<kRows>(a + first * a_stride, a_stride, entries, sums);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) store(first + static_cast<size_t>(r), sums[r][0], sums[r][1]);
  } else if constexpr (kRows > 1) {
    sparse_tile<Dot, kRows - 1>(a, a_stride, entries, first, rows, store);
  }
}

// Panel by panel, in tiles of nearly equal height.
template <typename Dot, typename Args>
void gemm_sparse_arm(const Args& args) {
  constexpr size_t kTileRows = static_cast<size_t>(Dot::kTileRows);
  for (size_t i0 = 0; i0 < args.gemm.m; i0 += kRowChunk) {
    const size_t rows = args.gemm.m - i0 < kRowChunk ? args.gemm.m - i0 : kRowChunk;
    const int8_t* a = args.gemm.a + i0 * args.gemm.a_stride;
    for (size_t p = 0; 8 * p < args.gemm.n; ++p) {
      const auto store = PanelStore(args.gemm, i0, 8 * p);
      const size_t first = args.w.first[p];
      const SparseEntries entries = {args.w.groups + first, args.w.w + first * kEntryBytes,
                                     args.w.first[p + 1] - first};
      size_t tiles = (rows + kTileRows - 1) / kTileRows;
      for (size_t i = 0; i < rows; --tiles) {
        const size_t height = (rows - i + tiles - 1) / tiles;
        sparse_tile<Dot, Dot::kTileRows>(a, args.gemm.a_stride, entries, i, height, store);
        i += height;
      }
    }
  }
}

}  // namespace
}  // namespace linnet

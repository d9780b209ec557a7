#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// The loops over rows that gemm_s8s8 and gemm_s8s8_f32 share on ARM. A `Dot` is the instruction
// set:
//
//   static constexpr int kTileRows;
//   template <int kRows> static void tile(a, a_stride, w, groups, int32x4_t (&sums)[kRows][2]);
//
// writes the products of kRows rows with one panel, `groups` k groups of 4 deep. Everything here is
// local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kRowChunk = 64;  // rows that share one pass over the weights
constexpr size_t kGroupBytes = 32;

// One tile of a number of rows known at run time, 1…kRows; store(r, columns 0…3, columns 4…7).
template <typename Dot, int kRows, typename Store>
void dot_tile(size_t rows, const int8_t* a, size_t a_stride, const int8_t* w, size_t groups,
              const Store& store) {
  if (rows == static_cast<size_t>(kRows)) {
    int32x4_t sums[kRows][2];
    Dot::template tile<kRows>(a, a_stride, w, groups, sums);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) store(static_cast<size_t>(r), sums[r][0], sums[r][1]);
  } else if constexpr (kRows > 1) {
    dot_tile<Dot, kRows - 1>(rows, a, a_stride, w, groups, store);
  }
}

// Rows [0, rows) times one panel; make_store(first_row) returns the Store of a tile.
template <typename Dot, typename MakeStore>
void dot_rows(size_t rows, const int8_t* a, size_t a_stride, const int8_t* w, size_t groups,
              const MakeStore& make_store) {
  constexpr size_t kTileRows = static_cast<size_t>(Dot::kTileRows);
  size_t tiles = (rows + kTileRows - 1) / kTileRows;
  for (size_t i = 0; i < rows; --tiles) {
    const size_t height = (rows - i + tiles - 1) / tiles;
    dot_tile<Dot, Dot::kTileRows>(height, a + i * a_stride, a_stride, w, groups, make_store(i));
    i += height;
  }
}

}  // namespace
}  // namespace linnet

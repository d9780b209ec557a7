#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// The loops over rows and panels that gemm_s8s8 and gemm_s8s8_f32 share on ARM. A `Dot` is the
// instruction set:
//
//   template <typename OpenPanel> static void rows(const DotProblem&, const OpenPanel&);
//
// forms all products of a problem. open_panel(j) returns the `store` of panel j, and store(row,
// sums of columns 0…3, of 4…7) takes the products of a row with that panel. Everything here is
// local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kRowChunk = 64;  // rows that share one pass over the weights

// Four hints to the optimiser, without effect on results.
//
// The offset, in a way that compilers see no further: all rows then keep one common offset instead
// of a pointer each, which would take more instructions.
inline size_t opaque(size_t offset) {
#if defined(__GNUC__)
  asm("" : "+r"(offset));
#endif
  return offset;
}
// Keeps Clang from seeing that both halves are equal: it would give up smull2 for them.
inline int8x16_t opaque(int8x16_t vector) {
#if defined(__GNUC__)
  asm("" : "+w"(vector));
#endif
  return vector;
}
// Keeps GCC from moving loads across: up to where no register is free for them, or down to their
// use, where those that stand together no longer become pairs.
inline void keep_loads_apart() {
#if defined(__GNUC__)
  asm volatile("" ::: "memory");
#endif
}
// Keeps Clang from holding what stands there in registers, which the products need all.
inline void keep_in_memory(const void* values) {
#if defined(__clang__)
  asm volatile("" ::"r"(values) : "memory");
#else
  static_cast<void>(values);
#endif
}

// A value for each of the 8 columns of a panel. `count` columns exist; the others,
// and all without `from`, are zeros.
template <typename Vector>
struct PanelValues {
  template <typename T>
  PanelValues(const T* from, size_t count) {
    T copy[8];
    if (from == nullptr || count != 8) {
      std::memset(copy, 0, sizeof copy);
      if (from != nullptr) std::memcpy(copy, from, count * sizeof(T));
      from = copy;
    }
    std::memcpy(half, from, sizeof half);
    keep_in_memory(half);
  }
  Vector half[2];
};

// Rows of A times panels of W; 1…kRowChunk rows.
struct DotProblem {
  const int8_t* a;
  size_t a_stride;
  size_t rows;
  const int8_t* w;
  size_t panel_stride;
  size_t panels;
  size_t groups;  // of 4 values of k
};

// Pointers to kRows rows.
template <int kRows>
struct RowPointers {
  RowPointers(const int8_t* a, size_t a_stride) {
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) row[r] = a + static_cast<size_t>(r) * a_stride;
  }
  const int8_t* row[kRows];
};

// One tile of a number of rows known at run time, 1…kRows, from row `first`.
// Dot::tile<kRows>(rows, offset, w, groups, sums) adds the products of the rows from `offset` on to
// sums, int32x4_t[kRows][2].
template <typename Dot, int kRows, typename Store>
void dot_tile(const DotProblem& p, const int8_t* w, size_t first, size_t rows, const Store& store) {
  if (rows == static_cast<size_t>(kRows)) {
    int32x4_t sums[kRows][2];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = vdupq_n_s32(0);
    const RowPointers<kRows> pointers(p.a + first * p.a_stride, p.a_stride);
    Dot::template tile<kRows>(pointers, 0, w, p.groups, sums);
    const Store own = store;  // the values of another would be read again after each result
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) own(first + static_cast<size_t>(r), sums[r][0], sums[r][1]);
  } else if constexpr (kRows > 1) {
    dot_tile<Dot, kRows - 1>(p, w, first, rows, store);
  }
}

// Panel by panel, in tiles of nearly equal height.
template <typename Dot, typename OpenPanel>
void dot_rows(const DotProblem& p, const OpenPanel& open_panel) {
  constexpr size_t kTileRows = static_cast<size_t>(Dot::kTileRows);
  const size_t tiles = (p.rows + kTileRows - 1) / kTileRows;
  const size_t height = p.rows / tiles, higher = p.rows % tiles;
  for (size_t j = 0; j < p.panels; ++j) {
    const auto store = open_panel(j);
    const int8_t* w = p.w + j * p.panel_stride;
    size_t i = 0;
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t rows = height + (tile < higher);
      dot_tile<Dot, Dot::kTileRows>(p, w, i, rows, store);
      i += rows;
    }
  }
}

}  // namespace
}  // namespace linnet

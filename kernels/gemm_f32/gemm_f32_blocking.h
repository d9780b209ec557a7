#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// The loops around the register tiles of gemm_f32 and gemm_f32f16. Private to their ISA files;
// everything here has internal linkage, because each file compiles it for its own instruction set.
//
// Order: blocks of rows (their part of A stays in L2), blocks of k (a few panels' part of W stays
// in L1), groups of panels, tiles of rows. Between blocks of k the sums wait in C, in f32, so the
// chain of fused multiply-adds is the same as without blocks.

namespace linnet {
namespace {

// One tile: whole panels, a few rows, `k` steps.
template <typename W>
struct GemmTile {
  const float* a;
  size_t lda;
  const W* w;
  size_t panel;       // elements from a panel to the next
  const float* bias;  // a value for every column of the panels, or null
  float* c;
  size_t ldc;
  size_t k;
  bool first;  // start from the bias, not from C
  bool last;   // clamp
  float clamp_min;
  float clamp_max;
};

template <typename W>
using GemmTileFn = void(const GemmTile<W>&);

// What an ISA offers for `panels` panels at once: tiles of 1 … max_rows rows.
template <typename W>
struct GemmTileSet {
  size_t panels;
  size_t max_rows;
  GemmTileFn<W>* const* by_rows;  // [max_rows]
};

struct GemmBlocks {
  size_t tile_rows;  // height of the tile for many rows
  size_t rows;
  size_t k;
};

inline constexpr size_t kGemmTileValues = 12 * 32;  // of the largest tile
inline constexpr size_t kGemmTileColumns = 128;     // of the widest

inline size_t gemm_min(size_t a, size_t b) { return a < b ? a : b; }
inline size_t gemm_ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }

inline void gemm_copy_columns(float* to, size_t to_stride, const float* from, size_t from_stride,
                              size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; ++r) {
    memcpy(to + r * to_stride, from + r * from_stride, columns * sizeof(float));
  }
}

// A tile of which only `columns` columns exist: computed in a buffer.
template <typename W>
void gemm_run_partial(GemmTileFn<W>* run, GemmTile<W> tile, size_t rows, size_t panels,
                      size_t columns) {
  float bias[kGemmTileColumns] = {};
  float values[kGemmTileValues] = {};
  float* const c = tile.c;
  const size_t ldc = tile.ldc;
  tile.c = values;
  tile.ldc = panels * 8;
  if (tile.bias != nullptr) {
    memcpy(bias, tile.bias, columns * sizeof(float));
    tile.bias = bias;
  }
  if (!tile.first) gemm_copy_columns(values, tile.ldc, c, ldc, rows, columns);
  run(tile);
  gemm_copy_columns(c, ldc, values, tile.ldc, rows, columns);
}

// All rows of one block for one group of panels, in tiles of nearly equal height.
template <typename W>
void gemm_run_rows(const GemmTileSet<W>& set, GemmTile<W> tile, size_t rows, size_t columns) {
  const size_t tiles = gemm_ceil_div(rows, set.max_rows);
  const size_t height = rows / tiles;
  const size_t taller = rows % tiles;
  for (size_t i = 0; i < tiles; ++i) {
    const size_t h = height + (i < taller ? 1 : 0);
    if (columns == set.panels * 8) {
      set.by_rows[h - 1](tile);
    } else {
      gemm_run_partial(set.by_rows[h - 1], tile, h, set.panels, columns);
    }
    tile.a += h * tile.lda;
    tile.c += h * tile.ldc;
  }
}

// `sets` are ordered from most to fewest panels; the last has one. The first is taken that has no
// more panels than are left and is high enough for the rows, so few rows get wide tiles (enough
// independent chains).
template <typename W, typename Args>
void gemm_blocked(const Args& args, const GemmTileSet<W>* sets, GemmBlocks limit) {
  if (args.m == 0 || args.n == 0) return;
  const size_t block_rows = gemm_ceil_div(args.m, gemm_ceil_div(args.m, limit.rows));
  const bool reuse = args.m > limit.tile_rows && args.k != 0;
  const size_t blocks_k = reuse ? gemm_ceil_div(args.k, limit.k) : 1;
  const size_t block_k = gemm_ceil_div(args.k, blocks_k);
  GemmTile<W> tile;
  tile.lda = args.lda;
  tile.panel = 8 * args.k;
  tile.ldc = args.ldc;
  tile.clamp_min = args.clamp_min;
  tile.clamp_max = args.clamp_max;
  for (size_t m0 = 0; m0 < args.m; m0 += block_rows) {
    const size_t rows = gemm_min(block_rows, args.m - m0);
    const size_t needed_rows = gemm_min(rows, limit.tile_rows);
    for (size_t b = 0; b < blocks_k; ++b) {
      const size_t k0 = gemm_min(b * block_k, args.k);
      tile.k = gemm_min(block_k, args.k - k0);
      tile.first = b == 0;
      tile.last = b + 1 == blocks_k;
      const GemmTileSet<W>* set = sets;
      size_t columns = 0;
      for (size_t col = 0; col < args.n; col += columns) {
        const size_t panels = gemm_ceil_div(args.n - col, 8);
        while (set->panels > panels || set->max_rows < needed_rows) ++set;
        columns = gemm_min(set->panels * 8, args.n - col);
        tile.a = args.a + m0 * args.lda + k0;
        tile.w = args.w + col * args.k + k0 * 8;
        tile.bias = args.bias != nullptr ? args.bias + col : nullptr;
        tile.c = args.c + m0 * args.ldc + col;
        gemm_run_rows(*set, tile, rows, columns);
      }
    }
  }
}

}  // namespace
}  // namespace linnet

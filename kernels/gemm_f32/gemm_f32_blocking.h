#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// The loops around the register tiles of gemm_f32 and gemm_f32f16. Private to their ISA files;
// everything here has internal linkage, because each file compiles it for its own instruction set.
//
// Order: blocks of rows, chunks of k (the rows' part of A stays in L2), groups of panels, blocks of
// k (the group's part of W stays in L1), tiles of rows. So a panel is read on end, as far as A
// allows. Between blocks of k the sums wait in C, in f32, so the chain of fused multiply-adds is
// the same as without blocks. Where it pays, each tile of rows asks the memory for a panel's part
// of the next block while it works on this one, and f16 weights of many rows are widened once for
// all.

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
  bool first;  // start from bias and residual, not from C
  bool last;   // clamp
  float clamp_min;
  float clamp_max;
  const char* ahead;  // asked for, `ahead_step` bytes further with every step; any address
  size_t ahead_step;
  const float* residual;  // as C, or null
  size_t residual_stride;
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
  size_t a_bytes;  // of A, that stay in L2
  bool ask_ahead;
};

// How to widen the weights of many rows: f32 tiles of as many panels as the tiles for W, and the
// conversion.
template <typename W>
struct GemmWiden {
  GemmTileSet<float> tiles;
  void (*run)(const W* from, size_t count, float* to);
};

inline constexpr size_t kGemmTileValues = 12 * 32;  // of the largest tile
inline constexpr size_t kGemmTileColumns = 128;     // of the widest
inline constexpr size_t kGemmWideValues = 6144;     // weights of a block for many rows

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
  if (tile.first && tile.residual != nullptr) {
    gemm_copy_columns(values, tile.ldc, tile.residual, tile.residual_stride, rows, columns);
    tile.residual = values;
    tile.residual_stride = tile.ldc;
  }
  if (!tile.first) gemm_copy_columns(values, tile.ldc, c, ldc, rows, columns);
  run(tile);
  gemm_copy_columns(c, ldc, values, tile.ldc, rows, columns);
}

inline void gemm_ask_for(const char* from) {
#if defined(__GNUC__)
  __builtin_prefetch(from);
#else
  static_cast<void>(from);
#endif
}

// The block of W behind the tiles'.
struct GemmAhead {
  const char* w;
  size_t panels;  // 0: do not ask
  size_t panel;   // bytes from a panel to the next
};

// All rows of one block for one group of panels, in tiles of nearly equal height.
template <typename W>
void gemm_run_rows(const GemmTileSet<W>& set, GemmTile<W> tile, size_t rows, size_t columns,
                   const GemmAhead& ahead) {
  const size_t tiles = gemm_ceil_div(rows, set.max_rows);
  const size_t height = rows / tiles;
  const size_t taller = rows % tiles;
  const size_t ahead_step = tile.ahead_step;
  for (size_t i = 0; i < tiles; ++i) {
    const size_t h = height + (i < taller ? 1 : 0);
    const bool ask = i < ahead.panels;
    tile.ahead = ask ? ahead.w + i * ahead.panel : reinterpret_cast<const char*>(tile.w);
    tile.ahead_step = ask ? ahead_step : 0;
    if (columns == set.panels * 8) {
      set.by_rows[h - 1](tile);
    } else {
      gemm_run_partial(set.by_rows[h - 1], tile, h, set.panels, columns);
    }
    tile.a += h * tile.lda;
    tile.c += h * tile.ldc;
    if (tile.residual != nullptr) tile.residual += h * tile.residual_stride;
  }
}

// The same with the group's weights in f32.
template <typename W>
void gemm_run_widened(const GemmWiden<W>& widen, const GemmTile<W>& tile, size_t rows,
                      size_t columns, const GemmAhead& ahead) {
  alignas(64) float wide[kGemmWideValues];
  const size_t panel = 8 * tile.k;
  for (size_t p = 0; p < widen.tiles.panels; ++p) {
    widen.run(tile.w + p * tile.panel, panel, wide + p * panel);
  }
  const GemmTile<float> widened = {
      tile.a,     tile.lda,        wide,           panel,
      tile.bias,  tile.c,          tile.ldc,       tile.k,
      tile.first, tile.last,       tile.clamp_min, tile.clamp_max,
      nullptr,    tile.ahead_step, tile.residual,  tile.residual_stride};
  gemm_run_rows(widen.tiles, widened, rows, columns, ahead);
}

// Rows [m0, m0 + rows) of a group of panels, steps [k_begin, k_end) in blocks of `block`.
template <typename W, typename Args>
void gemm_run_group(const Args& args, const GemmTileSet<W>& set, const GemmWiden<W>* widen,
                    bool ask_ahead, size_t m0, size_t rows, size_t col, size_t k_begin,
                    size_t k_end, size_t block) {
  const size_t panel = 8 * args.k;
  const size_t columns = gemm_min(set.panels * 8, args.n - col);
  const size_t panels_behind = gemm_ceil_div(args.n - col - columns, 8);
  const float* const residual =
      args.residual != nullptr ? args.residual + m0 * args.residual_stride + col : nullptr;
  for (size_t k0 = k_begin;; k0 += block) {
    const size_t k = gemm_min(block, k_end - k0);
    const bool at_end = k0 + k == k_end;
    const W* const w = args.w + col * args.k + k0 * 8;
    const GemmTile<W> tile = {args.a + m0 * args.lda + k0,
                              args.lda,
                              w,
                              panel,
                              args.bias != nullptr ? args.bias + col : nullptr,
                              args.c + m0 * args.ldc + col,
                              args.ldc,
                              k,
                              k0 == 0,
                              k0 + k == args.k,
                              args.clamp_min,
                              args.clamp_max,
                              nullptr,
                              8 * sizeof(W),
                              residual,
                              args.residual_stride};
    GemmAhead ahead = {nullptr, 0, panel * sizeof(W)};
    if (ask_ahead && !at_end) {
      ahead.w = reinterpret_cast<const char*>(w + k * 8);
      ahead.panels = set.panels;
    } else if (ask_ahead && panels_behind != 0) {
      ahead.w = reinterpret_cast<const char*>(args.w + (col + columns) * args.k + k_begin * 8);
      ahead.panels = gemm_min(panels_behind, set.panels);
    }
    if (widen != nullptr && widen->tiles.panels == set.panels) {
      gemm_run_widened(*widen, tile, rows, columns, ahead);
    } else {
      gemm_run_rows(set, tile, rows, columns, ahead);
    }
    if (at_end) return;
  }
}

// `sets` are ordered from most to fewest panels; the last has one. The first is taken that has no
// more panels than are left and is high enough for the rows, so few rows get wide tiles (enough
// independent chains).
template <typename W, typename Args>
void gemm_blocked(const Args& args, const GemmTileSet<W>* sets, GemmBlocks limit,
                  const GemmWiden<W>* widen = nullptr) {
  if (args.m == 0 || args.n == 0) return;
  const size_t block_rows = gemm_ceil_div(args.m, gemm_ceil_div(args.m, limit.rows));
  const bool reuse = args.m > limit.tile_rows && args.k != 0;
  const size_t most_k = limit.a_bytes / sizeof(float) / block_rows;
  const size_t chunks = reuse ? gemm_ceil_div(args.k, most_k > limit.k ? most_k : limit.k) : 1;
  const size_t chunk = gemm_ceil_div(args.k, chunks);
  const size_t block = reuse ? gemm_ceil_div(chunk, gemm_ceil_div(chunk, limit.k)) : chunk;
  for (size_t m0 = 0; m0 < args.m; m0 += block_rows) {
    const size_t rows = gemm_min(block_rows, args.m - m0);
    const size_t needed_rows = gemm_min(rows, limit.tile_rows);
    const bool many = rows > 2 * limit.tile_rows;
    for (size_t c = 0; c < chunks; ++c) {
      const size_t k_begin = gemm_min(c * chunk, args.k);
      const size_t k_end = gemm_min(k_begin + chunk, args.k);
      const GemmTileSet<W>* set = sets;
      for (size_t col = 0; col < args.n; col += set->panels * 8) {
        const size_t panels = gemm_ceil_div(args.n - col, 8);
        while (set->panels > panels || set->max_rows < needed_rows) ++set;
        gemm_run_group(args, *set, many ? widen : nullptr, many && limit.ask_ahead, m0, rows, col,
                       k_begin, k_end, block);
      }
    }
  }
}

}  // namespace
}  // namespace linnet

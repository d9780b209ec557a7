#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/gemm_f32/gemm_f32_blocking.h"
#include "kernels/gemm_sparse_f32/gemm_sparse_f32.h"

// The loops around the register tiles of gemm_sparse_f32. Private to its ISA files; everything here
// has internal linkage.
//
// Many rows: blocks of rows and of k, whose part of A stays in L1, groups of panels, tiles of rows
// by one panel. Between blocks of k the sums wait in C. Few rows: tiles of all rows by several
// panels over all of k, for enough independent chains.

namespace linnet {
namespace {

constexpr size_t kSparseValues = 32;      // of an entry
constexpr size_t kSparseTilePanels = 4;   // at most
constexpr size_t kSparseTileRows = 12;    // at most
constexpr size_t kSparsePanelGroup = 64;  // panels whose lists are gone through together

// The entries of a panel that a tile takes.
struct SparseTilePanel {
  const uint16_t* group;
  const float* w;
  size_t count;  // of whole groups
  size_t tail;   // steps of one more entry, 0…3: the group at the end of k
  float begin[8];
};

// One tile: rows by panels, which stand side by side in C.
struct SparseTile {
  const float* a;
  size_t lda;
  SparseTilePanel panel[kSparseTilePanels];
  float* c;
  size_t ldc;
  bool first;  // start from `begin`, not from C
  bool last;   // clamp
  float clamp_min;
  float clamp_max;
};

using SparseTileFn = void(const SparseTile&);

// Tiles of `panels` panels and 1 … max_rows rows.
struct SparseTileSet {
  size_t panels;
  size_t max_rows;
  SparseTileFn* const* by_rows;
};

struct SparseBlocks {
  size_t rows;  // a multiple of the highest tile
  size_t groups;
};

// The entries from e on whose group is below `limit`; returns the first that is not.
inline size_t sparse_select(const GemmSparseF32Args& args, size_t e, size_t end, size_t limit,
                            SparseTilePanel* panel) {
  panel->group = args.w.groups + e;
  panel->w = args.w.w + e * kSparseValues;
  size_t stop = e;
  while (stop < end && args.w.groups[stop] < limit) ++stop;
  panel->count = stop - e;
  panel->tail = 0;
  // The last group of k may be short, and is the last of its list.
  if (stop > e && args.w.groups[stop - 1] == args.gemm.k / 4) {
    panel->count -= 1;
    panel->tail = args.gemm.k % 4;
  }
  return stop;
}

// A tile of which only `columns` columns exist: computed in a buffer.
inline void sparse_run_partial(SparseTileFn* run, const SparseTile& tile, size_t rows,
                               size_t panels, size_t columns) {
  float values[kSparseTileRows * 8 * kSparseTilePanels] = {};
  SparseTile whole = tile;
  whole.c = values;
  whole.ldc = panels * 8;
  if (!tile.first) gemm_copy_columns(values, whole.ldc, tile.c, tile.ldc, rows, columns);
  run(whole);
  gemm_copy_columns(tile.c, tile.ldc, values, whole.ldc, rows, columns);
}

// `rows` rows times the panels of the tile, in tiles of nearly equal height.
inline void sparse_run_rows(const SparseTileSet& set, SparseTile* tile, size_t rows,
                            size_t columns) {
  size_t tiles = gemm_ceil_div(rows, set.max_rows);
  for (; rows > 0; --tiles) {
    const size_t h = gemm_ceil_div(rows, tiles);
    if (columns == set.panels * 8) {
      set.by_rows[h - 1](*tile);
    } else {
      sparse_run_partial(set.by_rows[h - 1], *tile, h, set.panels, columns);
    }
    tile->a += h * tile->lda;
    tile->c += h * tile->ldc;
    rows -= h;
  }
}

inline void sparse_begin(const GemmF32Args& gemm, size_t column, SparseTilePanel* panel) {
  memset(panel->begin, 0, sizeof panel->begin);
  if (gemm.bias == nullptr || column >= gemm.n) return;
  memcpy(panel->begin, gemm.bias + column, gemm_min(8, gemm.n - column) * sizeof(float));
}

inline SparseTile sparse_make_tile(const GemmF32Args& gemm) {
  SparseTile tile;
  tile.lda = gemm.lda;
  tile.ldc = gemm.ldc;
  tile.first = tile.last = true;
  tile.clamp_min = gemm.clamp_min;
  tile.clamp_max = gemm.clamp_max;
  return tile;
}

inline void sparse_few_rows(const GemmSparseF32Args& args, const SparseTileSet& set) {
  const GemmF32Args& gemm = args.gemm;
  SparseTile tile = sparse_make_tile(gemm);
  for (size_t col = 0; col < gemm.n; col += set.panels * 8) {
    for (size_t p = 0; p < set.panels; ++p) {
      const size_t column = col + 8 * p;
      sparse_begin(gemm, column, &tile.panel[p]);
      // A missing panel has no entries.
      const size_t e = column < gemm.n ? args.w.first[column / 8] : 0;
      const size_t end = column < gemm.n ? args.w.first[column / 8 + 1] : 0;
      sparse_select(args, e, end, SIZE_MAX, &tile.panel[p]);
    }
    tile.a = gemm.a;
    tile.c = gemm.c + col;
    sparse_run_rows(set, &tile, gemm.m, gemm_min(set.panels * 8, gemm.n - col));
  }
}

inline void sparse_many_rows(const GemmSparseF32Args& args, const SparseTileSet& set,
                             SparseBlocks limit) {
  const GemmF32Args& gemm = args.gemm;
  SparseTile tile = sparse_make_tile(gemm);
  const size_t groups = gemm_ceil_div(gemm.k, 4);
  for (size_t i = 0; i < gemm.m; i += limit.rows) {
    const size_t rows = gemm_min(limit.rows, gemm.m - i);
    for (size_t j = 0; j < gemm.n; j += 8 * kSparsePanelGroup) {
      const size_t panels = gemm_min(kSparsePanelGroup, gemm_ceil_div(gemm.n - j, 8));
      const uint32_t* first = args.w.first + j / 8;
      size_t next[kSparsePanelGroup];
      for (size_t p = 0; p < panels; ++p) next[p] = first[p];
      for (size_t g = 0; g < groups; g += limit.groups) {
        tile.first = g == 0;
        tile.last = groups - g <= limit.groups;
        for (size_t p = 0; p < panels; ++p) {
          const size_t column = j + 8 * p;
          sparse_begin(gemm, column, &tile.panel[0]);
          next[p] = sparse_select(args, next[p], first[p + 1], g + limit.groups, &tile.panel[0]);
          tile.a = gemm.a + i * gemm.lda;
          tile.c = gemm.c + i * gemm.ldc + column;
          sparse_run_rows(set, &tile, rows, gemm_min(8, gemm.n - column));
        }
      }
    }
  }
}

// `sets` go from many panels and few rows to one panel and many rows.
inline void gemm_sparse_blocked(const GemmSparseF32Args& args, const SparseTileSet* sets,
                                SparseBlocks limit) {
  if (args.gemm.m == 0 || args.gemm.n == 0) return;
  while (sets->panels > 1 && sets->max_rows < args.gemm.m) ++sets;
  if (sets->panels > 1) {
    sparse_few_rows(args, *sets);
  } else {
    sparse_many_rows(args, *sets, limit);
  }
}

}  // namespace
}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/depthwise_f32/depthwise_f32.h"
#include "kernels/depthwise_f32/depthwise_window.h"

// depthwise_f32 for any vector type V. Private to the ISA files; everything has internal linkage,
// because each file compiles it for its own instruction set.
//
// V has: kLanes, Reg, zero(), load(from), store(to, v), fma(a, b, acc), clamp(v, min, max) that
// keeps a NaN, and load_few(from, n), store_few(to, v, n) for n < kLanes, which touch no more than
// n values.
//
// Outputs with all columns of taps inside the image go in tiles of several pixels, which share the
// loads of weights and image; the others one by one over their own taps.

namespace linnet {
namespace {

// A tile: its taps inside the image, from the first.
struct Tile {
  const float* x;
  size_t row_step;     // elements from a row of taps to the next
  size_t column_step;  // … from a column of taps to the next
  size_t pixel_step;   // … from an output's first tap to the next output's
  const float* weights;
  size_t weight_row;  // elements: kernel_w·c
  size_t rows;
  size_t columns;
  float* y;
};

// VECTORS registers of channels from `at` of PIXELS outputs side by side, KW taps wide (all
// inside), STRIDE image columns apart.
template <typename V, size_t KW, size_t STRIDE, size_t PIXELS, size_t VECTORS>
inline void run_block(const DepthwiseF32Args& args, const Tile& tile, size_t at) {
  constexpr size_t kColumns = (PIXELS - 1) * STRIDE + KW;
  constexpr size_t kGroups = (kColumns + 2) / 3;
  const size_t pixel = args.x_pixel, c = args.c;
  const size_t row_step = tile.row_step, weight_row = tile.weight_row;
  // One pointer for three columns: [x], [x + pixel] and [x + 2·pixel] need one index register.
  const float* x[kGroups];
#pragma GCC unroll 16
  for (size_t g = 0; g < kGroups; ++g) x[g] = tile.x + at + 3 * g * pixel;
  const float* w = tile.weights + at;
  typename V::Reg acc[PIXELS][VECTORS];
#pragma GCC unroll 16
  for (size_t v = 0; v < VECTORS; ++v) {
    const typename V::Reg bias =
        args.bias != nullptr ? V::load(args.bias + at + v * V::kLanes) : V::zero();
#pragma GCC unroll 16
    for (size_t p = 0; p < PIXELS; ++p) acc[p][v] = bias;
  }
  for (size_t i = tile.rows; i > 0; --i) {
    typename V::Reg weight[KW][VECTORS];
#pragma GCC unroll 16
    for (size_t j = 0; j < KW; ++j) {
#pragma GCC unroll 16
      for (size_t v = 0; v < VECTORS; ++v) weight[j][v] = V::load(w + j * c + v * V::kLanes);
    }
#pragma GCC unroll 16
    for (size_t column = 0; column < kColumns; ++column) {
#pragma GCC unroll 16
      for (size_t v = 0; v < VECTORS; ++v) {
        const typename V::Reg value = V::load(x[column / 3] + column % 3 * pixel + v * V::kLanes);
#pragma GCC unroll 16
        for (size_t p = 0; p < PIXELS; ++p) {
          const size_t j = column - p * STRIDE;  // wraps around before the first tap
          if (j < KW) acc[p][v] = V::fma(value, weight[j][v], acc[p][v]);
        }
      }
    }
#pragma GCC unroll 16
    for (size_t g = 0; g < kGroups; ++g) x[g] += row_step;
    w += weight_row;
  }
#pragma GCC unroll 16
  for (size_t p = 0; p < PIXELS; ++p) {
    float* y = tile.y + p * args.y_pixel + at;
#pragma GCC unroll 16
    for (size_t v = 0; v < VECTORS; ++v)
      V::store(y + v * V::kLanes, V::clamp(acc[p][v], args.clamp_min, args.clamp_max));
  }
}

// The same for any window; all outputs have the same columns of taps inside.
template <typename V, size_t PIXELS, size_t VECTORS>
inline void run_block_any(const DepthwiseF32Args& args, const Tile& tile, size_t at) {
  typename V::Reg acc[PIXELS][VECTORS];
#pragma GCC unroll 16
  for (size_t v = 0; v < VECTORS; ++v) {
    const typename V::Reg bias =
        args.bias != nullptr ? V::load(args.bias + at + v * V::kLanes) : V::zero();
#pragma GCC unroll 16
    for (size_t p = 0; p < PIXELS; ++p) acc[p][v] = bias;
  }
  for (size_t i = 0; i < tile.rows; ++i) {
    const float* x = tile.x + i * tile.row_step + at;
    const float* w = tile.weights + i * tile.weight_row + at;
    for (size_t j = 0; j < tile.columns; ++j, x += tile.column_step, w += args.c) {
#pragma GCC unroll 16
      for (size_t v = 0; v < VECTORS; ++v) {
        const typename V::Reg weight = V::load(w + v * V::kLanes);
#pragma GCC unroll 16
        for (size_t p = 0; p < PIXELS; ++p) {
          const float* from = x + p * tile.pixel_step + v * V::kLanes;
          acc[p][v] = V::fma(V::load(from), weight, acc[p][v]);
        }
      }
    }
  }
#pragma GCC unroll 16
  for (size_t p = 0; p < PIXELS; ++p) {
    float* y = tile.y + p * args.y_pixel + at;
#pragma GCC unroll 16
    for (size_t v = 0; v < VECTORS; ++v)
      V::store(y + v * V::kLanes, V::clamp(acc[p][v], args.clamp_min, args.clamp_max));
  }
}

// At least V::kLanes channels; the last register of channels overlaps the one before if it must.
// Two registers of channels at a time use every cache line whole when it comes: with many channels
// the pixels of a tile fall into the same few sets of the cache.
template <typename V, size_t KW, size_t STRIDE, size_t PIXELS>
void run_tile(const DepthwiseF32Args& args, const Tile& tile) {
  size_t at = 0;
  for (; at + 2 * V::kLanes <= args.c; at += 2 * V::kLanes) {
    run_block<V, KW, STRIDE, PIXELS, 2>(args, tile, at);
  }
  if (at + V::kLanes < args.c) run_block<V, KW, STRIDE, PIXELS, 1>(args, tile, at);
  if (at < args.c) run_block<V, KW, STRIDE, PIXELS, 1>(args, tile, args.c - V::kLanes);
}

template <typename V, size_t PIXELS, size_t VECTORS>
void run_any(const DepthwiseF32Args& args, const Tile& tile) {
  constexpr size_t kStep = VECTORS * V::kLanes;
  size_t at = 0;
  for (; at + kStep <= args.c; at += kStep) run_block_any<V, PIXELS, VECTORS>(args, tile, at);
  for (; at + V::kLanes < args.c; at += V::kLanes) run_block_any<V, PIXELS, 1>(args, tile, at);
  if (at < args.c) run_block_any<V, PIXELS, 1>(args, tile, args.c - V::kLanes);
}

// Fewer channels than lanes, one output.
template <typename V>
void run_few(const DepthwiseF32Args& args, const Tile& tile) {
  typename V::Reg acc = args.bias != nullptr ? V::load_few(args.bias, args.c) : V::zero();
  for (size_t i = 0; i < tile.rows; ++i) {
    for (size_t j = 0; j < tile.columns; ++j) {
      const float* x = tile.x + i * tile.row_step + j * tile.column_step;
      const float* w = tile.weights + i * tile.weight_row + j * args.c;
      acc = V::fma(V::load_few(x, args.c), V::load_few(w, args.c), acc);
    }
  }
  V::store_few(tile.y, V::clamp(acc, args.clamp_min, args.clamp_max), args.c);
}

using TileFn = void(const DepthwiseF32Args&, const Tile&);

// What computes some outputs whose columns of taps are all inside, and one output anywhere.
struct TileSet {
  size_t pixels;
  TileFn* several;
  TileFn* two;
  TileFn* one;
};

template <typename V, size_t KW, size_t STRIDE>
constexpr TileSet kTileSet = {4, run_tile<V, KW, STRIDE, 4>, run_tile<V, KW, STRIDE, 2>,
                              run_any<V, 1, 4>};
template <typename V>
constexpr TileSet kAny = {4, run_any<V, 4, 2>, run_any<V, 2, 2>, run_any<V, 1, 4>};
template <typename V>
constexpr TileSet kFewChannels = {1, run_few<V>, run_few<V>, run_few<V>};

template <typename V>
const TileSet& pick_tiles(const DepthwiseF32Args& args) {
  if (args.c < V::kLanes) return kFewChannels<V>;
  if (args.dilation_w != 1) return kAny<V>;
  if (args.kernel_w == 3 && args.stride_w == 1) return kTileSet<V, 3, 1>;
  if (args.kernel_w == 3 && args.stride_w == 2) return kTileSet<V, 3, 2>;
  if (args.kernel_w == 5 && args.stride_w == 1) return kTileSet<V, 5, 1>;
  if (args.kernel_w == 5 && args.stride_w == 2) return kTileSet<V, 5, 2>;
  return kAny<V>;
}

inline void run_row(const DepthwiseF32Args& args, const TileSet& tiles, size_t oh) {
  const TapRange rows =
      taps_inside(oh, args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
  const OutputRange inside = outputs_inside(args.out_w, args.stride_w, args.dilation_w,
                                            args.pad_left, args.kernel_w, args.w);
  Tile tile;
  tile.row_step = args.dilation_h * args.x_row;
  tile.column_step = args.dilation_w * args.x_pixel;
  tile.pixel_step = args.stride_w * args.x_pixel;
  tile.weight_row = args.kernel_w * args.c;
  tile.rows = rows.end - rows.begin;
  for (size_t ow = 0; ow < args.out_w;) {
    const bool whole = ow >= inside.begin && ow < inside.end;
    const size_t left = whole ? inside.end - ow : 1;
    const size_t pixels = left >= tiles.pixels ? tiles.pixels : left >= 2 ? 2 : 1;
    const TapRange columns =
        taps_inside(ow, args.stride_w, args.dilation_w, args.pad_left, args.kernel_w, args.w);
    tile.columns = columns.end - columns.begin;
    tile.x = args.x;
    if (tile.rows != 0 && tile.columns != 0) {
      tile.x +=
          (oh * args.stride_h + rows.begin * args.dilation_h - args.pad_top) * args.x_row +
          (ow * args.stride_w + columns.begin * args.dilation_w - args.pad_left) * args.x_pixel;
    }
    tile.weights = args.weights + rows.begin * tile.weight_row + columns.begin * args.c;
    tile.y = args.y + oh * args.y_row + ow * args.y_pixel;
    TileFn* const run = pixels == 1 ? tiles.one : pixels == 2 ? tiles.two : tiles.several;
    run(args, tile);
    ow += pixels;
  }
}

template <typename V>
void depthwise_run(const DepthwiseF32Args& args) {
  if (args.c == 0) return;
  const TileSet& tiles = pick_tiles<V>(args);
  for (size_t oh = args.row_begin; oh < args.row_end; ++oh) run_row(args, tiles, oh);
}

}  // namespace
}  // namespace linnet

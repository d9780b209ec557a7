#pragma once

#include "kernels/winograd_f32/winograd_f32.h"
#include "kernels/winograd_f32/winograd_tiles.h"

// The two transforms over a vector class V (kernels/vec) and a tile. A tile's values of V::kLanes
// channels are transformed at once.

namespace linnet {
namespace {

template <class V>
[[gnu::always_inline]] inline V winograd_load(const float* from, size_t lanes) {
  return lanes == V::kLanes ? V::load(from) : V::load_partial(from, lanes);
}

template <class V>
[[gnu::always_inline]] inline void winograd_store(V value, float* to, size_t lanes) {
  lanes == V::kLanes ? value.store(to) : value.store_partial(to, lanes);
}

// load(i, j) gives pixel (i, j) of the tile; v is matrix 0 at the tile and channel.
template <class Tile, class V, class Load>
[[gnu::always_inline]] inline void winograd_input_lanes(Load load, float* v, size_t v_matrix,
                                                        size_t lanes) {
  constexpr size_t kIn = Tile::kIn;
  V columns[kIn][kIn];
#pragma GCC unroll 8
  for (size_t j = 0; j < kIn; ++j) {
    V d[kIn], t[kIn];
#pragma GCC unroll 8
    for (size_t i = 0; i < kIn; ++i) d[i] = load(i, j);
    Tile::input(d, t);
#pragma GCC unroll 8
    for (size_t i = 0; i < kIn; ++i) columns[i][j] = t[i];
  }
#pragma GCC unroll 8
  for (size_t i = 0; i < kIn; ++i) {
    V t[kIn];
    Tile::input(columns[i], t);
#pragma GCC unroll 8
    for (size_t j = 0; j < kIn; ++j) {
      winograd_store(t[j], v, lanes);
      v += v_matrix;
    }
  }
}

// A tile whose pixels are all inside.
template <class Tile, class V>
void winograd_input_inside(const WinogradInputF32Args& args, const float* x, float* v) {
  const size_t row = args.w * args.c, pixel = args.c;
  size_t c = 0;
  for (; c + V::kLanes <= args.c; c += V::kLanes) {
    winograd_input_lanes<Tile, V>(
        [&](size_t i, size_t j) { return V::load(x + c + i * row + j * pixel); }, v + c,
        args.v_matrix, V::kLanes);
  }
  if (c < args.c) {
    const size_t lanes = args.c - c;
    winograd_input_lanes<Tile, V>(
        [&](size_t i, size_t j) { return V::load_partial(x + c + i * row + j * pixel, lanes); },
        v + c, args.v_matrix, lanes);
  }
}

template <class Tile, class V>
void winograd_input_edge(const WinogradInputF32Args& args, const WinogradSpan& rows,
                         const WinogradSpan& cols, float* v) {
  constexpr size_t kIn = Tile::kIn;
  const float* pixels[kIn][kIn] = {};  // null: outside
  for (size_t i = rows.begin; i < rows.end; ++i) {
    for (size_t j = cols.begin; j < cols.end; ++j) {
      const ptrdiff_t row = rows.start + static_cast<ptrdiff_t>(i);
      const ptrdiff_t col = cols.start + static_cast<ptrdiff_t>(j);
      pixels[i][j] =
          args.x + (static_cast<size_t>(row) * args.w + static_cast<size_t>(col)) * args.c;
    }
  }
  for (size_t c = 0; c < args.c; c += V::kLanes) {
    const size_t lanes = args.c - c < V::kLanes ? args.c - c : V::kLanes;
    winograd_input_lanes<Tile, V>(
        [&](size_t i, size_t j) {
          return pixels[i][j] != nullptr ? winograd_load<V>(pixels[i][j] + c, lanes) : V(0.0f);
        },
        v + c, args.v_matrix, lanes);
  }
}

template <class Tile, class V>
void winograd_input_tiles(const WinogradInputF32Args& args) {
  for (size_t t = 0; t < args.count; ++t) {
    const size_t at = args.first + t;
    const WinogradSpan rows =
        winograd_span(at / args.tiles_w, Tile::kOut, args.pad_top, Tile::kIn, args.h);
    const WinogradSpan cols =
        winograd_span(at % args.tiles_w, Tile::kOut, args.pad_left, Tile::kIn, args.w);
    float* v = args.v + t * args.c;
    if (rows.end - rows.begin == Tile::kIn && cols.end - cols.begin == Tile::kIn) {
      const size_t pixel =
          static_cast<size_t>(rows.start) * args.w + static_cast<size_t>(cols.start);
      winograd_input_inside<Tile, V>(args, args.x + pixel * args.c, v);
    } else {
      winograd_input_edge<Tile, V>(args, rows, cols, v);
    }
  }
}

template <class V>
void winograd_input_body(const WinogradInputF32Args& args) {
  args.tile == 2 ? winograd_input_tiles<Winograd2, V>(args)
                 : winograd_input_tiles<Winograd4, V>(args);
}

// What all lanes of one output tile share. y is its first pixel; rows and cols are those of its
// pixels that exist.
struct WinogradOutputTile {
  const float* m;
  size_t m_matrix;
  float* y;
  const float* residual;  // laid out as y, or null
  size_t row, pixel;
  size_t rows, cols;
};

template <class Tile, class V>
[[gnu::always_inline]] inline void winograd_output_lanes(const WinogradOutputTile& tile, size_t c,
                                                         size_t lanes, V bias, V lo, V hi) {
  constexpr size_t kIn = Tile::kIn, kOut = Tile::kOut;
  V columns[kOut][kIn];
  const float* const m = tile.m + c;
#pragma GCC unroll 8
  for (size_t j = 0; j < kIn; ++j) {
    V d[kIn], t[kOut];
#pragma GCC unroll 8
    for (size_t i = 0; i < kIn; ++i)
      d[i] = winograd_load<V>(m + (i * kIn + j) * tile.m_matrix, lanes);
    Tile::output(d, t);
#pragma GCC unroll 8
    for (size_t i = 0; i < kOut; ++i) columns[i][j] = t[i];
  }
#pragma GCC unroll 8
  for (size_t i = 0; i < kOut; ++i) {
    if (i >= tile.rows) break;
    V t[kOut];
    Tile::output(columns[i], t);
    const size_t row = c + i * tile.row;
#pragma GCC unroll 8
    for (size_t j = 0; j < kOut; ++j) {
      if (j >= tile.cols) break;
      const size_t at = row + j * tile.pixel;
      V value = t[j] + bias;
      if (tile.residual != nullptr) value = value + winograd_load<V>(tile.residual + at, lanes);
      winograd_store(min_of(hi, max_of(lo, value)), tile.y + at, lanes);
    }
  }
}

template <class Tile, class V>
void winograd_output_tiles(const WinogradOutputF32Args& args) {
  const V lo(args.clamp_min), hi(args.clamp_max);
  for (size_t t = 0; t < args.count; ++t) {
    const size_t at = args.first + t;
    const WinogradSpan rows = winograd_span(at / args.tiles_w, Tile::kOut, 0, Tile::kOut, args.h);
    const WinogradSpan cols = winograd_span(at % args.tiles_w, Tile::kOut, 0, Tile::kOut, args.w);
    const size_t pixel = static_cast<size_t>(rows.start) * args.w + static_cast<size_t>(cols.start);
    const size_t offset = pixel * args.c;
    const WinogradOutputTile tile = {args.m + t * args.c,
                                     args.m_matrix,
                                     args.y + offset,
                                     args.residual != nullptr ? args.residual + offset : nullptr,
                                     args.w * args.c,
                                     args.c,
                                     rows.end,
                                     cols.end};
    size_t c = 0;
    for (; c + V::kLanes <= args.c; c += V::kLanes) {
      const V bias = args.bias != nullptr ? V::load(args.bias + c) : V(0.0f);
      winograd_output_lanes<Tile, V>(tile, c, V::kLanes, bias, lo, hi);
    }
    if (c < args.c) {
      const size_t lanes = args.c - c;
      const V bias = args.bias != nullptr ? V::load_partial(args.bias + c, lanes) : V(0.0f);
      winograd_output_lanes<Tile, V>(tile, c, lanes, bias, lo, hi);
    }
  }
}

template <class V>
void winograd_output_body(const WinogradOutputF32Args& args) {
  args.tile == 2 ? winograd_output_tiles<Winograd2, V>(args)
                 : winograd_output_tiles<Winograd4, V>(args);
}

}  // namespace
}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/depthwise_f32/depthwise_window.h"
#include "kernels/depthwise_s8/depthwise_s8.h"

// The loops around the tiles of depthwise_s8. Private to the ISA files; everything has internal
// linkage, because each file compiles it for its own instruction set.
//
// An ISA's class K has: Job (from DepthwiseJob); tile<KW, STRIDE, PIXELS>(job, source, y) for 3 or
// 4 outputs side by side, KW taps wide, STRIDE image columns apart; pixel(job, source, y) for one
// output of any window; kPairs, whether there is two_tiles<KW, STRIDE>(job, source, y) for 8
// outputs of whole rows, to be used where pairs(job); kLoad, the channels of a pixel that it reads
// even if there are fewer (16, or 0 where loads are masked). Taps outside the image read a pixel of
// zero points, which adds nothing when x_zero·Σw is folded into the bias.

namespace linnet {
namespace {

constexpr size_t kBlock = 16;        // channels, of AVX2 and NEON
constexpr size_t kMaxFastRows = 16;  // of taps, for the tiles of several pixels
constexpr size_t kMaxColumns = 11;   // of the widest such tile: 5 taps, stride 2, 4 pixels

inline size_t block_count(size_t c) { return (c + kBlock - 1) / kBlock; }

// The last block ends at channel c-1, overlapping the one before; a single one is partial.
inline size_t block_start(size_t c, size_t block) {
  return block * kBlock + kBlock <= c || c < kBlock ? block * kBlock : c - kBlock;
}

// What is the same for all tiles of a call.
struct DepthwiseJob {
  const unsigned char* prepared;  // the first block
  const int8_t* zeros;            // a pixel of zero points, behind the blocks
  bool tiles;                     // whether tiles of several pixels may be used
  size_t blocks;                  // of 16 channels
  size_t block_bytes;
  size_t c;
  size_t kernel_h;
  size_t kernel_w;
  size_t y_pixel;
};

// `head_bytes` stand before the first block.
inline void start_job(const DepthwiseS8Args& args, size_t head_bytes, size_t block_bytes,
                      DepthwiseJob* job) {
  job->prepared = static_cast<const unsigned char*>(args.prepared) + head_bytes;
  job->blocks = block_count(args.c);
  job->block_bytes = block_bytes;
  job->zeros = reinterpret_cast<const int8_t*>(job->prepared + job->blocks * block_bytes);
  job->tiles = true;
  job->c = args.c;
  job->kernel_h = args.kernel_h;
  job->kernel_w = args.kernel_w;
  job->y_pixel = args.y_pixel;
}

// Where the taps of a tile are: pixels of whole rows …
struct GridSource {
  const int8_t* const* rows;
  size_t offset;  // of the tile's first column in every row
  size_t pixel;
  const int8_t* at(size_t row, size_t column) const {
    return rows[row] + (offset + column * pixel);
  }

  // Some rows of taps from a channel on. A pointer for each row and the columns as multiples of one
  // distance is what address modes can say; the empty assembly keeps GCC from making a pointer for
  // each pixel, for which there are not enough registers.
  template <int ROWS>
  struct View {
    const int8_t* rows[ROWS];
    size_t pixel;
    const int8_t* at(size_t row, size_t column) const { return rows[row] + column * pixel; }
  };
  template <int ROWS>
  View<ROWS> from(size_t channel) const {
    View<ROWS> view;
    view.pixel = pixel;
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; ++i) {
      view.rows[i] = rows[i] + offset + channel;
#if defined(__GNUC__)
      __asm__("" : "+r"(view.rows[i]));
#endif
    }
    return view;
  }
};

// … or anywhere, for tiles at the border.
struct TableSource {
  const int8_t* const* pixels;
  size_t columns;
  size_t channel = 0;
  const int8_t* at(size_t row, size_t column) const {
    return pixels[row * columns + column] + channel;
  }
  template <int ROWS>
  TableSource from(size_t first) const {
    return {pixels, columns, first};
  }
};

// The pixels under a tile, for TableSource.
struct Table {
  const int8_t* pixels[kDepthwiseS8MaxTaps > kMaxFastRows* kMaxColumns ? kDepthwiseS8MaxTaps
                                                                       : kMaxFastRows* kMaxColumns];
  int8_t copies[kBlock][kBlock];  // of the pixels whose 16 bytes would reach beyond the image
};

// Replaces the pixels of fewer than 16 channels that end less than 16 bytes before the image does.
inline void copy_last_pixels(const DepthwiseS8Args& args, size_t count, Table* table) {
  const int8_t* const end =
      args.x + (args.h - 1) * args.x_row + (args.w - 1) * args.x_pixel + args.c;
  size_t copied = 0;
  for (size_t i = 0; i < count; ++i) {
    const int8_t* const from = table->pixels[i];
    // The zero points lie outside of the image.
    if (from < args.x || from >= end || static_cast<size_t>(end - from) >= kBlock) continue;
    memcpy(table->copies[copied], from, args.c);
    table->pixels[i] = table->copies[copied++];
  }
}

// `rows`: the taps of output row oh that are inside. Columns of taps from output column ow on.
template <typename K>
void fill_table(const DepthwiseS8Args& args, const int8_t* zeros, TapRange rows, size_t oh,
                size_t ow, size_t columns, Table* table) {
  const TapRange cols =
      taps_inside(ow, args.stride_w, args.dilation_w, args.pad_left, columns, args.w);
  const size_t step = args.dilation_w * args.x_pixel;
  const int8_t** to = table->pixels;
  for (size_t i = 0; i < args.kernel_h; ++i, to += columns) {
    const bool inside = i >= rows.begin && i < rows.end && cols.begin < cols.end;
    const TapRange here = inside ? cols : TapRange{columns, columns};
    for (size_t j = 0; j < here.begin; ++j) to[j] = zeros;
    if (inside) {
      const int8_t* from =
          args.x + (oh * args.stride_h + i * args.dilation_h - args.pad_top) * args.x_row +
          (ow * args.stride_w + here.begin * args.dilation_w - args.pad_left) * args.x_pixel;
      for (size_t j = here.begin; j < here.end; ++j, from += step) to[j] = from;
    }
    for (size_t j = here.end; j < columns; ++j) to[j] = zeros;
  }
  if (args.c < K::kLoad && args.w > 0) copy_last_pixels(args, args.kernel_h * columns, table);
}

template <typename K>
void run_row_any(const DepthwiseS8Args& args, const typename K::Job& job, size_t oh) {
  const TapRange rows =
      taps_inside(oh, args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
  Table table;
  for (size_t ow = 0; ow < args.out_w; ++ow) {
    fill_table<K>(args, job.zeros, rows, oh, ow, args.kernel_w, &table);
    K::pixel(job, TableSource{table.pixels, args.kernel_w},
             args.y + oh * args.y_row + ow * args.y_pixel);
  }
}

// Tiles of 4 pixels, then of 3, that make up a row of at least 3 outputs. Of a row of 5, which they
// cannot, the second tile begins one pixel early.
struct RowTiles {
  size_t fours;
  size_t threes;
};

inline RowTiles split_row(size_t out_w) {
  const size_t threes = (4 - out_w % 4) % 4;
  return out_w == 5 ? RowTiles{0, 2} : RowTiles{(out_w - 3 * threes) / 4, threes};
}

// One row of outputs.
template <typename K, int KW, int STRIDE>
void run_row(const DepthwiseS8Args& args, const typename K::Job& job, size_t oh) {
  const TapRange rows =
      taps_inside(oh, args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
  OutputRange inside = outputs_inside(args.out_w, STRIDE, 1, args.pad_left, KW, args.w);
  // Blocks narrower than a load, at the image's end, need the table.
  if (rows.begin != 0 || rows.end != args.kernel_h || job.c < K::kLoad) inside = {0, 0};
  const int8_t* grid[kMaxFastRows];  // at the first tap of output inside.begin
  for (size_t i = 0; i < args.kernel_h && inside.begin < inside.end; ++i) {
    grid[i] = args.x + (oh * args.stride_h + i * args.dilation_h - args.pad_top) * args.x_row +
              (inside.begin * STRIDE - args.pad_left) * args.x_pixel;
  }
  const RowTiles tiles = split_row(args.out_w);
  Table table;
  int8_t* const y = args.y + oh * args.y_row;
  size_t ow = 0;
  for (size_t t = 0; t < tiles.fours; ++t, ow += 4) {
    int8_t* const to = y + ow * args.y_pixel;
    if (ow >= inside.begin && ow + 4 <= inside.end) {
      const size_t offset = (ow - inside.begin) * STRIDE * args.x_pixel;
      const GridSource source = {grid, offset, args.x_pixel};
      if constexpr (K::kPairs) {
        if (K::pairs(job) && t + 1 < tiles.fours && ow + 8 <= inside.end) {
          K::template two_tiles<KW, STRIDE>(job, source, to);
          ++t;
          ow += 4;
          continue;
        }
      }
      K::template tile<KW, STRIDE, 4>(job, source, to);
    } else {
      constexpr size_t kColumns = 3 * STRIDE + KW;
      fill_table<K>(args, job.zeros, rows, oh, ow, kColumns, &table);
      K::template tile<KW, STRIDE, 4>(job, TableSource{table.pixels, kColumns}, to);
    }
  }
  for (size_t t = 0; t < tiles.threes; ++t, ow += 3) {
    constexpr size_t kColumns = 2 * STRIDE + KW;
    if (ow + 3 > args.out_w) ow = args.out_w - 3;
    fill_table<K>(args, job.zeros, rows, oh, ow, kColumns, &table);
    K::template tile<KW, STRIDE, 3>(job, TableSource{table.pixels, kColumns},
                                    y + ow * args.y_pixel);
  }
}

template <typename K>
using RowFn = void(const DepthwiseS8Args&, const typename K::Job&, size_t);

template <typename K>
RowFn<K>* pick_row(const DepthwiseS8Args& args, const typename K::Job& job) {
  if (!job.tiles || args.dilation_w != 1 || args.out_w < 3) return run_row_any<K>;
  if (args.kernel_h > kMaxFastRows) return run_row_any<K>;
  if (args.kernel_w == 3 && args.stride_w == 1) return run_row<K, 3, 1>;
  if (args.kernel_w == 3 && args.stride_w == 2) return run_row<K, 3, 2>;
  if (args.kernel_w == 5 && args.stride_w == 1) return run_row<K, 5, 1>;
  if (args.kernel_w == 5 && args.stride_w == 2) return run_row<K, 5, 2>;
  return run_row_any<K>;
}

// The outputs phase, phase + d, … of a convolution with stride 1 and dilation d along its rows: one
// without dilation over every d-th column of the image.
inline DepthwiseS8Args select_phase(const DepthwiseS8Args& args, size_t phase) {
  const size_t d = args.dilation_w;
  DepthwiseS8Args part = args;
  part.pad_left = args.pad_left > phase ? (args.pad_left - phase + d - 1) / d : 0;
  const size_t first = phase + part.pad_left * d - args.pad_left;  // column of the image
  part.w = first < args.w ? (args.w - first + d - 1) / d : 0;
  if (part.w > 0) part.x += first * args.x_pixel;
  part.y += phase * args.y_pixel;
  part.x_pixel *= d;
  part.y_pixel *= d;
  part.out_w = (args.out_w - phase + d - 1) / d;
  part.dilation_w = 1;
  return part;
}

template <typename K>
void run_rows(const DepthwiseS8Args& args, const typename K::Job& job) {
  if (job.tiles && args.dilation_w > 1 && args.stride_w == 1) {
    typename K::Job part_job = job;
    part_job.y_pixel *= args.dilation_w;
    for (size_t oh = args.row_begin; oh < args.row_end; ++oh) {
      for (size_t phase = 0; phase < args.dilation_w && phase < args.out_w; ++phase) {
        const DepthwiseS8Args part = select_phase(args, phase);
        pick_row<K>(part, part_job)(part, part_job, oh);
      }
    }
    return;
  }
  RowFn<K>* const run = pick_row<K>(args, job);
  for (size_t oh = args.row_begin; oh < args.row_end; ++oh) run(args, job, oh);
}

// bias − zero·Σw, modulo 2^32 as the sums are: takes a zero point into the bias.
inline uint32_t folded_bias(const DepthwiseS8PrepareArgs& args, size_t channel, int32_t zero) {
  uint32_t sum = 0;
  for (size_t t = 0; t < args.kernel_h * args.kernel_w; ++t) {
    sum += static_cast<uint32_t>(args.weights[t * args.c + channel]);
  }
  const uint32_t bias = args.bias != nullptr ? static_cast<uint32_t>(args.bias[channel]) : 0;
  return bias - static_cast<uint32_t>(zero) * sum;
}

// Then no requantized sum leaves int32 before it is clamped.
inline bool scales_below_one(const DepthwiseS8PrepareArgs& args) {
  for (size_t channel = 0; channel < args.c; ++channel) {
    if (args.scale[channel] >= 1.0f) return false;
  }
  return true;
}

inline void write_zeros(const DepthwiseS8PrepareArgs& args, unsigned char* to) {
  memset(to, static_cast<int>(static_cast<uint8_t>(args.x_zero)), block_count(args.c) * kBlock);
}

}  // namespace
}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/depthwise_f32/depthwise_window.h"
#include "kernels/depthwise_s8/depthwise_s8.h"

// The loops around the tiles of depthwise_s8. Private to the ISA files; everything has internal
// linkage, because each file compiles it for its own instruction set.
//
// An ISA's class K has: Job (from DepthwiseJob), tile<KW, STRIDE, PIXELS>(job, source, y) for
// PIXELS outputs side by side, KW taps wide, STRIDE image columns apart, and pixel(job, source, y)
// for one output of any window. Channels go in blocks of 16. Taps outside the image read a pixel of
// zero points, which adds nothing when x_zero·Σw is folded into the bias.

namespace linnet {
namespace {

constexpr size_t kBlock = 16;
constexpr size_t kMaxFastRows = 16;  // of taps, for the tiles of several pixels
constexpr size_t kMaxColumns = 11;   // of the widest such tile: 5 taps, stride 2, 4 pixels

inline size_t block_count(size_t c) { return (c + kBlock - 1) / kBlock; }

// The last block ends at channel c-1, overlapping the one before; a single one is partial.
inline size_t block_start(size_t c, size_t block) {
  return block * kBlock + kBlock <= c || c < kBlock ? block * kBlock : c - kBlock;
}

// What is the same for all tiles of a call.
struct DepthwiseJob {
  const unsigned char* prepared;
  size_t block_bytes;
  size_t blocks;
  size_t c;
  size_t kernel_h;
  size_t kernel_w;
  size_t y_pixel;
};

inline void start_job(const DepthwiseS8Args& args, size_t block_bytes, DepthwiseJob* job) {
  job->prepared = static_cast<const unsigned char*>(args.prepared);
  job->block_bytes = block_bytes;
  job->blocks = block_count(args.c);
  job->c = args.c;
  job->kernel_h = args.kernel_h;
  job->kernel_w = args.kernel_w;
  job->y_pixel = args.y_pixel;
}

// Where the taps of a tile are: pixels of whole rows …
struct GridSource {
  const int8_t* const* rows;  // at the tile's first column
  size_t pixel;
  const int8_t* at(size_t row, size_t column) const { return rows[row] + column * pixel; }
};

// … or anywhere, for tiles at the border.
struct TableSource {
  const int8_t* const* pixels;
  size_t columns;
  const int8_t* at(size_t row, size_t column) const { return pixels[row * columns + column]; }
};

// The pixels under a tile, for TableSource.
struct Table {
  const int8_t* pixels[kDepthwiseS8MaxTaps > kMaxFastRows* kMaxColumns ? kDepthwiseS8MaxTaps
                                                                       : kMaxFastRows* kMaxColumns];
  int8_t copies[kBlock][kBlock];  // of the pixels whose 16 bytes would reach beyond the image
};

inline void fill_table(const DepthwiseS8Args& args, const int8_t* zeros, size_t oh, size_t ow,
                       size_t columns, Table* table) {
  const int8_t* const end =
      args.x + (args.h - 1) * args.x_row + (args.w - 1) * args.x_pixel + args.c;
  const TapRange rows =
      taps_inside(oh, args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
  const TapRange cols =
      taps_inside(ow, args.stride_w, args.dilation_w, args.pad_left, columns, args.w);
  size_t copied = 0;
  const int8_t** to = table->pixels;
  for (size_t i = 0; i < args.kernel_h; ++i) {
    const bool inside = i >= rows.begin && i < rows.end && cols.begin < cols.end;
    const TapRange here = inside ? cols : TapRange{0, 0};
    for (size_t j = 0; j < columns; ++j) to[j] = zeros;
    if (inside) {
      const int8_t* from =
          args.x + (oh * args.stride_h + i * args.dilation_h - args.pad_top) * args.x_row +
          (ow * args.stride_w + here.begin * args.dilation_w - args.pad_left) * args.x_pixel;
      for (size_t j = here.begin; j < here.end; ++j, from += args.dilation_w * args.x_pixel) {
        to[j] = from;
        if (args.c < kBlock && static_cast<size_t>(end - from) < kBlock) {
          memcpy(table->copies[copied], from, args.c);
          to[j] = table->copies[copied++];
        }
      }
    }
    to += columns;
  }
}

// One row of outputs in tiles of 4, 2 and 1 pixels.
template <typename K, int KW, int STRIDE>
void run_row(const DepthwiseS8Args& args, const typename K::Job& job, const int8_t* zeros,
             size_t oh) {
  const TapRange rows =
      taps_inside(oh, args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
  OutputRange inside = outputs_inside(args.out_w, STRIDE, 1, args.pad_left, KW, args.w);
  // Blocks narrower than a load, at the image's end, need the table.
  if (rows.begin != 0 || rows.end != args.kernel_h || job.c < kBlock) inside = {0, 0};
  Table table;
  int8_t* y = args.y + oh * args.y_row;
  const size_t step = args.x_pixel * STRIDE;
  for (size_t ow = 0; ow < args.out_w;) {
    const size_t left = args.out_w - ow;
    if (ow >= inside.begin && ow + 4 <= inside.end) {
      const int8_t* grid[kMaxFastRows];
      for (size_t i = 0; i < args.kernel_h; ++i) {
        grid[i] = args.x + (oh * args.stride_h + i * args.dilation_h - args.pad_top) * args.x_row +
                  (ow * STRIDE - args.pad_left) * args.x_pixel;
      }
      for (; ow + 4 <= inside.end; ow += 4) {
        K::template tile<KW, STRIDE, 4>(job, GridSource{grid, args.x_pixel}, y + ow * args.y_pixel);
        for (size_t i = 0; i < args.kernel_h; ++i) grid[i] += 4 * step;
      }
      continue;
    }
    int8_t* const to = y + ow * args.y_pixel;
    const size_t pixels = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    const size_t columns = (pixels - 1) * STRIDE + KW;
    fill_table(args, zeros, oh, ow, columns, &table);
    const TableSource source{table.pixels, columns};
    if (pixels == 4) {
      K::template tile<KW, STRIDE, 4>(job, source, to);
    } else if (pixels == 2) {
      K::template tile<KW, STRIDE, 2>(job, source, to);
    } else {
      K::template tile<KW, STRIDE, 1>(job, source, to);
    }
    ow += pixels;
  }
}

template <typename K>
void run_row_any(const DepthwiseS8Args& args, const typename K::Job& job, const int8_t* zeros,
                 size_t oh) {
  Table table;
  for (size_t ow = 0; ow < args.out_w; ++ow) {
    fill_table(args, zeros, oh, ow, args.kernel_w, &table);
    K::pixel(job, TableSource{table.pixels, args.kernel_w},
             args.y + oh * args.y_row + ow * args.y_pixel);
  }
}

template <typename K>
using RowFn = void(const DepthwiseS8Args&, const typename K::Job&, const int8_t*, size_t);

template <typename K>
RowFn<K>* pick_row(const DepthwiseS8Args& args) {
  if (args.dilation_w != 1 || args.kernel_h > kMaxFastRows) return run_row_any<K>;
  if (args.kernel_w == 3 && args.stride_w == 1) return run_row<K, 3, 1>;
  if (args.kernel_w == 3 && args.stride_w == 2) return run_row<K, 3, 2>;
  if (args.kernel_w == 5 && args.stride_w == 1) return run_row<K, 5, 1>;
  if (args.kernel_w == 5 && args.stride_w == 2) return run_row<K, 5, 2>;
  return run_row_any<K>;
}

// After the blocks `prepared` holds a pixel of zero points.
template <typename K>
void run_rows(const DepthwiseS8Args& args, const typename K::Job& job) {
  const auto* zeros = reinterpret_cast<const int8_t*>(job.prepared + job.blocks * job.block_bytes);
  RowFn<K>* const run = pick_row<K>(args);
  for (size_t oh = args.row_begin; oh < args.row_end; ++oh) run(args, job, zeros, oh);
}

// The bias with the zero point of x folded in, modulo 2^32 as the sums are.
inline uint32_t folded_bias(const DepthwiseS8PrepareArgs& args, size_t channel) {
  uint32_t sum = 0;
  for (size_t t = 0; t < args.kernel_h * args.kernel_w; ++t) {
    sum += static_cast<uint32_t>(args.weights[t * args.c + channel]);
  }
  const uint32_t bias = args.bias != nullptr ? static_cast<uint32_t>(args.bias[channel]) : 0;
  return bias - static_cast<uint32_t>(args.x_zero) * sum;
}

inline void write_zeros(const DepthwiseS8PrepareArgs& args, unsigned char* to) {
  memset(to, static_cast<int>(static_cast<uint8_t>(args.x_zero)), block_count(args.c) * kBlock);
}

}  // namespace
}  // namespace linnet

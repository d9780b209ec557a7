#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/depthwise_s8/depthwise_s8.h"
#include "kernels/depthwise_s8/depthwise_s8_tiles.h"

// Two taps at a time: their int16 values stand side by side and vpmaddwd multiplies and adds them.
// Rows of taps are paired, so a pair of image pixels (one above the other) is interleaved once and
// serves every output pixel of the tile that it touches. Of an odd number of rows the last one is
// paired along itself, at every other column: an output that begins at an even column of the tile
// takes its taps as (0 1)(2 -), one that begins at an odd column as (- 0)(1 2). The zero point is
// folded into the bias; taps outside the image read a row of zero points.
//
// Prepared: 64 bytes that say whether the tiles may be used; then for every block of 16 channels
// bias and scale (64 bytes each) and 64 bytes for each pair of taps: the paired rows, the last row
// from even columns, the same from odd columns. Inside 64 bytes channels stand in the order in
// which vpunpck leaves them: 0-3, 8-11, 4-7, 12-15. The last block ends at channel c-1, overlapping
// the one before; a single block is padded with zeros. After the blocks: one pixel of zero points.

namespace linnet {
namespace {

constexpr size_t kHeadBytes = 64;

constexpr size_t even_pairs(size_t kernel_w) { return (kernel_w + 1) / 2; }
constexpr size_t odd_pairs(size_t kernel_w) { return kernel_w / 2 + 1; }

size_t block_bytes(size_t kernel_h, size_t kernel_w) {
  const size_t last_row = even_pairs(kernel_w) + odd_pairs(kernel_w);
  return (2 + kernel_h / 2 * kernel_w + kernel_h % 2 * last_row) * 64;
}

// The place in its 64 bytes of a block's channel.
size_t channel_slot(size_t channel) {
  return (channel & 3) + (channel & 8) / 2 + (channel & 4) * 2;
}

struct Job : DepthwiseJob {
  __m256 top;  // clamp_max - y_zero
  __m256i y_zero;
  __m256i low;  // clamp_min
  __m256i high;
};

inline __m256i load_channels(const int8_t* from) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

inline __m256i load_aligned(const unsigned char* from) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(from));
}

// A pair of taps of the 16 channels.
struct Pair {
  __m256i low;
  __m256i high;
};

inline Pair interleave(__m256i first, __m256i second) {
  return {_mm256_unpacklo_epi16(first, second), _mm256_unpackhi_epi16(first, second)};
}

// sum + the products of pairs. The empty assembly keeps GCC from regrouping the sums of an unrolled
// loop, which takes more registers than there are.
inline __m256i add_products(__m256i sum, __m256i pair, __m256i w) {
  sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pair, w));
#if defined(__GNUC__)
  __asm__("" : "+x"(sum));
#endif
  return sum;
}

// Both halves of a block's sums += pair x the 64 bytes of weights at `w`.
inline void add_pair(__m256i* acc, const Pair& pair, const unsigned char* w) {
  acc[0] = add_products(acc[0], pair.low, load_aligned(w));
  acc[1] = add_products(acc[1], pair.high, load_aligned(w + 32));
}

inline __m256 scale_sums(__m256i acc, const unsigned char* scale) {
  return _mm256_mul_ps(_mm256_cvtepi32_ps(acc),
                       _mm256_load_ps(reinterpret_cast<const float*>(scale)));
}

// kernels/requantize.h where every scale is below 1, so that no product leaves int32: the packings
// saturate, and the clamp can wait for the bytes.
inline __m256i requantize(const Job& job, const __m256i* acc, const unsigned char* scale) {
  const __m256i q = _mm256_packs_epi32(_mm256_cvtps_epi32(scale_sums(acc[0], scale)),
                                       _mm256_cvtps_epi32(scale_sums(acc[1], scale + 32)));
  return _mm256_adds_epi16(q, job.y_zero);
}

// … for any scale: a sum below every int32 becomes INT32_MIN, one above them would too.
inline __m256i requantize_any(const Job& job, const __m256i* acc, const unsigned char* scale) {
  const __m256 low = _mm256_min_ps(scale_sums(acc[0], scale), job.top);
  const __m256 high = _mm256_min_ps(scale_sums(acc[1], scale + 32), job.top);
  const __m256i q = _mm256_packs_epi32(_mm256_cvtps_epi32(low), _mm256_cvtps_epi32(high));
  return _mm256_adds_epi16(q, job.y_zero);
}

// The requantized blocks of two outputs, as bytes: the first output's in the lower half.
inline __m256i clamp_blocks(const Job& job, __m256i q0, __m256i q1) {
  const __m256i out = _mm256_packs_epi16(q0, q1);
  return _mm256_permute4x64_epi64(_mm256_min_epi8(_mm256_max_epi8(out, job.low), job.high), 0xD8);
}

inline void store_channels(int8_t* y, __m128i out) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(y), out);
}

// PIXELS outputs side by side of a square kernel K taps wide, STRIDE image columns apart (1 or 2),
// for the 16 channels from `at` on.
template <int K, int STRIDE, int PIXELS, typename Source>
inline void run_block(const Job& job, const Source& source, size_t at, const unsigned char* head,
                      int8_t* y, size_t y_pixel) {
  constexpr int kColumns = (PIXELS - 1) * STRIDE + K;
  const auto x = source.template from<K>(at);
  const unsigned char* w = head + 128;
  __m256i acc[PIXELS][2];
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) {
    acc[p][0] = load_aligned(head);
    acc[p][1] = load_aligned(head + 32);
  }
#pragma GCC unroll 16
  for (size_t i = 0; i + 1 < K; i += 2, w += K * 64) {
#pragma GCC unroll 16
    for (int j = 0; j < kColumns; ++j) {
      const Pair pair = interleave(load_channels(x.at(i, static_cast<size_t>(j))),
                                   load_channels(x.at(i + 1, static_cast<size_t>(j))));
#pragma GCC unroll 16
      for (int p = 0; p < PIXELS; ++p) {
        const int tap = j - p * STRIDE;
        if (tap >= 0 && tap < K) add_pair(acc[p], pair, w + tap * 64);
      }
    }
  }
#pragma GCC unroll 16
  for (int j = 0; j < kColumns; j += 2) {
    const int next = j + 1 < kColumns ? j + 1 : j;  // its weight is 0
    const Pair pair = interleave(load_channels(x.at(K - 1, static_cast<size_t>(j))),
                                 load_channels(x.at(K - 1, static_cast<size_t>(next))));
#pragma GCC unroll 16
    for (int p = 0; p < PIXELS; ++p) {
      const int odd = p * STRIDE % 2;
      const int tap = j - (p * STRIDE - odd);
      const int before = odd * static_cast<int>(even_pairs(K));
      if (tap >= 0 && tap < K + odd) add_pair(acc[p], pair, w + (before + tap / 2) * 64);
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; p += 2) {
    constexpr int kLast = PIXELS - 1;
    const __m256i q0 = requantize(job, acc[p], head + 64);
    const __m256i q1 = p < kLast ? requantize(job, acc[p < kLast ? p + 1 : p], head + 64) : q0;
    const __m256i out = clamp_blocks(job, q0, q1);
    int8_t* const to = y + static_cast<size_t>(p) * y_pixel;
    store_channels(to, _mm256_castsi256_si128(out));
    if (p < kLast) store_channels(to + y_pixel, _mm256_extracti128_si256(out, 1));
  }
}

template <int K, int STRIDE, int PIXELS, typename Source>
void run_tile(const Job& job, const Source& x, int8_t* y) {
  if (job.c < kBlock) {
    int8_t out[PIXELS][kBlock];
    run_block<K, STRIDE, PIXELS>(job, x, 0, job.prepared, out[0], kBlock);
    for (size_t p = 0; p < PIXELS; ++p) memcpy(y + p * job.y_pixel, out[p], job.c);
    return;
  }
  for (size_t block = 0; block < job.blocks; ++block) {
    const size_t at = block_start(job.c, block);
    run_block<K, STRIDE, PIXELS>(job, x, at, job.prepared + block * job.block_bytes, y + at,
                                 job.y_pixel);
  }
}

// Where a block of one output is: its first channel and its prepared part.
struct PixelBlock {
  size_t at;
  const unsigned char* head;
};

inline void store_pixel(const Job& job, const __m256i* acc, const PixelBlock& block, int8_t* y) {
  const __m256i q = requantize_any(job, acc, block.head + 64);
  const __m128i out = _mm256_castsi256_si128(clamp_blocks(job, q, q));
  if (job.c >= kBlock) {
    store_channels(y + block.at, out);
  } else {
    int8_t lanes[kBlock];
    store_channels(lanes, out);
    memcpy(y, lanes, job.c);
  }
}

// BLOCKS blocks of one output, any window.
template <size_t BLOCKS>
void run_pixel_blocks(const Job& job, const TableSource& x, size_t first, int8_t* y) {
  PixelBlock blocks[BLOCKS];
  __m256i acc[BLOCKS][2];
#pragma GCC unroll 4
  for (size_t b = 0; b < BLOCKS; ++b) {
    blocks[b] = {block_start(job.c, first + b), job.prepared + (first + b) * job.block_bytes};
    acc[b][0] = load_aligned(blocks[b].head);
    acc[b][1] = load_aligned(blocks[b].head + 32);
  }
  size_t w = 128;
  const auto add = [&](const int8_t* x0, const int8_t* x1) {
#pragma GCC unroll 4
    for (size_t b = 0; b < BLOCKS; ++b) {
      const size_t at = blocks[b].at;
      add_pair(acc[b], interleave(load_channels(x0 + at), load_channels(x1 + at)),
               blocks[b].head + w);
    }
    w += 64;
  };
  for (size_t i = 0; i + 1 < job.kernel_h; i += 2) {
    for (size_t j = 0; j < job.kernel_w; ++j) add(x.at(i, j), x.at(i + 1, j));
  }
  if (job.kernel_h % 2 != 0) {
    const size_t i = job.kernel_h - 1;
    for (size_t j = 0; j < job.kernel_w; j += 2) {
      add(x.at(i, j), x.at(i, j + 1 < job.kernel_w ? j + 1 : j));  // its weight is 0
    }
  }
#pragma GCC unroll 4
  for (size_t b = 0; b < BLOCKS; ++b) store_pixel(job, acc[b], blocks[b], y);
}

void run_pixel(const Job& job, const TableSource& x, int8_t* y) {
  size_t block = 0;
  for (; block + 4 <= job.blocks; block += 4) run_pixel_blocks<4>(job, x, block, y);
  for (; block + 2 <= job.blocks; block += 2) run_pixel_blocks<2>(job, x, block, y);
  if (block < job.blocks) run_pixel_blocks<1>(job, x, block, y);
}

struct Avx2 {
  using Job = linnet::Job;
  static constexpr size_t kLoad = kBlock;
  static constexpr bool kPairs = false;
  template <int K, int STRIDE, int PIXELS, typename Source>
  static void tile(const Job& job, const Source& x, int8_t* y) {
    run_tile<K, STRIDE, PIXELS>(job, x, y);
  }
  static void pixel(const Job& job, const TableSource& x, int8_t* y) { run_pixel(job, x, y); }
};

inline void write_pair(int first, int second, unsigned char* to) {
  const int16_t pair[2] = {static_cast<int16_t>(first), static_cast<int16_t>(second)};
  memcpy(to, pair, 4);
}

// The pairs of taps of one channel, every 64 bytes. Its weights are `step` apart.
void write_taps(const int8_t* w, size_t step, size_t kernel_h, size_t kernel_w, unsigned char* to) {
  for (size_t i = 0; i + 1 < kernel_h; i += 2) {
    for (size_t j = 0; j < kernel_w; ++j, to += 64) {
      write_pair(w[(i * kernel_w + j) * step], w[((i + 1) * kernel_w + j) * step], to);
    }
  }
  if (kernel_h % 2 == 0) return;
  const int8_t* const row = w + (kernel_h - 1) * kernel_w * step;
  for (size_t j = 0; j < kernel_w; j += 2, to += 64) {
    write_pair(row[j * step], j + 1 < kernel_w ? row[(j + 1) * step] : 0, to);
  }
  for (size_t j = 0; j <= kernel_w; j += 2, to += 64) {
    write_pair(j > 0 ? row[(j - 1) * step] : 0, j < kernel_w ? row[j * step] : 0, to);
  }
}

// One block: bias, scale, pairs of taps. `at` is its first channel, `channels` how many exist.
void prepare_block(const DepthwiseS8PrepareArgs& args, size_t at, size_t channels,
                   unsigned char* block) {
  memset(block, 0, block_bytes(args.kernel_h, args.kernel_w));
  for (size_t channel = 0; channel < channels; ++channel) {
    const size_t slot = channel_slot(channel) * 4;
    const uint32_t bias = folded_bias(args, at + channel, args.x_zero);
    memcpy(block + slot, &bias, 4);
    memcpy(block + 64 + slot, args.scale + at + channel, 4);
    write_taps(args.weights + at + channel, args.c, args.kernel_h, args.kernel_w,
               block + 128 + slot);
  }
}

}  // namespace

void depthwise_s8_prepare_avx2(const DepthwiseS8PrepareArgs& args, void* prepared) {
  auto* to = static_cast<unsigned char*>(prepared);
  memset(to, 0, kHeadBytes);
  to[0] = scales_below_one(args) ? 1 : 0;
  to += kHeadBytes;
  for (size_t block = 0; block < block_count(args.c); ++block) {
    prepare_block(args, block_start(args.c, block), args.c < kBlock ? args.c : kBlock, to);
    to += block_bytes(args.kernel_h, args.kernel_w);
  }
  write_zeros(args, to);
}

void depthwise_s8_avx2(const DepthwiseS8Args& args) {
  Job job;
  start_job(args, kHeadBytes, block_bytes(args.kernel_h, args.kernel_w), &job);
  job.tiles =
      *static_cast<const unsigned char*>(args.prepared) != 0 && args.kernel_h == args.kernel_w;
  job.top = _mm256_set1_ps(static_cast<float>(args.clamp_max - args.y_zero));
  job.y_zero = _mm256_set1_epi16(static_cast<int16_t>(args.y_zero));
  job.low = _mm256_set1_epi8(static_cast<char>(args.clamp_min));
  job.high = _mm256_set1_epi8(static_cast<char>(args.clamp_max));
  run_rows<Avx2>(args, job);
}

}  // namespace linnet

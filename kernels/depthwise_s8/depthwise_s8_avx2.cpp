#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/depthwise_s8/depthwise_s8.h"
#include "kernels/depthwise_s8/depthwise_s8_tiles.h"

// Two taps at a time: their int16 values stand side by side and vpmaddwd multiplies and adds them.
// Rows of taps are paired, so a pair of image pixels (one above the other) is interleaved once and
// serves every output pixel of the tile that it touches; of an odd number of rows the last one is
// paired along itself. The zero point is folded into the bias; taps outside the image read a row of
// zero points.
//
// Prepared, for every block of 16 channels: bias and scale (64 bytes each), then 64 bytes for each
// pair of taps. Inside 64 bytes channels stand in the order in which vpunpck leaves them: 0-3,
// 8-11, 4-7, 12-15. The last block ends at channel c-1, overlapping the one before; a single block
// is padded with zeros. After the blocks: one pixel of zero points.

namespace linnet {
namespace {

size_t pair_count(size_t kernel_h, size_t kernel_w) {
  return kernel_h / 2 * kernel_w + kernel_h % 2 * ((kernel_w + 1) / 2);
}

size_t block_bytes(size_t kernel_h, size_t kernel_w) {
  return (2 + pair_count(kernel_h, kernel_w)) * 64;
}

// The place in its 64 bytes of a block's channel.
size_t channel_slot(size_t channel) {
  return (channel & 3) + (channel & 8) / 2 + (channel & 4) * 2;
}

struct Job : DepthwiseJob {
  __m256 high;  // clamp_max - y_zero
  __m256i y_zero;
  __m128i low;  // clamp_min
};

inline __m256i load_channels(const int8_t* from) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

inline __m256i load_aligned(const unsigned char* from) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(from));
}

// Both halves of a block's sums += pair x the 64 bytes of weights at `w`.
inline void add_pair(__m256i* acc, __m256i first, __m256i second, const unsigned char* w) {
  const __m256i low = _mm256_unpacklo_epi16(first, second);
  const __m256i high = _mm256_unpackhi_epi16(first, second);
  acc[0] = _mm256_add_epi32(acc[0], _mm256_madd_epi16(low, load_aligned(w)));
  acc[1] = _mm256_add_epi32(acc[1], _mm256_madd_epi16(high, load_aligned(w + 32)));
}

// kernels/requantize.h: a sum below every int32 becomes INT32_MIN, which the packing saturates.
inline __m256i scale_sums(const Job& job, __m256i acc, const unsigned char* scale) {
  const __m256 x =
      _mm256_mul_ps(_mm256_cvtepi32_ps(acc), _mm256_load_ps(reinterpret_cast<const float*>(scale)));
  return _mm256_cvtps_epi32(_mm256_min_ps(x, job.high));
}

inline void store_block(const Job& job, const __m256i* acc, const unsigned char* scale, int8_t* y) {
  __m256i q =
      _mm256_packs_epi32(scale_sums(job, acc[0], scale), scale_sums(job, acc[1], scale + 32));
  q = _mm256_adds_epi16(q, job.y_zero);
  __m128i out = _mm_packs_epi16(_mm256_castsi256_si128(q), _mm256_extracti128_si256(q, 1));
  out = _mm_max_epi8(out, job.low);
  if (job.c >= kBlock) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y), out);
  } else {
    int8_t lanes[kBlock];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(lanes), out);
    memcpy(y, lanes, job.c);
  }
}

// PIXELS outputs side by side, KW taps wide, STRIDE image columns apart (1 or 2).
template <int KW, int STRIDE, int PIXELS, typename Source>
void run_tile(const Job& job, const Source& x, int8_t* y) {
  constexpr int kColumns = (PIXELS - 1) * STRIDE + KW;
  for (size_t block = 0; block < job.blocks; ++block) {
    const size_t at = block_start(job.c, block);
    const unsigned char* const head = job.prepared + block * job.block_bytes;
    const unsigned char* w = head + 128;
    __m256i acc[PIXELS][2];
#pragma GCC unroll 16
    for (int p = 0; p < PIXELS; ++p) {
      acc[p][0] = load_aligned(head);
      acc[p][1] = load_aligned(head + 32);
    }
    for (size_t i = 0; i + 1 < job.kernel_h; i += 2) {
#pragma GCC unroll 16
      for (int j = 0; j < kColumns; ++j) {
        const __m256i first = load_channels(x.at(i, static_cast<size_t>(j)) + at);
        const __m256i second = load_channels(x.at(i + 1, static_cast<size_t>(j)) + at);
#pragma GCC unroll 16
        for (int p = 0; p < PIXELS; ++p) {
          const int tap = j - p * STRIDE;
          if (tap >= 0 && tap < KW) add_pair(acc[p], first, second, w + tap * 64);
        }
      }
      w += KW * 64;
    }
    if (job.kernel_h % 2 != 0) {
#pragma GCC unroll 16
      for (int j = 0; j < kColumns; ++j) {
        const int next = j + 1 < kColumns ? j + 1 : j;  // its weight is 0
        const __m256i first = load_channels(x.at(job.kernel_h - 1, static_cast<size_t>(j)) + at);
        const __m256i second =
            load_channels(x.at(job.kernel_h - 1, static_cast<size_t>(next)) + at);
#pragma GCC unroll 16
        for (int p = 0; p < PIXELS; ++p) {
          const int tap = j - p * STRIDE;
          if (tap >= 0 && tap < KW && tap % 2 == 0) {
            add_pair(acc[p], first, second, w + tap / 2 * 64);
          }
        }
      }
    }
#pragma GCC unroll 16
    for (int p = 0; p < PIXELS; ++p) {
      store_block(job, acc[p], head + 64, y + static_cast<size_t>(p) * job.y_pixel + at);
    }
  }
}

// One output, any window.
void run_pixel(const Job& job, const TableSource& x, int8_t* y) {
  for (size_t block = 0; block < job.blocks; ++block) {
    const size_t at = block_start(job.c, block);
    const unsigned char* const head = job.prepared + block * job.block_bytes;
    const unsigned char* w = head + 128;
    __m256i acc[2] = {load_aligned(head), load_aligned(head + 32)};
    for (size_t i = 0; i + 1 < job.kernel_h; i += 2) {
      for (size_t j = 0; j < job.kernel_w; ++j, w += 64) {
        add_pair(acc, load_channels(x.at(i, j) + at), load_channels(x.at(i + 1, j) + at), w);
      }
    }
    if (job.kernel_h % 2 != 0) {
      const size_t i = job.kernel_h - 1;
      for (size_t j = 0; j < job.kernel_w; j += 2, w += 64) {
        const size_t next = j + 1 < job.kernel_w ? j + 1 : j;  // its weight is 0
        add_pair(acc, load_channels(x.at(i, j) + at), load_channels(x.at(i, next) + at), w);
      }
    }
    store_block(job, acc, head + 64, y + at);
  }
}

struct Avx2 {
  using Job = linnet::Job;
  template <int KW, int STRIDE, int PIXELS, typename Source>
  static void tile(const Job& job, const Source& x, int8_t* y) {
    run_tile<KW, STRIDE, PIXELS>(job, x, y);
  }
  static void pixel(const Job& job, const TableSource& x, int8_t* y) { run_pixel(job, x, y); }
};

// One block: bias, scale, pairs of taps. `at` is its first channel, `channels` how many exist.
void prepare_block(const DepthwiseS8PrepareArgs& args, size_t at, size_t channels,
                   unsigned char* block) {
  memset(block, 0, block_bytes(args.kernel_h, args.kernel_w));
  for (size_t channel = 0; channel < channels; ++channel) {
    const size_t slot = channel_slot(channel) * 4;
    const int8_t* const w = args.weights + at + channel;
    const uint32_t bias = folded_bias(args, at + channel);
    memcpy(block + slot, &bias, 4);
    memcpy(block + 64 + slot, args.scale + at + channel, 4);
    unsigned char* to = block + 128 + slot;
    for (size_t i = 0; i < args.kernel_h; i += 2) {
      const bool last = i + 1 == args.kernel_h;
      for (size_t j = 0; j < args.kernel_w; j += last ? 2 : 1, to += 64) {
        const size_t t = i * args.kernel_w + j;
        int16_t pair[2] = {w[t * args.c], 0};
        if (!last) pair[1] = w[(t + args.kernel_w) * args.c];
        if (last && j + 1 < args.kernel_w) pair[1] = w[(t + 1) * args.c];
        memcpy(to, pair, 4);
      }
    }
  }
}

}  // namespace

void depthwise_s8_prepare_avx2(const DepthwiseS8PrepareArgs& args, void* prepared) {
  auto* to = static_cast<unsigned char*>(prepared);
  for (size_t block = 0; block < block_count(args.c); ++block) {
    prepare_block(args, block_start(args.c, block), args.c < kBlock ? args.c : kBlock, to);
    to += block_bytes(args.kernel_h, args.kernel_w);
  }
  write_zeros(args, to);
}

void depthwise_s8_avx2(const DepthwiseS8Args& args) {
  Job job;
  start_job(args, block_bytes(args.kernel_h, args.kernel_w), &job);
  job.high = _mm256_set1_ps(static_cast<float>(args.clamp_max - args.y_zero));
  job.y_zero = _mm256_set1_epi16(static_cast<int16_t>(args.y_zero));
  job.low = _mm_set1_epi8(static_cast<char>(args.clamp_min));
  run_rows<Avx2>(args, job);
}

}  // namespace linnet

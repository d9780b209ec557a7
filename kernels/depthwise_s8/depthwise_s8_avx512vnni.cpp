// GCC 12 takes the deliberately undefined operands inside its own AVX-512 header for mistakes
// (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/depthwise_s8/blocks_avx512vnni.h"
#include "kernels/depthwise_s8/depthwise_s8.h"
#include "kernels/depthwise_s8/depthwise_s8_tiles.h"

// Four taps at a time: their bytes stand side by side and one vpdpbusd adds the products of all
// four. Four rows of taps make a quad, so the image pixels of a column are interleaved once and
// serve every output pixel of the tile that they touch; of two or three rows the missing ones have
// weights of 0. A single last row is taken in quads along itself, at every fourth column: an output
// that begins s columns behind such a column takes its taps as (s zeros, 0, 1 …). vpdpbusd wants
// one unsigned side: x + 128 (one xor); 128·Σw is taken off the bias, as the zero point is. Taps
// outside the image read a pixel of zero points.
//
// Prepared: 64 bytes that say whether the tiles may be used; then for every block of channels bias,
// scale and quads of taps, each 4 bytes for every channel: the rows in fours, the last row in its
// four positions. A wide block is 64 channels; the rest are one or two narrow blocks of 32, whose
// loads and stores are masked, or one more wide block that overlaps the one before. Channels stand
// in the order in which vpunpck leaves them: in register q of four 4q … 4q+3 of every 16. After the
// blocks: one pixel of zero points.

namespace linnet {
namespace {

constexpr size_t kHeadBytes = 64;

// Quads of rows: all fours, and two or three rows that remain.
constexpr size_t row_quads(size_t kernel_h) { return kernel_h / 4 + (kernel_h % 4 > 1 ? 1 : 0); }
// Quads of the last row for an output that begins `shift` columns behind the first of them.
constexpr size_t line_quads(size_t kernel_w, size_t shift) { return (kernel_w + shift + 3) / 4; }
// … of all outputs with a smaller shift.
constexpr size_t line_quads_before(size_t kernel_w, size_t shift) {
  size_t count = 0;
  for (size_t s = 0; s < shift; ++s) count += line_quads(kernel_w, s);
  return count;
}

size_t quad_count(size_t kernel_h, size_t kernel_w) {
  const size_t line = kernel_h % 4 == 1 ? line_quads_before(kernel_w, 4) : 0;
  return row_quads(kernel_h) * kernel_w + line;
}

// Four taps of a block's channels.
template <typename V>
struct Quad {
  typename V::Reg reg[4];
};

template <typename V>
inline typename V::Reg load_taps(const int8_t* x, const typename V::Mask& mask) {
  return V::flip(V::load(x, mask));
}

template <typename V>
inline Quad<V> interleave(typename V::Reg t0, typename V::Reg t1, typename V::Reg t2,
                          typename V::Reg t3) {
  const typename V::Reg low01 = V::low8(t0, t1), high01 = V::high8(t0, t1);
  const typename V::Reg low23 = V::low8(t2, t3), high23 = V::high8(t2, t3);
  return {{V::low16(low01, low23), V::high16(low01, low23), V::low16(high01, high23),
           V::high16(high01, high23)}};
}

template <typename V>
constexpr size_t kQuadBytes = 4 * V::kChannels;

// acc += quad x the weights at `w`. The empty assembly keeps GCC from carrying a sum in two
// registers.
template <typename V>
inline void add_quad(typename V::Reg* acc, const Quad<V>& quad, const unsigned char* w) {
#pragma GCC unroll 4
  for (size_t q = 0; q < 4; ++q) {
    acc[q] = V::dot(acc[q], quad.reg[q], V::aligned(w + q * V::kChannels));
#if defined(__GNUC__)
    __asm__("" : "+v"(acc[q]));
#endif
  }
}

template <typename V>
inline void load_bias(const unsigned char* head, typename V::Reg* acc) {
#pragma GCC unroll 4
  for (size_t q = 0; q < 4; ++q) acc[q] = V::aligned(head + q * V::kChannels);
}

// kernels/requantize.h where every scale is below 1, so that no product leaves int32: the packings
// saturate, and the clamp can wait for the bytes.
template <typename V>
inline typename V::Reg requantize(const Job& job, const typename V::Reg* acc,
                                  const unsigned char* scale) {
  typename V::Reg q[4];
#pragma GCC unroll 4
  for (size_t i = 0; i < 4; ++i) q[i] = V::scaled(acc[i], scale + i * V::kChannels);
  return V::pack8(V::pack16(q[0], q[1], job), V::pack16(q[2], q[3], job), job);
}

// … for any scale: a sum below every int32 becomes INT32_MIN, one above them would too.
template <typename V>
inline typename V::Reg requantize_any(const Job& job, const typename V::Reg* acc,
                                      const unsigned char* scale) {
  typename V::Reg q[4];
#pragma GCC unroll 4
  for (size_t i = 0; i < 4; ++i) q[i] = V::scaled_below(acc[i], scale + i * V::kChannels, job);
  return V::pack8(V::pack16(q[0], q[1], job), V::pack16(q[2], q[3], job), job);
}

// A block's part of the prepared weights and of the pixels.
template <typename V>
struct Block {
  const unsigned char* head;  // bias, scale, quads
  size_t at;                  // first channel
  typename V::Mask mask;      // of the channels that exist
};

// The last row of taps of a K wide kernel, for a tile.
template <typename V, int K, int STRIDE, int PIXELS, typename Source>
inline void add_line(const Source& x, const Block<V>& block, const unsigned char* w,
                     typename V::Reg (*acc)[4]) {
  constexpr int kColumns = (PIXELS - 1) * STRIDE + K;
#pragma GCC unroll 16
  for (int j = 0; j < kColumns; j += 4) {
    typename V::Reg taps[4];
#pragma GCC unroll 16
    for (int t = 0; t < 4; ++t) {
      const int column = j + t < kColumns ? j + t : kColumns - 1;  // its weight is 0
      taps[t] = load_taps<V>(x.at(K - 1, static_cast<size_t>(column)), block.mask);
    }
    const Quad<V> quad = interleave<V>(taps[0], taps[1], taps[2], taps[3]);
#pragma GCC unroll 16
    for (int p = 0; p < PIXELS; ++p) {
      const int shift = p * STRIDE % 4;
      const int index = (j - (p * STRIDE - shift)) / 4;
      if (j < p * STRIDE - shift ||
          index >= static_cast<int>(line_quads(K, static_cast<size_t>(shift))))
        continue;
      const size_t before = line_quads_before(K, static_cast<size_t>(shift));
      add_quad<V>(acc[p], quad, w + (before + static_cast<size_t>(index)) * kQuadBytes<V>);
    }
  }
}

// PIXELS outputs side by side of a square kernel K taps wide (3 or 5), STRIDE image columns apart.
template <typename V, int K, int STRIDE, int PIXELS, typename Source>
inline void run_block(const Job& job, const Source& source, const Block<V>& block, int8_t* y) {
  constexpr int kColumns = (PIXELS - 1) * STRIDE + K;
  const auto x = source.template from<K>(block.at);
  const unsigned char* const w = block.head + 2 * kQuadBytes<V>;
  typename V::Reg acc[PIXELS][4];
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) load_bias<V>(block.head, acc[p]);
#pragma GCC unroll 16
  for (int j = 0; j < kColumns; ++j) {
    typename V::Reg taps[4];
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; ++i) {
      if (i < K) taps[i] = load_taps<V>(x.at(i, static_cast<size_t>(j)), block.mask);
    }
    if (K < 4) taps[3] = taps[2];  // its weight is 0
    const Quad<V> quad = interleave<V>(taps[0], taps[1], taps[2], taps[3]);
#pragma GCC unroll 16
    for (int p = 0; p < PIXELS; ++p) {
      const int tap = j - p * STRIDE;
      if (tap >= 0 && tap < K) {
        add_quad<V>(acc[p], quad, w + static_cast<size_t>(tap) * kQuadBytes<V>);
      }
    }
  }
  if constexpr (K == 5) add_line<V, K, STRIDE, PIXELS>(x, block, w + K * kQuadBytes<V>, acc);
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) {
    V::store(y + static_cast<size_t>(p) * job.y_pixel + block.at, block.mask,
             requantize<V>(job, acc[p], block.head + kQuadBytes<V>));
  }
}

// One output, any window, one block.
template <typename V>
inline void run_pixel(const Job& job, const TableSource& x, const Block<V>& block, int8_t* y) {
  const size_t last = job.kernel_h - 1;
  const unsigned char* w = block.head + 2 * kQuadBytes<V>;
  const auto tap = [&](size_t i, size_t j) {
    return load_taps<V>(x.at(i < last ? i : last, j) + block.at, block.mask);
  };
  typename V::Reg acc[4];
  load_bias<V>(block.head, acc);
  for (size_t i = 0; i < row_quads(job.kernel_h) * 4; i += 4) {
    for (size_t j = 0; j < job.kernel_w; ++j, w += kQuadBytes<V>) {
      add_quad<V>(acc, interleave<V>(tap(i, j), tap(i + 1, j), tap(i + 2, j), tap(i + 3, j)), w);
    }
  }
  if (job.kernel_h % 4 == 1) {
    const auto column = [&](size_t j) { return j < job.kernel_w ? j : job.kernel_w - 1; };
    for (size_t j = 0; j < job.kernel_w; j += 4, w += kQuadBytes<V>) {
      add_quad<V>(acc,
                  interleave<V>(tap(last, j), tap(last, column(j + 1)), tap(last, column(j + 2)),
                                tap(last, column(j + 3))),
                  w);
    }
  }
  V::store(y + block.at, block.mask, requantize_any<V>(job, acc, block.head + kQuadBytes<V>));
}

// Calls run(block) for all blocks of a job.
template <typename Run>
inline void for_blocks(const Job& job, const Run& run) {
  const unsigned char* head = job.prepared;
  for (size_t i = 0; i < job.split.wide; ++i, head += kWide * job.channel_bytes) {
    const size_t at = (i + 1) * kWide <= job.c ? i * kWide : job.c - kWide;
    run(Block<Wide>{head, at, ~__mmask64{0}});
  }
  for (size_t i = 0; i < job.split.narrow; ++i, head += kNarrow * job.channel_bytes) {
    const size_t at = job.split.wide * kWide + i * kNarrow;
    const size_t rest = job.c - at;
    run(Block<Narrow>{head, at, ~__mmask32{0} >> (rest < kNarrow ? kNarrow - rest : 0)});
  }
}

// 8 pixels: two tiles of 4, whose narrow blocks are taken together.
template <int K, int STRIDE>
[[gnu::noinline]] void run_two_tiles(const Job& job, const GridSource& x, int8_t* y) {
  const size_t x_step = 4 * STRIDE * x.pixel, y_step = 4 * job.y_pixel;
  for_blocks(job, [&]<typename V>(const Block<V>& block) {
    if constexpr (V::kChannels == kNarrow) {
      const typename TwoNarrow::Mask mask = {block.mask, x_step, y_step};
      if (job.c - block.at >= kNarrow) {
        run_block<TwoHalves, K, STRIDE, 4>(job, x, {block.head, block.at, mask}, y);
      } else {
        run_block<TwoNarrow, K, STRIDE, 4>(job, x, {block.head, block.at, mask}, y);
      }
    } else {
#pragma GCC unroll 1
      for (size_t i = 0; i < 2; ++i) {
        const GridSource part = {x.rows, x.offset + i * x_step, x.pixel};
        run_block<V, K, STRIDE, 4>(job, part, block, y + i * y_step);
      }
    }
  });
}

struct Avx512Vnni {
  using Job = linnet::Job;
  static constexpr size_t kLoad = 0;
  static constexpr bool kPairs = true;
  static bool pairs(const Job& job) { return job.split.narrow > 0; }
  template <int K, int STRIDE>
  static void two_tiles(const Job& job, const GridSource& x, int8_t* y) {
    run_two_tiles<K, STRIDE>(job, x, y);
  }
  template <int K, int STRIDE, int PIXELS, typename Source>
  static void tile(const Job& job, const Source& x, int8_t* y) {
    for_blocks(job, [&]<typename V>(const Block<V>& block) {
      run_block<V, K, STRIDE, PIXELS>(job, x, block, y);
    });
  }
  static void pixel(const Job& job, const TableSource& x, int8_t* y) {
    for_blocks(job, [&]<typename V>(const Block<V>& block) { run_pixel<V>(job, x, block, y); });
  }
};

// The quads of one channel, `step` bytes apart; its weights are c apart.
void write_taps(const DepthwiseS8PrepareArgs& args, size_t channel, size_t step,
                unsigned char* to) {
  const int8_t* const w = args.weights + channel;
  for (size_t i = 0; i < row_quads(args.kernel_h) * 4; i += 4) {
    for (size_t j = 0; j < args.kernel_w; ++j, to += step) {
      for (size_t t = 0; t < 4 && i + t < args.kernel_h; ++t) {
        memcpy(to + t, w + ((i + t) * args.kernel_w + j) * args.c, 1);
      }
    }
  }
  if (args.kernel_h % 4 != 1) return;
  const int8_t* const row = w + (args.kernel_h - 1) * args.kernel_w * args.c;
  for (size_t shift = 0; shift < 4; ++shift) {
    for (size_t j = 0; j < args.kernel_w; ++j) {
      memcpy(to + (shift + j) / 4 * step + (shift + j) % 4, row + j * args.c, 1);
    }
    to += line_quads(args.kernel_w, shift) * step;
  }
}

// One block of `room` channels from `at` on, of which `channels` exist.
void prepare_block(const DepthwiseS8PrepareArgs& args, size_t at, size_t channels, size_t room,
                   unsigned char* block) {
  const size_t step = 4 * room;
  memset(block, 0, (2 + quad_count(args.kernel_h, args.kernel_w)) * step);
  for (size_t channel = 0; channel < channels; ++channel) {
    const size_t slot = channel / 4 % 4 * room + channel / 16 * 16 + channel % 4 * 4;
    const uint32_t bias = folded_bias(args, at + channel, args.x_zero + 128);
    memcpy(block + slot, &bias, 4);
    memcpy(block + step + slot, args.scale + at + channel, 4);
    write_taps(args, at + channel, step, block + 2 * step + slot);
  }
}

}  // namespace

void depthwise_s8_prepare_avx512vnni(const DepthwiseS8PrepareArgs& args, void* prepared) {
  auto* to = static_cast<unsigned char*>(prepared);
  memset(to, 0, kHeadBytes);
  to[0] = scales_below_one(args) ? 1 : 0;
  to += kHeadBytes;
  const size_t channel_bytes = 4 * (2 + quad_count(args.kernel_h, args.kernel_w));
  const Blocks blocks = split_channels(args.c);
  for (size_t i = 0; i < blocks.wide; ++i, to += kWide * channel_bytes) {
    const size_t at = (i + 1) * kWide <= args.c ? i * kWide : args.c - kWide;
    prepare_block(args, at, kWide, kWide, to);
  }
  for (size_t i = 0; i < blocks.narrow; ++i, to += kNarrow * channel_bytes) {
    const size_t at = blocks.wide * kWide + i * kNarrow;
    prepare_block(args, at, args.c - at < kNarrow ? args.c - at : kNarrow, kNarrow, to);
  }
  write_zeros(args, to);
}

void depthwise_s8_avx512vnni(const DepthwiseS8Args& args) {
  Job job;
  start_job(args, kHeadBytes, 0, &job);
  const size_t quads = quad_count(args.kernel_h, args.kernel_w);
  job.split = split_channels(args.c);
  job.channel_bytes = 4 * (2 + quads);
  const size_t channels = job.split.wide * kWide + job.split.narrow * kNarrow;
  job.zeros = reinterpret_cast<const int8_t*>(job.prepared + channels * job.channel_bytes);
  job.tiles =
      *static_cast<const unsigned char*>(args.prepared) != 0 && args.kernel_h == args.kernel_w;
  job.top = _mm512_set1_ps(static_cast<float>(args.clamp_max - args.y_zero));
  job.y_zero = _mm512_set1_epi16(static_cast<int16_t>(args.y_zero));
  job.low = _mm512_set1_epi8(static_cast<char>(args.clamp_min));
  job.high = _mm512_set1_epi8(static_cast<char>(args.clamp_max));
  run_rows<Avx512Vnni>(args, job);
}

}  // namespace linnet

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/depthwise_s8/depthwise_s8.h"
#include "kernels/depthwise_s8/depthwise_s8_tiles.h"

// Products of two taps are added in int16 (2·128·127 fits) before they are widened.
//
// Prepared, for every block of 16 channels: bias and scale (64 bytes each), then 16 bytes of int8
// weights for each tap, taps in row order. After the blocks: one pixel of zero points.

namespace linnet {
namespace {

struct Job : DepthwiseJob {
  float32x4_t low;  // clamp_min - y_zero
  float32x4_t high;
  int32x4_t y_zero;
};

// Eight channels of one output.
struct Sums {
  int32x4_t low;
  int32x4_t high;
};

inline void add_products(Sums* acc, int16x8_t products) {
  acc->low = vaddw_s16(acc->low, vget_low_s16(products));
  acc->high = vaddw_s16(acc->high, vget_high_s16(products));
}

// Two taps of PIXELS outputs side by side; each step for all of them, because the next one waits.
template <int PIXELS>
inline void add_pairs(Sums* acc, const int8x8_t* x0, int8x8_t w0, const int8x8_t* x1, int8x8_t w1) {
  int16x8_t products[PIXELS];
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) products[p] = vmull_s8(x0[p], w0);
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) products[p] = vmlal_s8(products[p], x1[p], w1);
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) add_products(&acc[p], products[p]);
}

template <int PIXELS>
inline void add_singles(Sums* acc, const int8x8_t* x, int8x8_t w) {
  int16x8_t products[PIXELS];
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) products[p] = vmull_s8(x[p], w);
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) add_products(&acc[p], products[p]);
}

// kernels/requantize.h
inline int16x4_t requantize(const Job& job, int32x4_t acc, const unsigned char* scale) {
  float32x4_t x = vmulq_f32(vcvtq_f32_s32(acc), vld1q_f32(reinterpret_cast<const float*>(scale)));
  x = vminq_f32(vmaxq_f32(x, job.low), job.high);
#if defined(__aarch64__)
  const int32x4_t rounded = vcvtnq_s32_f32(x);
#else
  const float32x4_t magic = vdupq_n_f32(12582912.0f);
  const int32x4_t rounded = vcvtq_s32_f32(vsubq_f32(vaddq_f32(x, magic), magic));
#endif
  return vmovn_s32(vaddq_s32(rounded, job.y_zero));
}

inline Sums load_bias(const unsigned char* from) {
  const auto* bias = reinterpret_cast<const int32_t*>(from);
  return {vld1q_s32(bias), vld1q_s32(bias + 4)};
}

// `half`: the first channel inside the block, 0 or 8.
inline void store_half(const Job& job, const Sums& acc, const unsigned char* scale, size_t half,
                       int8_t* y) {
  const int8x8_t out = vmovn_s16(
      vcombine_s16(requantize(job, acc.low, scale), requantize(job, acc.high, scale + 16)));
  if (job.c >= half + 8) {
    vst1_s8(y, out);
  } else if (job.c > half) {
    int8_t lanes[8];
    vst1_s8(lanes, out);
    memcpy(y, lanes, job.c - half);
  }
}

// Column j of the taps of PIXELS outputs, STRIDE image columns apart, in row i.
template <int STRIDE, int PIXELS, typename Source>
inline void load_taps(const Source& x, size_t i, int j, size_t at, int8x8_t (&to)[PIXELS]) {
#pragma GCC unroll 16
  for (int p = 0; p < PIXELS; ++p) {
    to[p] = vld1_s8(x.at(i, static_cast<size_t>(p * STRIDE + j)) + at);
  }
}

// Keeps GCC from loading all columns of a wide window at once, for which there are no registers.
inline void keep_loads_below() {
#if defined(__GNUC__) && !defined(__clang__)
  asm volatile("" ::: "memory");
#endif
}

// Eight channels of PIXELS outputs side by side, KW taps wide, STRIDE image columns apart.
template <int KW, int STRIDE, int PIXELS, typename Source>
inline void run_half(const Job& job, const Source& x, size_t at, const int8_t* w, Sums* acc) {
  int8x8_t x0[PIXELS];
  int8x8_t x1[PIXELS];
  for (size_t i = 0; i + 1 < job.kernel_h; i += 2) {
#pragma GCC unroll 16
    for (int j = 0; j < KW; ++j) {
      load_taps<STRIDE>(x, i, j, at, x0);
      load_taps<STRIDE>(x, i + 1, j, at, x1);
      add_pairs<PIXELS>(acc, x0, vld1_s8(w + j * 16), x1, vld1_s8(w + (KW + j) * 16));
      if (KW > 3 && j == KW / 2) keep_loads_below();
    }
    w += 2 * KW * 16;
  }
  if (job.kernel_h % 2 == 0) return;
  const size_t i = job.kernel_h - 1;
#pragma GCC unroll 16
  for (int j = 0; j + 1 < KW; j += 2) {
    load_taps<STRIDE>(x, i, j, at, x0);
    load_taps<STRIDE>(x, i, j + 1, at, x1);
    add_pairs<PIXELS>(acc, x0, vld1_s8(w + j * 16), x1, vld1_s8(w + (j + 1) * 16));
  }
  if (KW % 2 != 0) {
    load_taps<STRIDE>(x, i, KW - 1, at, x0);
    add_singles<PIXELS>(acc, x0, vld1_s8(w + (KW - 1) * 16));
  }
}

// One output, any window.
inline void run_half_any(const Job& job, const TableSource& x, size_t at, const int8_t* w,
                         Sums* acc) {
  const size_t taps = job.kernel_h * job.kernel_w;
  size_t t = 0;
  for (; t + 1 < taps; t += 2) {
    const int8x8_t x0 = vld1_s8(x.pixels[t] + at);
    const int8x8_t x1 = vld1_s8(x.pixels[t + 1] + at);
    add_pairs<1>(acc, &x0, vld1_s8(w + t * 16), &x1, vld1_s8(w + t * 16 + 16));
  }
  if (t < taps) {
    const int8x8_t x0 = vld1_s8(x.pixels[t] + at);
    add_singles<1>(acc, &x0, vld1_s8(w + t * 16));
  }
}

struct Neon {
  using Job = linnet::Job;
  static constexpr size_t kLoad = kBlock;
  static constexpr bool kPairs = false;

  template <int KW, int STRIDE, int PIXELS, typename Source>
  static void tile(const Job& job, const Source& x, int8_t* y) {
    for (size_t block = 0; block < job.blocks; ++block) {
      const size_t at = block_start(job.c, block);
      const unsigned char* const head = job.prepared + block * job.block_bytes;
      const auto* w = reinterpret_cast<const int8_t*>(head + 128);
      for (size_t half = 0; half < 16; half += 8) {
        Sums acc[PIXELS];
#pragma GCC unroll 16
        for (int p = 0; p < PIXELS; ++p) acc[p] = load_bias(head + half * 4);
        run_half<KW, STRIDE, PIXELS>(job, x, at + half, w + half, acc);
#pragma GCC unroll 16
        for (int p = 0; p < PIXELS; ++p) {
          store_half(job, acc[p], head + 64 + half * 4, half,
                     y + static_cast<size_t>(p) * job.y_pixel + at + half);
        }
      }
    }
  }

  static void pixel(const Job& job, const TableSource& x, int8_t* y) {
    for (size_t block = 0; block < job.blocks; ++block) {
      const size_t at = block_start(job.c, block);
      const unsigned char* const head = job.prepared + block * job.block_bytes;
      const auto* w = reinterpret_cast<const int8_t*>(head + 128);
      for (size_t half = 0; half < 16; half += 8) {
        Sums acc = load_bias(head + half * 4);
        run_half_any(job, x, at + half, w + half, &acc);
        store_half(job, acc, head + 64 + half * 4, half, y + at + half);
      }
    }
  }
};

size_t block_bytes(size_t kernel_h, size_t kernel_w) { return 128 + kernel_h * kernel_w * 16; }

}  // namespace

void depthwise_s8_prepare_neon(const DepthwiseS8PrepareArgs& args, void* prepared) {
  auto* to = static_cast<unsigned char*>(prepared);
  const size_t bytes = block_bytes(args.kernel_h, args.kernel_w);
  const size_t channels = args.c < kBlock ? args.c : kBlock;
  for (size_t block = 0; block < block_count(args.c); ++block, to += bytes) {
    const size_t at = block_start(args.c, block);
    memset(to, 0, bytes);
    memcpy(to + 64, args.scale + at, channels * 4);
    for (size_t channel = 0; channel < channels; ++channel) {
      const uint32_t bias = folded_bias(args, at + channel, args.x_zero);
      memcpy(to + channel * 4, &bias, 4);
    }
    for (size_t t = 0; t < args.kernel_h * args.kernel_w; ++t) {
      memcpy(to + 128 + t * 16, args.weights + t * args.c + at, channels);
    }
  }
  write_zeros(args, to);
}

void depthwise_s8_neon(const DepthwiseS8Args& args) {
  Job job;
  start_job(args, 0, block_bytes(args.kernel_h, args.kernel_w), &job);
  job.low = vdupq_n_f32(static_cast<float>(args.clamp_min - args.y_zero));
  job.high = vdupq_n_f32(static_cast<float>(args.clamp_max - args.y_zero));
  job.y_zero = vdupq_n_s32(args.y_zero);
  run_rows<Neon>(args, job);
}

}  // namespace linnet

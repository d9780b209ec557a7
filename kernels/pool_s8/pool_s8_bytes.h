#pragma once

#include "kernels/pool_s8/pool_s8_body.h"

// Averages of pool_s8 on x86, whole registers of bytes (vec/bytes_avx2.h) at a time; the channels
// that are left go the way of pool_s8_body.h.

namespace linnet {
namespace {

constexpr size_t kLeastBytes = 32;  // of a register
// So many sums of x + 128 fit in 16 bits.
constexpr ptrdiff_t kTapsOfWord = 256;

// Sums of x + 128 of one register of channels. `words` are sums of both bytes of a word, modulo
// 2^16, `odd` those of the upper byte: three instructions a tap.
template <class B>
struct ByteSums {
  using Reg = typename B::Reg;
  Reg words, odd;

  void clear() { words = odd = B::zero(); }
  void add(Reg u) {
    words = B::add16(words, u);
    odd = B::add16(odd, B::upper8(u));
  }
  // total += the sums, in the order of vec/bytes_avx2.h.
  void add_to(Reg (&total)[4]) const {
    const Reg even = B::sub16(words, B::to_upper8(odd));
    const Reg low = B::low16(even, odd), high = B::high16(even, odd);
    total[0] = B::add32(total[0], B::low16(low, B::zero()));
    total[1] = B::add32(total[1], B::high16(low, B::zero()));
    total[2] = B::add32(total[2], B::low16(high, B::zero()));
    total[3] = B::add32(total[3], B::high16(high, B::zero()));
  }
};

// What turns sums of x + 128 into y.
template <class B>
struct AverageOutput {
  typename B::Reg offset;  // taps · (128 + zero point)
  typename B::Float multiplier, low, high;
  typename B::Reg zero;  // 16 bits

  typename B::Reg round(typename B::Reg total) const {
    const typename B::Float t = B::mul(B::to_float(B::sub32(total, offset)), multiplier);
    return B::round(B::min(B::max(t, low), high));
  }
  typename B::Reg operator()(const typename B::Reg (&total)[4]) const {
    return B::pack8(B::add16(B::pack16(round(total[0]), round(total[1])), zero),
                    B::add16(B::pack16(round(total[2]), round(total[3])), zero));
  }
};

// total += `rows` × `columns` taps, at most kTapsOfWord, of kWide registers of channels.
template <class B, size_t kWide>
[[gnu::always_inline]] inline void add_taps(const PoolPixel& pixel, ptrdiff_t rows,
                                            ptrdiff_t columns, const int8_t* x,
                                            typename B::Reg (&total)[kWide][4]) {
  ByteSums<B> sums[kWide];
#pragma GCC unroll 4
  for (size_t j = 0; j < kWide; ++j) sums[j].clear();
  for (ptrdiff_t r = 0; r < rows; ++r) {
    const int8_t* tap = x + r * pixel.row_step;
    for (ptrdiff_t i = 0; i < columns; ++i, tap += pixel.column_step) {
#pragma GCC unroll 4
      for (size_t j = 0; j < kWide; ++j) sums[j].add(B::flip(B::load(tap + j * B::kBytes)));
    }
  }
#pragma GCC unroll 4
  for (size_t j = 0; j < kWide; ++j) sums[j].add_to(total[j]);
}

// The same for any number of taps.
template <class B, size_t kWide>
[[gnu::noinline]] void add_many_taps(const PoolPixel& pixel, const int8_t* x,
                                     typename B::Reg (&total)[kWide][4]) {
  const auto part = [](ptrdiff_t size, ptrdiff_t most) { return size < most ? size : most; };
  const ptrdiff_t width = part(pixel.columns, kTapsOfWord), height = kTapsOfWord / width;
  for (ptrdiff_t r = 0; r < pixel.rows; r += height) {
    for (ptrdiff_t i = 0; i < pixel.columns; i += width) {
      add_taps<B, kWide>(pixel, part(pixel.rows - r, height), part(pixel.columns - i, width),
                         x + r * pixel.row_step + i * pixel.column_step, total);
    }
  }
}

// kWide registers of channels of one pixel.
template <class B, size_t kWide>
inline void average_bytes(const PoolPixel& pixel, const int8_t* x, int8_t* y,
                          const AverageOutput<B>& output) {
  typename B::Reg total[kWide][4];
#pragma GCC unroll 4
  for (size_t j = 0; j < kWide; ++j) {
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q) total[j][q] = B::zero();
  }
  if (pixel.rows * pixel.columns <= kTapsOfWord) {
    add_taps<B, kWide>(pixel, pixel.rows, pixel.columns, x, total);
  } else {
    add_many_taps<B, kWide>(pixel, x, total);
  }
#pragma GCC unroll 4
  for (size_t j = 0; j < kWide; ++j) B::store(y + j * B::kBytes, output(total[j]));
}

// Channels c… of one pixel.
template <class V>
inline void average_from(const PoolS8Args& args, const PoolPixel& pixel, size_t c,
                         size_t channels) {
  if (c < channels) average_pixel<V>(args, pixel, c, channels);
}

// … with registers of B, then with the smaller ones of Rest.
template <class V, class B, class... Rest>
inline void average_from(const PoolS8Args& args, const PoolPixel& pixel, size_t c,
                         size_t channels) {
  if (channels - c < B::kBytes) return average_from<V, Rest...>(args, pixel, c, channels);
  constexpr size_t kWide = 128 / B::kBytes;
  const int32_t taps = static_cast<int32_t>(pixel.rows * pixel.columns);
  const float divisor = pixel.divisor > 0 ? static_cast<float>(pixel.divisor) : 1.0f;
  const AverageOutput<B> output = {
      B::set32(taps * (128 + args.zero_point_in)), B::set_float(args.multiplier / divisor),
      B::set_float(static_cast<float>(-128 - args.zero_point_out)),
      B::set_float(static_cast<float>(127 - args.zero_point_out)), B::set16(args.zero_point_out)};
  const int8_t* x = args.x + pixel.start;
  int8_t* y = args.y + pixel.out;
  for (; c + kWide * B::kBytes <= channels; c += kWide * B::kBytes) {
    average_bytes<B, kWide>(pixel, x + c, y + c, output);
  }
  for (; c + B::kBytes <= channels; c += B::kBytes) {
    average_bytes<B, 1>(pixel, x + c, y + c, output);
  }
  average_from<V, Rest...>(args, pixel, c, channels);
}

template <class V, class... B>
inline void pool_s8_bytes(const PoolS8Args& args) {
  const size_t channels = static_cast<size_t>(args.window.c);
  if (args.kind == PoolKind::max || channels < kLeastBytes) return pool_s8_body<V>(args);
  for_pool_pixels(args.window,
                  [&](const PoolPixel& pixel) { average_from<V, B...>(args, pixel, 0, channels); });
}

}  // namespace
}  // namespace linnet

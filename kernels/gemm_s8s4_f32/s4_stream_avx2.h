#pragma once

#include "kernels/gemm_s8s4_f32/s4_lookup_avx2.h"

// Few rows: the nibbles of a panel are looked up as they stream by, for all rows at once. Private
// to the ISA file of gemm_s8s4_f32 on AVX2.

namespace linnet {
namespace {

// How far ahead the panels of a tile are asked for, together: about the memory's speed times its
// latency, and then some. Without it the lookups that wait for one line keep the core from getting
// to the loads of the lines behind it.
constexpr size_t kBytesAhead = 4096;

template <int kPanels>
[[gnu::always_inline]] inline void prefetch(const uint8_t* w) {
  _mm_prefetch(reinterpret_cast<const char*>(w + kBytesAhead / kPanels), _MM_HINT_T0);
}

// s[r][p] = or += one line of kPanels panels, `offset` bytes in, times kRows rows.
template <int kDepth, bool kFirst, int kRows, int kPanels>
[[gnu::always_inline]] inline void add_line(const uint8_t* a, size_t a_stride,
                                            const uint8_t* const* w, size_t offset,
                                            const Lookup& lookup, __m256i (&s)[kRows][kPanels]) {
#pragma GCC unroll 4
  for (int p = 0; p < kPanels; ++p) {
    const __m256i line = load(w[p] + offset);
    const __m256i first = lookup.low(line);
    const __m256i second = lookup.high(line);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const uint8_t* row = a + static_cast<size_t>(r) * a_stride;
      if constexpr (kDepth == 0) {
        const __m256i shift = _mm256_add_epi32(shift_of(first), shift_of(second));
        s[r][p] = kFirst ? shift : _mm256_add_epi32(s[r][p], shift);
        s[r][p] = _mm256_add_epi32(s[r][p], dot_signed(broadcast_quad(row), first));
        s[r][p] = _mm256_add_epi32(s[r][p], dot_signed(broadcast_quad(row + 4), second));
        keep_order(&s[r][p]);
      } else {
        add_products<kFirst>(broadcast_quad(row), first, &s[r][p]);
        add_products<false>(broadcast_quad(row + 4), second, &s[r][p]);
      }
    }
  }
}

// total[r][p] += the next `lines` lines, at most a step: 32-bit sums.
template <int kDepth, int kRows, int kPanels>
[[gnu::always_inline]] inline void add_lines(const uint8_t* a, size_t a_stride,
                                             const uint8_t* const* w, size_t offset, size_t lines,
                                             const Lookup& lookup,
                                             __m256i (&total)[kRows][kPanels]) {
  constexpr size_t kStep = kDepth == 0 ? 4 : kDepth / 2;
#pragma GCC unroll 4
  for (int p = 0; p < kPanels; ++p) {
    prefetch<kPanels>(w[p] + offset);
    prefetch<kPanels>(w[p] + offset + 64);
  }
  __m256i s[kRows][kPanels];
  add_line<kDepth, true, kRows, kPanels>(a, a_stride, w, offset, lookup, s);
  if (lines >= kStep) {
#pragma GCC unroll 4
    for (size_t l = 1; l < kStep; ++l) {
      add_line<kDepth, false, kRows, kPanels>(a + 8 * l, a_stride, w, offset + kLineBytes * l,
                                              lookup, s);
    }
  } else {
#pragma GCC unroll 1
    for (size_t l = 1; l < lines; ++l) {
      add_line<kDepth, false, kRows, kPanels>(a + 8 * l, a_stride, w, offset + kLineBytes * l,
                                              lookup, s);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) {
      const __m256i wide = kDepth == 0 ? s[r][p] : widen(s[r][p]);
      total[r][p] = _mm256_add_epi32(total[r][p], wide);
    }
  }
}

// sums[kRows][kPanels][8] = kRows rows times the panels w[kPanels].
template <int kDepth, int kRows, int kPanels>
void stream_tile(const GemmS8S4F32Args& args, const uint8_t* a, const uint8_t* const* w,
                 const Lookup& lookup, float* sums) {
  constexpr size_t kStep = kDepth == 0 ? 4 : kDepth / 2;
  __m256 acc[kRows][kPanels];
#pragma GCC unroll 8
  for (int v = 0; v < kRows * kPanels; ++v) acc[v / kPanels][v % kPanels] = _mm256_setzero_ps();
  size_t offset = 0;
  for (size_t start = 0; start < args.k; start += args.block) {
    const size_t lines = line_count(smaller(args.k - start, args.block));
    __m256i total[kRows][kPanels];
#pragma GCC unroll 8
    for (int v = 0; v < kRows * kPanels; ++v)
      total[v / kPanels][v % kPanels] = _mm256_setzero_si256();
#pragma GCC unroll 1
    for (size_t l = 0; l < lines; l += kStep) {
      add_lines<kDepth, kRows, kPanels>(a + start + 8 * l, args.a_stride, w,
                                        offset + kLineBytes * l, lines - l, lookup, total);
    }
    offset += kLineBytes * lines;
#pragma GCC unroll 4
    for (int p = 0; p < kPanels; ++p) {
      const __m256 scale = load_scales(w[p] + offset);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        acc[r][p] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total[r][p]), scale, acc[r][p]);
      }
    }
    offset += kScaleBytes;
  }
#pragma GCC unroll 8
  for (int v = 0; v < kRows * kPanels; ++v) {
    _mm256_storeu_ps(sums + 8 * v, acc[v / kPanels][v % kPanels]);
  }
}

// All rows, kRows of them, times all panels. The panels of a tile are as far apart as possible:
// each is a stream of its own that goes on in memory from tile to tile.
template <int kDepth, int kRows, int kPanels>
void stream_rows(const GemmS8S4F32Args& args, const Lookup& lookup) {
  const size_t panels = (args.n + 7) / 8;
  const size_t apart = (panels + kPanels - 1) / kPanels;
  for (size_t j = 0; j < apart; ++j) {
    // A missing panel repeats the first; its results are dropped.
    const uint8_t* w[kPanels];
    for (size_t p = 0; p < kPanels; ++p) {
      const size_t panel = j + p * apart;
      w[p] = args.w + (panel < panels ? panel : j) * args.w_panel_stride;
    }
    alignas(32) float sums[kRows * kPanels * 8];
    stream_tile<kDepth, kRows, kPanels>(args, args.a, w, lookup, sums);
    for (size_t p = 0; p < kPanels; ++p) {
      const size_t column = 8 * (j + p * apart);
      if (column >= args.n) break;
      store_rows<1>(args, sums + 8 * p, 8 * kPanels, 0, kRows, column);
    }
  }
}

using StreamRows = void(const GemmS8S4F32Args& args, const Lookup& lookup);

// By number of rows. Few rows need more panels for enough independent sums; more rows of tables
// other than plain int4 are left to the unpacked form.
template <int kDepth>
constexpr StreamRows* kStreamRows[] = {stream_rows<kDepth, 1, 2>, stream_rows<kDepth, 2, 2>};
template <>
constexpr StreamRows* kStreamRows<8>[] = {
    stream_rows<8, 1, 2>, stream_rows<8, 2, 2>, stream_rows<8, 3, 1>, stream_rows<8, 4, 1>,
    stream_rows<8, 5, 1>, stream_rows<8, 6, 1>, stream_rows<8, 7, 1>, stream_rows<8, 8, 1>};
template <int kDepth>
constexpr size_t kMostStreamRows = sizeof kStreamRows<kDepth> / sizeof(StreamRows*);

// More weights than this come from memory, which four streams use better; two panels have their
// sums in registers.
constexpr size_t kCachedBytes = size_t{128} << 10;

// All rows. rows <= kMostStreamRows.
template <int kDepth>
void stream(const GemmS8S4F32Args& args, const Lookup& lookup) {
  if (kDepth != 0 && args.m == 1 && args.n / 8 * args.w_panel_stride > kCachedBytes) {
    stream_rows<kDepth, 1, 4>(args, lookup);
  } else {
    kStreamRows<kDepth>[args.m - 1](args, lookup);
  }
}

}  // namespace
}  // namespace linnet

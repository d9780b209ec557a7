#include <immintrin.h>

#include <cstring>

#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"

// Many rows: two panels are unpacked to int8, a chunk of k at a time, and reused by up to 96 rows.
// One row: the nibbles are looked up as they stream by. Products of u8 and small table entries are
// summed in 16 bits, kDepth groups deep, before they are widened; kDepth 0 stands for tables too
// large for that, where |a - 128| times w with the sign of a - 128 is exact, and 128 * sum of w
// makes up for the shift.

namespace linnet {
namespace {

constexpr size_t kRowChunk = 96;
constexpr size_t kColumns = 16;  // two panels
constexpr size_t kChunkK = 512;  // a multiple of every block size
constexpr size_t kChunkBlocks = kChunkK / 32;
constexpr size_t kPairBytes = 64;  // one k group of two panels, unpacked
constexpr size_t kScaleBytes = 16;

struct Unpacked {
  alignas(32) int8_t weights[kChunkK * kColumns];       // [group][panel][row][4 k]
  alignas(32) float scales[kChunkBlocks * kColumns];    // [block][panel][row]
  alignas(32) int32_t shifts[kChunkBlocks * kColumns];  // 128 * sum of w, likewise
  alignas(32) int32_t partial[4 * kColumns];            // of a tile, between widenings
};

__m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

void store(void* to, __m256i value) { _mm256_storeu_si256(static_cast<__m256i*>(to), value); }

__m256i broadcast_quad(const uint8_t* a) {
  int32_t quad;
  std::memcpy(&quad, a, sizeof quad);
  return _mm256_set1_epi32(quad);
}

__m256 load_scales(const uint8_t* from) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

__m256i widen(__m256i words) { return _mm256_madd_epi16(words, _mm256_set1_epi16(1)); }

// 128 * sum of each row's 4 values.
__m256i shift_of(__m256i w) { return widen(_mm256_maddubs_epi16(_mm256_set1_epi8(-128), w)); }

// (a - 128) * w, summed over each row's 4 values.
__m256i dot_signed(__m256i a, __m256i w) {
  const __m256i value = _mm256_xor_si256(a, _mm256_set1_epi8(-128));
  return widen(_mm256_maddubs_epi16(_mm256_abs_epi8(value), _mm256_sign_epi8(w, value)));
}

struct Lookup {
  __m256i table;
  __m256i mask;

  __m256i low(__m256i line) const {
    return _mm256_shuffle_epi8(table, _mm256_and_si256(line, mask));
  }
  __m256i high(__m256i line) const {
    return _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(line, 4), mask));
  }
};

size_t block_length(size_t k, size_t block) { return k < block ? k : block; }

// Unpacks k values of one panel, `half` 0 or 1 of the pair.
void unpack_panel(const uint8_t* w, size_t k, size_t block, const Lookup& lookup, bool shifts,
                  size_t half, Unpacked* out) {
  int8_t* weights = out->weights + 32 * half;
  for (size_t b = 0; b * block < k; ++b) {
    __m256i shift = _mm256_setzero_si256();
    const size_t lines = (block_length(k - b * block, block) + 7) / 8;
    for (size_t l = 0; l < lines; ++l, w += 32, weights += 2 * kPairBytes) {
      const __m256i line = load(w);
      const __m256i first = lookup.low(line);
      const __m256i second = lookup.high(line);
      store(weights, first);
      store(weights + kPairBytes, second);
      if (shifts) {
        shift = _mm256_add_epi32(shift, _mm256_add_epi32(shift_of(first), shift_of(second)));
      }
    }
    _mm256_store_ps(out->scales + b * kColumns + 8 * half, load_scales(w));
    store(out->shifts + b * kColumns + 8 * half, shift);
    w += kScaleBytes;
  }
}

// a + the products of u8 and s8 pairs. The empty assembly keeps GCC from regrouping the sums of an
// unrolled loop, which takes more registers than there are.
__m256i add_products(__m256i sum, __m256i value, __m256i w) {
  sum = _mm256_add_epi16(sum, _mm256_maddubs_epi16(value, w));
#if defined(__GNUC__)
  __asm__("" : "+x"(sum));
#endif
  return sum;
}

// s[r][p] += one k group.
template <int kRows>
void add_group(const uint8_t* a, size_t a_stride, const int8_t* w, __m256i (&s)[kRows][2]) {
  const __m256i w0 = load(w);
  const __m256i w1 = load(w + 32);
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
    const __m256i value = broadcast_quad(a + static_cast<size_t>(r) * a_stride);
    s[r][0] = add_products(s[r][0], value, w0);
    s[r][1] = add_products(s[r][1], value, w1);
  }
}

// sums[r] += scale * (32-bit sum), for two panels.
void add_scaled(float* sums, __m256i total, __m256 scale) {
  const __m256 acc = _mm256_loadu_ps(sums);
  _mm256_storeu_ps(sums, _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), scale, acc));
}

// One block of kRows rows and two panels, `groups` groups deep: added to sums[kRows][16].
template <int kDepth, int kRows>
[[gnu::always_inline]] inline void dot_block(const uint8_t* a, size_t a_stride, const int8_t* w,
                                             size_t groups, const float* scales, int32_t* partial,
                                             float* sums) {
  const __m256 scale[2] = {_mm256_load_ps(scales), _mm256_load_ps(scales + 8)};
  constexpr size_t kStep = static_cast<size_t>(kDepth);
  for (size_t g = 0; g < groups; g += kStep) {
    const size_t left = groups - g;
    __m256i s[kRows][2];
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) s[r][0] = s[r][1] = _mm256_setzero_si256();
    if (left >= kStep) {
#pragma GCC unroll 8
      for (size_t u = g; u < g + kStep; ++u) {
        add_group<kRows>(a + 4 * u, a_stride, w + u * kPairBytes, s);
      }
    } else {
#pragma GCC unroll 1
      for (size_t u = g; u < groups; ++u) {
        add_group<kRows>(a + 4 * u, a_stride, w + u * kPairBytes, s);
      }
    }
#pragma GCC unroll 4
    for (size_t r = 0; r < static_cast<size_t>(kRows); ++r) {
#pragma GCC unroll 2
      for (size_t p = 0; p < 2; ++p) {
        const size_t at = r * kColumns + 8 * p;
        __m256i total = widen(s[r][p]);
        if (g != 0) total = _mm256_add_epi32(total, load(partial + at));
        if (left > kStep) {
          store(partial + at, total);
        } else {
          add_scaled(sums + at, total, scale[p]);
        }
      }
    }
  }
}

// The same for tables with large entries.
template <int kRows>
[[gnu::always_inline]] inline void dot_block_signed(const uint8_t* a, size_t a_stride,
                                                    const int8_t* w, size_t groups,
                                                    const float* scales, const int32_t* shifts,
                                                    float* sums) {
  __m256i acc[kRows][2];
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
    acc[r][0] = load(shifts);
    acc[r][1] = load(shifts + 8);
  }
  for (size_t g = 0; g < groups; ++g) {
    const __m256i w0 = load(w + g * kPairBytes);
    const __m256i w1 = load(w + g * kPairBytes + 32);
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      const __m256i value = broadcast_quad(a + static_cast<size_t>(r) * a_stride + 4 * g);
      acc[r][0] = _mm256_add_epi32(acc[r][0], dot_signed(value, w0));
      acc[r][1] = _mm256_add_epi32(acc[r][1], dot_signed(value, w1));
    }
  }
#pragma GCC unroll 4
  for (size_t r = 0; r < static_cast<size_t>(kRows); ++r) {
    add_scaled(sums + r * kColumns, acc[r][0], _mm256_load_ps(scales));
    add_scaled(sums + r * kColumns + 8, acc[r][1], _mm256_load_ps(scales + 8));
  }
}

// k values of kRows rows times an unpacked pair of panels.
template <int kDepth, int kRows>
[[gnu::noinline]] void dot_tile(const uint8_t* a, size_t a_stride, size_t k, size_t block,
                                Unpacked* w, float* sums) {
  for (size_t b = 0; b * block < k; ++b) {
    const size_t groups = (block_length(k - b * block, block) + 7) / 8 * 2;
    const int8_t* weights = w->weights + b * (block / 4) * kPairBytes;
    const float* scales = w->scales + b * kColumns;
    if constexpr (kDepth == 0) {
      dot_block_signed<kRows>(a + b * block, a_stride, weights, groups, scales,
                              w->shifts + b * kColumns, sums);
    } else {
      dot_block<kDepth, kRows>(a + b * block, a_stride, weights, groups, scales, w->partial, sums);
    }
  }
}

template <int kDepth>
void dot_rows(const uint8_t* a, size_t a_stride, size_t rows, size_t k, size_t block, Unpacked* w,
              float* sums) {
  for (; rows >= 4; rows -= 4, a += 4 * a_stride, sums += 4 * kColumns) {
    dot_tile<kDepth, 4>(a, a_stride, k, block, w, sums);
  }
  if (rows == 3) {
    dot_tile<kDepth, 3>(a, a_stride, k, block, w, sums);
  } else if (rows == 2) {
    dot_tile<kDepth, 2>(a, a_stride, k, block, w, sums);
  } else if (rows == 1) {
    dot_tile<kDepth, 1>(a, a_stride, k, block, w, sums);
  }
}

// sums[rows][16] = a times the panels w0 and w1. rows <= kRowChunk.
template <int kDepth>
void dot_panels(const GemmS8S4F32Args& args, const uint8_t* a, size_t rows, const uint8_t* w0,
                const uint8_t* w1, const Lookup& lookup, float* sums) {
  Unpacked unpacked;
  std::memset(sums, 0, rows * kColumns * sizeof(float));
  for (size_t start = 0; start < args.k; start += kChunkK) {
    const size_t length = block_length(args.k - start, kChunkK);
    const size_t offset = start / args.block * (4 * args.block + kScaleBytes);
    unpack_panel(w0 + offset, length, args.block, lookup, kDepth == 0, 0, &unpacked);
    unpack_panel(w1 + offset, length, args.block, lookup, kDepth == 0, 1, &unpacked);
    dot_rows<kDepth>(a + start, args.a_stride, rows, length, args.block, &unpacked, sums);
  }
}

// One line (two k groups) of a panel times one row, added to 16-bit sums, or for kDepth 0 to
// 32-bit.
template <int kDepth>
__m256i add_line(__m256i sum, __m256i a0, __m256i a1, const uint8_t* w, const Lookup& lookup) {
  const __m256i line = load(w);
  const __m256i first = lookup.low(line);
  const __m256i second = lookup.high(line);
  if constexpr (kDepth == 0) {
    sum = _mm256_add_epi32(sum, _mm256_add_epi32(shift_of(first), shift_of(second)));
    sum = _mm256_add_epi32(sum, dot_signed(a0, first));
    return _mm256_add_epi32(sum, dot_signed(a1, second));
  } else {
    return add_products(add_products(sum, a0, first), a1, second);
  }
}

// kLines lines (0: `count`) of two panels, widened and added to total[2].
template <int kDepth, int kLines>
void add_lines(const uint8_t* a, const uint8_t* w0, const uint8_t* w1, size_t count,
               const Lookup& lookup, __m256i (&total)[2]) {
  __m256i s0 = _mm256_setzero_si256();
  __m256i s1 = _mm256_setzero_si256();
  const size_t lines = kLines != 0 ? static_cast<size_t>(kLines) : count;
#pragma GCC unroll 4
  for (size_t l = 0; l < lines; ++l) {
    const __m256i a0 = broadcast_quad(a + 8 * l);
    const __m256i a1 = broadcast_quad(a + 8 * l + 4);
    s0 = add_line<kDepth>(s0, a0, a1, w0 + 32 * l, lookup);
    s1 = add_line<kDepth>(s1, a0, a1, w1 + 32 * l, lookup);
  }
  total[0] = _mm256_add_epi32(total[0], kDepth == 0 ? s0 : widen(s0));
  total[1] = _mm256_add_epi32(total[1], kDepth == 0 ? s1 : widen(s1));
}

// sums[16] = one row times the panels w0 and w1.
template <int kDepth>
void dot_row(const GemmS8S4F32Args& args, const uint8_t* a, const uint8_t* w0, const uint8_t* w1,
             const Lookup& lookup, float* sums) {
  constexpr size_t kLines = kDepth == 4 ? 2 : 4;
  __m256 acc0 = _mm256_setzero_ps();
  __m256 acc1 = _mm256_setzero_ps();
  for (size_t start = 0; start < args.k; start += args.block) {
    size_t lines = (block_length(args.k - start, args.block) + 7) / 8;
    __m256i total[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    const uint8_t* block_a = a + start;
    for (; lines >= kLines; lines -= kLines) {
      add_lines<kDepth, static_cast<int>(kLines)>(block_a, w0, w1, kLines, lookup, total);
      block_a += 8 * kLines;
      w0 += 32 * kLines;
      w1 += 32 * kLines;
    }
    if (lines != 0) {
      add_lines<kDepth, 0>(block_a, w0, w1, lines, lookup, total);
      w0 += 32 * lines;
      w1 += 32 * lines;
    }
    acc0 = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total[0]), load_scales(w0), acc0);
    acc1 = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total[1]), load_scales(w1), acc1);
    w0 += kScaleBytes;
    w1 += kScaleBytes;
  }
  _mm256_storeu_ps(sums, acc0);
  _mm256_storeu_ps(sums + 8, acc1);
}

struct Columns {
  alignas(32) float comp[kColumns] = {};
  alignas(32) float bias[kColumns] = {};
  size_t count = 0;
};

void store_rows(const GemmS8S4F32Args& args, const float* sums, size_t i, size_t rows,
                const Columns& columns, float* c) {
  const __m256 low = _mm256_set1_ps(args.clamp_min);
  const __m256 high = _mm256_set1_ps(args.clamp_max);
  for (size_t r = 0; r < rows; ++r, sums += kColumns, c += args.c_stride) {
    const size_t parameter = (i + r) * args.a_scale_stride;
    const __m256 a_scale = _mm256_set1_ps(args.a_scale[parameter]);
    const __m256 zero_point = _mm256_set1_ps(static_cast<float>(args.a_zero_point[parameter]));
    alignas(32) float all[kColumns];
    float* to = columns.count == kColumns ? c : all;
    for (size_t p = 0; p < kColumns; p += 8) {
      const __m256 offset = _mm256_mul_ps(zero_point, _mm256_load_ps(columns.comp + p));
      const __m256 acc = _mm256_sub_ps(_mm256_loadu_ps(sums + p), offset);
      const __m256 value =
          _mm256_add_ps(_mm256_mul_ps(a_scale, acc), _mm256_load_ps(columns.bias + p));
      // The operand order lets a NaN through.
      _mm256_storeu_ps(to + p, _mm256_min_ps(high, _mm256_max_ps(low, value)));
    }
    if (to == all) std::memcpy(c, all, columns.count * sizeof(float));
  }
}

template <int kDepth>
void gemm(const GemmS8S4F32Args& args, const Lookup& lookup) {
  alignas(32) float sums[kRowChunk * kColumns];
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = block_length(args.m - i, kRowChunk);
    const uint8_t* a = args.a + i * args.a_stride;
    for (size_t j = 0; j < args.n; j += kColumns) {
      Columns columns;
      columns.count = block_length(args.n - j, kColumns);
      std::memcpy(columns.comp, args.comp + j, columns.count * sizeof(float));
      if (args.bias != nullptr) {
        std::memcpy(columns.bias, args.bias + j, columns.count * sizeof(float));
      }
      const uint8_t* w0 = args.w + j / 8 * args.w_panel_stride;
      // A missing second panel repeats the first; its results are dropped.
      const uint8_t* w1 = columns.count > 8 ? w0 + args.w_panel_stride : w0;
      if (rows == 1) {
        dot_row<kDepth>(args, a, w0, w1, lookup, sums);
      } else {
        dot_panels<kDepth>(args, a, rows, w0, w1, lookup, sums);
      }
      store_rows(args, sums, i, rows, columns, args.c + i * args.c_stride + j);
    }
  }
}

}  // namespace

void gemm_s8s4_f32_avx2(const GemmS8S4F32Args& args) {
  int largest = 0;
  for (int code = 0; code < 16; ++code) {
    const int entry = args.table[code] < 0 ? -args.table[code] : args.table[code];
    largest = entry > largest ? entry : largest;
  }
  const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(args.table));
  const Lookup lookup = {_mm256_broadcastsi128_si256(table), _mm256_set1_epi8(15)};
  // 2 * 255 * 8 * 8 and 2 * 255 * 16 * 4 fit in 16 bits.
  if (largest <= 8) {
    gemm<8>(args, lookup);
  } else if (largest <= 16) {
    gemm<4>(args, lookup);
  } else {
    gemm<0>(args, lookup);
  }
}

}  // namespace linnet

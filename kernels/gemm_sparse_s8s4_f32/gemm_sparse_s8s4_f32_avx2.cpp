#include "kernels/gemm_sparse_s8s4_f32/gemm_sparse_s8s4_f32.h"

#include "kernels/gemm_s8s4_f32/s4_lookup_avx2.h"

// Tiles of up to 8 rows by one panel; the nibbles are looked up as they stream by.

namespace linnet {
namespace {

constexpr size_t kTileRows = 8;

// One panel: the lines of each block, and what follows them.
struct SparsePanel {
  const uint8_t* lines;
  size_t blocks;
  const uint16_t* groups;
  const uint16_t* scales;
  const uint8_t* w;
};

// s[r] = or += one line times the rows.
template <int kDepth, bool kFirst, int kRows>
[[gnu::always_inline]] inline void add_line(const uint8_t* a, size_t a_stride,
                                            const uint16_t* group, const uint8_t* w,
                                            const Lookup& lookup, __m256i (&s)[kRows]) {
  const __m256i line = load(w);
  const __m256i first = lookup.low(line), second = lookup.high(line);
  const uint8_t* const from0 = a + 4 * size_t{group[0]};
  const uint8_t* const from1 = a + 4 * size_t{group[1]};
  __m256i shift = _mm256_setzero_si256();
  if (kDepth == 0) shift = _mm256_add_epi32(shift_of(first), shift_of(second));
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
    const size_t row = static_cast<size_t>(r) * a_stride;
    const __m256i value0 = broadcast_quad(from0 + row), value1 = broadcast_quad(from1 + row);
    if constexpr (kDepth == 0) {
      s[r] = kFirst ? shift : _mm256_add_epi32(s[r], shift);
      s[r] = _mm256_add_epi32(s[r], dot_signed(value0, first));
      s[r] = _mm256_add_epi32(s[r], dot_signed(value1, second));
    } else {
      add_products<kFirst>(value0, first, &s[r]);
      add_products<false>(value1, second, &s[r]);
    }
  }
}

// The next `count` lines >= 1, as many as the sums have room for, times the rows.
template <int kDepth, int kRows>
[[gnu::always_inline]] inline void add_lines(const uint8_t* a, size_t a_stride, size_t count,
                                             const Lookup& lookup, SparsePanel& panel,
                                             __m256i (&s)[kRows]) {
  add_line<kDepth, true, kRows>(a, a_stride, panel.groups, panel.w, lookup, s);
#pragma GCC unroll 1
  for (size_t l = 1; l < count; ++l) {
    add_line<kDepth, false, kRows>(a, a_stride, panel.groups + 2 * l, panel.w + kLineBytes * l,
                                   lookup, s);
  }
  panel.groups += 2 * count;
  panel.w += kLineBytes * count;
}

// sums[r][0…7] = rows r times a panel.
template <int kDepth, int kRows>
[[gnu::noinline]] void sparse_tile(const uint8_t* a, size_t a_stride, SparsePanel panel,
                                   const Lookup& lookup, float* sums) {
  constexpr size_t kStep = kDepth == 0 ? 16 : kDepth / 2;  // lines
  alignas(32) int32_t partial[kRows][8];
  std::memset(sums, 0, kRows * 8 * sizeof(float));
  for (size_t b = 0; b < panel.blocks; ++b) {
    size_t count = panel.lines[b];
    if (count == 0) continue;
    __m256i s[kRows];
    if (count > kStep) {
      std::memset(partial, 0, sizeof partial);
      for (; count > kStep; count -= kStep) {
        add_lines<kDepth, kRows>(a, a_stride, kStep, lookup, panel, s);
#pragma GCC unroll 8
        for (int r = 0; r < kRows; ++r) {
          const __m256i wide = kDepth == 0 ? s[r] : widen(s[r]);
          store(partial[r], _mm256_add_epi32(load(partial[r]), wide));
        }
      }
      add_lines<kDepth, kRows>(a, a_stride, count, lookup, panel, s);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        s[r] = _mm256_add_epi32(load(partial[r]), kDepth == 0 ? s[r] : widen(s[r]));
      }
    } else {
      add_lines<kDepth, kRows>(a, a_stride, count, lookup, panel, s);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) s[r] = kDepth == 0 ? s[r] : widen(s[r]);
    }
    const __m256 scale = load_scales(reinterpret_cast<const uint8_t*>(panel.scales));
    panel.scales += 8;
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      float* acc = sums + 8 * r;
      _mm256_storeu_ps(acc, _mm256_fmadd_ps(_mm256_cvtepi32_ps(s[r]), scale, _mm256_loadu_ps(acc)));
    }
  }
}

// Adds one line of a block to the sums of its products, and at the end of a block (`last` is all
// ones) these, scaled, to the result.
template <int kDepth, int kRows>
[[gnu::always_inline]] inline void add_flat_line(const uint8_t* a, size_t a_stride,
                                                 const uint16_t* group, const uint8_t* w,
                                                 const uint16_t* scales, __m256i last,
                                                 const Lookup& lookup, __m256i (&total)[kRows],
                                                 __m256 (&acc)[kRows]) {
  __m256i s[kRows];
  add_line<kDepth, true, kRows>(a, a_stride, group, w, lookup, s);
  const __m256 scale = load_scales(reinterpret_cast<const uint8_t*>(scales));
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
    const __m256i sum = _mm256_add_epi32(total[r], kDepth == 0 ? s[r] : widen(s[r]));
    const __m256 next = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scale, acc[r]);
    acc[r] = _mm256_blendv_ps(acc[r], next, _mm256_castsi256_ps(last));
    total[r] = _mm256_andnot_si256(last, sum);
  }
}

// sparse_tile for few rows, without branches on how many lines a block has: the processor foresees
// them badly, and few rows do not make up for that.
template <int kDepth, int kRows>
[[gnu::noinline]] void flat_tile(const uint8_t* a, size_t a_stride, const SparsePanel& panel,
                                 size_t count, size_t block, const Lookup& lookup, float* sums) {
  const int shift = block == 32 ? 3 : block == 64 ? 4 : 5;  // from groups to blocks
  const uint16_t* scales = panel.scales;
  __m256i total[kRows];
  __m256 acc[kRows];
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
    total[r] = _mm256_setzero_si256();
    acc[r] = _mm256_setzero_ps();
  }
  for (size_t l = 0; l < count; ++l) {
    const uint16_t* group = panel.groups + 2 * l;
    // The last line has no next one.
    const int next = l + 1 < count ? group[2] >> shift : -1;
    const int ends = group[0] >> shift != next ? 1 : 0;
    _mm_prefetch(reinterpret_cast<const char*>(panel.w + kLineBytes * l + 2048), _MM_HINT_T0);
    add_flat_line<kDepth, kRows>(a, a_stride, group, panel.w + kLineBytes * l, scales,
                                 _mm256_set1_epi32(-ends), lookup, total, acc);
    scales += 8 * ends;
  }
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) _mm256_storeu_ps(sums + 8 * r, acc[r]);
}

template <int kDepth, int kRows = static_cast<int>(kTileRows)>
void sparse_rows(size_t rows, const uint8_t* a, size_t a_stride, const SparsePanel& panel,
                 const Lookup& lookup, float* sums) {
  if (rows == static_cast<size_t>(kRows)) {
    sparse_tile<kDepth, kRows>(a, a_stride, panel, lookup, sums);
  } else if constexpr (kRows > 1) {
    sparse_rows<kDepth, kRows - 1>(rows, a, a_stride, panel, lookup, sums);
  }
}

SparsePanel select_panel(const GemmSparseS8S4F32Args& args, size_t p) {
  SparsePanel panel;
  panel.blocks = (args.gemm.k + args.gemm.block - 1) / args.gemm.block;
  panel.lines = args.w.lines + p * panel.blocks;
  panel.groups = args.w.groups + 2 * size_t{args.w.first[p]};
  panel.scales = args.w.scales + 8 * size_t{args.w.first_scale[p]};
  panel.w = args.w.w + kLineBytes * args.w.first[p];
  return panel;
}

constexpr size_t kFlatRows = 4;  // at most

// Whether flat_tile is faster, as measured: with few lines a block.
bool flat_pays(size_t rows, size_t lines, size_t blocks) {
  return rows <= 2 ? 2 * lines < 3 * blocks : lines < blocks;
}

template <int kDepth>
void few_rows(const GemmSparseS8S4F32Args& args, const Lookup& lookup) {
  constexpr decltype(&flat_tile<kDepth, 1>) kFlatTiles[kFlatRows] = {
      flat_tile<kDepth, 1>, flat_tile<kDepth, 2>, flat_tile<kDepth, 3>, flat_tile<kDepth, 4>};
  const GemmS8S4F32Args& gemm = args.gemm;
  alignas(32) float sums[kFlatRows * 8];
  for (size_t j = 0; j < gemm.n; j += 8) {
    const SparsePanel panel = select_panel(args, j / 8);
    const size_t lines = args.w.first[j / 8 + 1] - args.w.first[j / 8];
    if (flat_pays(gemm.m, lines, panel.blocks)) {
      kFlatTiles[gemm.m - 1](gemm.a, gemm.a_stride, panel, lines, gemm.block, lookup, sums);
    } else {
      sparse_rows<kDepth>(gemm.m, gemm.a, gemm.a_stride, panel, lookup, sums);
    }
    store_rows<1>(gemm, sums, 8, 0, gemm.m, j);
  }
}

// In row chunks whose part of A stays in L2.
template <int kDepth>
void gemm(const GemmSparseS8S4F32Args& args, const Lookup& lookup) {
  constexpr size_t kRowChunk = 96;
  const GemmS8S4F32Args& gemm = args.gemm;
  if (gemm.m <= kFlatRows) return few_rows<kDepth>(args, lookup);
  alignas(32) float sums[kTileRows * 8];
  for (size_t i0 = 0; i0 < gemm.m; i0 += kRowChunk) {
    const size_t end = i0 + smaller(gemm.m - i0, kRowChunk);
    for (size_t j = 0; j < gemm.n; j += 8) {
      const SparsePanel panel = select_panel(args, j / 8);
      size_t tiles = (end - i0 + kTileRows - 1) / kTileRows;
      for (size_t i = i0, rows = 0; i < end; i += rows, --tiles) {
        rows = (end - i + tiles - 1) / tiles;
        sparse_rows<kDepth>(rows, gemm.a + i * gemm.a_stride, gemm.a_stride, panel, lookup, sums);
        store_rows<1>(gemm, sums, 8, i, rows, j);
      }
    }
  }
}

}  // namespace

void gemm_sparse_s8s4_f32_avx2(const GemmSparseS8S4F32Args& args) {
  int largest = 0;
  for (int code = 0; code < 16; ++code) {
    const int entry = args.gemm.table[code] < 0 ? -args.gemm.table[code] : args.gemm.table[code];
    largest = entry > largest ? entry : largest;
  }
  const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(args.gemm.table));
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

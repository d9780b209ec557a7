#pragma once

#include "kernels/gemm_s8s8/row_blocks_avx2.h"
#include "kernels/pack/sparse_panels.h"

// The integer part of gemm_sparse_s8s8 and gemm_sparse_s8s8_f32 on AVX2: exact int32 dot products
// of int8 rows with sparse int8 panels. Panels have different lists, so a tile is one panel by up
// to 8 rows of A, which were laid out in blocks (row_blocks_avx2.h); the kinds of entries
// (sparse_panels.h) say how many products fit in 16 bits. Few rows are multiplied where they are:
// |a| times w with the sign of a. Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kDotColumns = 16;  // two panels; from row to row of the sums
constexpr size_t kFewRows = 3;
constexpr size_t kDotRows = 96;  // rows whose sums stand on the stack at a time
// Of laid out rows. Rows that do not fit are multiplied where they are.
constexpr size_t kPackedBytes = 48 * 1024;

// The entries of a panel that are still to come.
struct Entries {
  const uint16_t* group;
  const int8_t* w;
};

template <typename Form, int kRows>
[[gnu::always_inline]] inline void add_single_entries(const uint8_t* block, size_t count,
                                                      __m256i ones, Entries& entries,
                                                      __m256i (&acc)[kRows]) {
  for (const uint16_t* const end = entries.group + count; entries.group != end; ++entries.group) {
    const uint8_t* from = block + *entries.group * kGroupBytes;
    __m256i w = load(entries.w), flip = w;
    entries.w += kGroupBytes;
    Form::prepare(w, flip);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      add_pairs(acc[r], Form::times(broadcast_quad(from + 4 * r), w, flip), ones);
    }
  }
}

template <typename Form, int kRows>
[[gnu::always_inline]] inline void add_paired_entries(const uint8_t* block, size_t count,
                                                      __m256i ones, Entries& entries,
                                                      __m256i (&acc)[kRows]) {
  for (const uint16_t* const end = entries.group + count; entries.group != end;
       entries.group += 2) {
    const uint8_t* from0 = block + entries.group[0] * kGroupBytes;
    const uint8_t* from1 = block + entries.group[1] * kGroupBytes;
    __m256i w0 = load(entries.w), w1 = load(entries.w + kGroupBytes);
    __m256i flip0 = w0, flip1 = w1;
    entries.w += 2 * kGroupBytes;
    Form::prepare(w0, flip0);
    Form::prepare(w1, flip1);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      add_pairs(acc[r],
                _mm256_add_epi16(Form::times(broadcast_quad(from0 + 4 * r), w0, flip0),
                                 Form::times(broadcast_quad(from1 + 4 * r), w1, flip1)),
                ones);
    }
  }
}

// One panel: its entries, how many there are of each kind, what its sums begin with.
struct SparsePanel {
  Entries entries;
  size_t count;
  const uint16_t* kinds;
  const int32_t* offsets;
};

inline SparsePanel select_panel(const SparsePanelsS8& w, size_t p) {
  const size_t first = w.first[p];
  return {{w.groups + first, w.w + first * kGroupBytes},
          w.first[p + 1] - first,
          w.kinds + 4 * p,
          w.offsets + 8 * p};
}

// sums[r][0…7] = rows r of a block times a panel.
template <int kRows>
[[gnu::noinline]] void dot_block(const uint8_t* block, const SparsePanel& panel, int32_t* sums) {
  __m256i ones = _mm256_set1_epi16(1);
  keep(ones);
  Entries entries = panel.entries;
  const size_t unsigned_pairs = panel.kinds[0], unsigned_singles = panel.kinds[1];
  const size_t signed_pairs = panel.kinds[2];
  const size_t signed_singles = panel.count - unsigned_pairs - unsigned_singles - signed_pairs;
  __m256i acc[kRows];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) acc[r] = load(panel.offsets);
  add_paired_entries<Plain>(block, unsigned_pairs, ones, entries, acc);
  add_single_entries<Plain>(block, unsigned_singles, ones, entries, acc);
  add_paired_entries<Signed>(block, signed_pairs, ones, entries, acc);
  add_single_entries<Signed>(block, signed_singles, ones, entries, acc);
#pragma GCC unroll 8
  for (size_t r = 0; r < static_cast<size_t>(kRows); ++r) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + r * kDotColumns), acc[r]);
  }
}

// dot_block for a number of rows known at run time; kRows and more are kRows.
template <int kRows = static_cast<int>(kBlockRows)>
void dot_block_rows(size_t rows, const uint8_t* block, const SparsePanel& panel, int32_t* sums) {
  if (rows >= static_cast<size_t>(kRows)) {
    dot_block<kRows>(block, panel, sums);
  } else if constexpr (kRows > 1) {
    dot_block_rows<kRows - 1>(rows, block, panel, sums);
  }
}

// How far ahead of use a panel is asked for where memory bounds: about its speed times its latency.
constexpr size_t kBytesAhead = 2048;

// sums[r][0…7] = rows r of A times a panel, without blocks.
template <int kRows>
[[gnu::noinline]] void dot_in_place(const int8_t* a, size_t a_stride, const SparsePanel& panel,
                                    int32_t* sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  const int8_t* w = panel.entries.w;
  __m256i acc[kRows];
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) acc[r] = _mm256_setzero_si256();
  for (size_t e = 0; e < panel.count; ++e, w += kGroupBytes) {
    const auto* from = reinterpret_cast<const uint8_t*>(a) + 4 * size_t{panel.entries.group[e]};
    const __m256i weights = load(w);
    _mm_prefetch(reinterpret_cast<const char*>(w + kBytesAhead), _MM_HINT_T0);
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      const __m256i value = broadcast_quad(from + static_cast<size_t>(r) * a_stride);
      const __m256i pairs =
          _mm256_maddubs_epi16(_mm256_abs_epi8(value), _mm256_sign_epi8(weights, value));
      add_pairs(acc[r], pairs, ones);
    }
  }
#pragma GCC unroll 4
  for (size_t r = 0; r < static_cast<size_t>(kRows); ++r) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + r * kDotColumns), acc[r]);
  }
}

inline void dot_few_rows(const int8_t* a, size_t a_stride, size_t rows, const SparsePanel& panel,
                         int32_t* sums) {
  for (; rows >= 3; rows -= 3, a += 3 * a_stride, sums += 3 * kDotColumns) {
    dot_in_place<3>(a, a_stride, panel, sums);
  }
  if (rows == 2) dot_in_place<2>(a, a_stride, panel, sums);
  if (rows == 1) dot_in_place<1>(a, a_stride, panel, sums);
}

struct SparseProblem {
  size_t m, n, k;
  const int8_t* a;
  size_t a_stride;
  const SparsePanelsS8& w;
};

// Hands store(i, rows, j, sums[rows][16]) the products of rows i… and columns j…j + 15, once each.
template <typename Store>
void dot_sparse(const SparseProblem& p, const Store& store) {
  alignas(32) uint8_t packed[kPackedBytes];
  alignas(32) int32_t sums[kDotRows * kDotColumns];
  const size_t groups = (p.k + 3) / 4, panels = (p.n + 7) / 8;
  const bool in_place = p.m <= kFewRows || block_bytes(groups) > kPackedBytes;
  const size_t fit = in_place ? kDotRows : kPackedBytes / block_bytes(groups) * kBlockRows;
  const size_t chunk = fit < kDotRows ? fit : kDotRows;
  // A single panel leaves the second half unwritten.
  std::memset(sums, 0, (p.m < chunk ? p.m : chunk) * kDotColumns * sizeof(int32_t));
  for (size_t i = 0; i < p.m; i += chunk) {
    const size_t rows = p.m - i < chunk ? p.m - i : chunk;
    const int8_t* a = p.a + i * p.a_stride;
    if (!in_place) pack_rows(a, p.a_stride, rows, groups, packed);
    for (size_t j = 0; j < panels; j += 2) {
      for (size_t half = 0; half < 2 && j + half < panels; ++half) {
        const SparsePanel panel = select_panel(p.w, j + half);
        int32_t* to = sums + 8 * half;
        if (in_place) {
          dot_few_rows(a, p.a_stride, rows, panel, to);
          continue;
        }
        const uint8_t* block = packed;
        for (size_t r = 0; r < rows; r += kBlockRows, block += block_bytes(groups)) {
          dot_block_rows(rows - r, block, panel, to + r * kDotColumns);
        }
      }
      store(i, rows, 8 * j, sums);
    }
  }
}

}  // namespace
}  // namespace linnet

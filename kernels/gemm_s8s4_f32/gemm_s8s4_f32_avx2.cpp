#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"

#include "kernels/gemm_s8s4_f32/s4_stream_avx2.h"

// Many rows: two panels are unpacked to int8, a chunk of k at a time, and reused by up to 128 rows,
// in tiles of four rows and of three.

namespace linnet {
namespace {

constexpr size_t kRowChunk = 128;
constexpr size_t kTileRows = 4;
constexpr size_t kChunkK = 512;  // a multiple of every block size
constexpr size_t kChunkBlocks = kChunkK / 32;
constexpr size_t kPairBytes = 64;  // one k group of two panels, unpacked

// A chunk of k of two panels, and what their tiles share.
struct Unpacked {
  alignas(32) int8_t weights[kChunkK * kColumns];       // [group][panel][row][4 k]
  alignas(32) float scales[kChunkBlocks * kColumns];    // [block][panel][row]
  alignas(32) int32_t shifts[kChunkBlocks * kColumns];  // 128 * sum of w, likewise
};

// Unpacks k values of one panel, `half` 0 or 1 of the pair.
void unpack_panel(const uint8_t* w, size_t k, size_t block, const Lookup& lookup, bool shifts,
                  size_t half, Unpacked* out) {
  int8_t* weights = out->weights + 32 * half;
  for (size_t b = 0; b * block < k; ++b) {
    __m256i shift = _mm256_setzero_si256();
    const size_t lines = line_count(smaller(k - b * block, block));
    for (size_t l = 0; l < lines; ++l, w += kLineBytes, weights += 2 * kPairBytes) {
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

// sums[0…7] += scale * total.
void add_scaled(float* sums, __m256i total, const float* scales) {
  const __m256 acc = _mm256_loadu_ps(sums);
  _mm256_storeu_ps(sums, _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), _mm256_load_ps(scales), acc));
}

// Sums of a tile: kRows rows and two panels.
template <size_t kRows>
struct TileSums {
  __m256i at[kRows][2];
};

template <bool kFirst, size_t kRows>
[[gnu::always_inline]] inline void add_group(const uint8_t* a, size_t a_stride, const int8_t* w,
                                             TileSums<kRows>* s) {
  const __m256i w0 = load(w);
  const __m256i w1 = load(w + 32);
#pragma GCC unroll 4
  for (size_t r = 0; r < kRows; ++r) {
    const __m256i value = broadcast_quad(a + r * a_stride);
    add_products<kFirst>(value, w0, &s->at[r][0]);
    add_products<kFirst>(value, w1, &s->at[r][1]);
  }
}

// s = the sums of kGroups groups (0: `count`).
template <size_t kGroups, size_t kRows>
[[gnu::always_inline]] inline void sum_groups(const uint8_t* a, size_t a_stride, const int8_t* w,
                                              size_t count, TileSums<kRows>* s) {
  add_group<true, kRows>(a, a_stride, w, s);
#pragma GCC unroll 8
  for (size_t g = 1; g < kGroups; ++g) {
    add_group<false, kRows>(a + 4 * g, a_stride, w + g * kPairBytes, s);
  }
  if constexpr (kGroups == 0) {
#pragma GCC unroll 1
    for (size_t g = 1; g < count; ++g) {
      add_group<false, kRows>(a + 4 * g, a_stride, w + g * kPairBytes, s);
    }
  }
}

// sums[rows][16] += `blocks` whole blocks of a tile, each of `steps` times kDepth groups (kSteps:
// how many, or 0 for any number). Local totals spare a load and a store of every sum for each
// block.
template <int kDepth, size_t kSteps, size_t kRows>
[[gnu::noinline]] void dot_blocks(const uint8_t* a, size_t a_stride, const int8_t* w, size_t blocks,
                                  size_t steps, const float* scales, float* sums) {
  constexpr size_t kStep = static_cast<size_t>(kDepth);
  __m256 total[2 * kRows];
#pragma GCC unroll 8
  for (size_t v = 0; v < 2 * kRows; ++v) total[v] = _mm256_loadu_ps(sums + 8 * v);
  for (; blocks != 0; --blocks, a += 4 * kStep, w += kStep * kPairBytes, scales += kColumns) {
    __m256i block[2 * kRows];
    TileSums<kRows> s;
    sum_groups<kStep>(a, a_stride, w, kStep, &s);
#pragma GCC unroll 8
    for (size_t v = 0; v < 2 * kRows; ++v) block[v] = widen(s.at[v / 2][v % 2]);
    if constexpr (kSteps != 1) {
#pragma GCC unroll 1
      for (size_t step = 1; step < steps; ++step) {
        a += 4 * kStep;
        w += kStep * kPairBytes;
        sum_groups<kStep>(a, a_stride, w, kStep, &s);
#pragma GCC unroll 8
        for (size_t v = 0; v < 2 * kRows; ++v) {
          block[v] = _mm256_add_epi32(block[v], widen(s.at[v / 2][v % 2]));
        }
      }
    }
#pragma GCC unroll 8
    for (size_t v = 0; v < 2 * kRows; ++v) {
      total[v] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(block[v]), _mm256_load_ps(scales + 8 * (v % 2)),
                                 total[v]);
    }
  }
#pragma GCC unroll 8
  for (size_t v = 0; v < 2 * kRows; ++v) _mm256_storeu_ps(sums + 8 * v, total[v]);
}

// A last block that k ends early.
template <int kDepth, size_t kRows>
[[gnu::noinline]] void dot_short_block(const uint8_t* a, size_t a_stride, const int8_t* w,
                                       size_t groups, const float* scales, float* sums) {
  constexpr size_t kStep = static_cast<size_t>(kDepth);
  __m256i block[2 * kRows];
#pragma GCC unroll 8
  for (size_t v = 0; v < 2 * kRows; ++v) block[v] = _mm256_setzero_si256();
  for (size_t g = 0; g < groups; g += kStep) {
    TileSums<kRows> s;
    sum_groups<0>(a + 4 * g, a_stride, w + g * kPairBytes, smaller(groups - g, kStep), &s);
#pragma GCC unroll 8
    for (size_t v = 0; v < 2 * kRows; ++v) {
      block[v] = _mm256_add_epi32(block[v], widen(s.at[v / 2][v % 2]));
    }
  }
#pragma GCC unroll 8
  for (size_t v = 0; v < 2 * kRows; ++v) {
    add_scaled(sums + 8 * v, block[v], scales + 8 * (v % 2));
  }
}

// One block, for tables with large entries.
template <size_t kRows>
[[gnu::always_inline]] inline void dot_block_signed(const uint8_t* a, size_t a_stride,
                                                    const int8_t* w, size_t groups,
                                                    const float* scales, const int32_t* shifts,
                                                    float* sums) {
  TileSums<kRows> acc;
#pragma GCC unroll 8
  for (size_t v = 0; v < 2 * kRows; ++v) acc.at[v / 2][v % 2] = load(shifts + 8 * (v % 2));
  for (size_t g = 0; g < groups; ++g) {
    const __m256i w0 = load(w + g * kPairBytes);
    const __m256i w1 = load(w + g * kPairBytes + 32);
#pragma GCC unroll 4
    for (size_t r = 0; r < kRows; ++r) {
      const __m256i value = broadcast_quad(a + r * a_stride + 4 * g);
      acc.at[r][0] = _mm256_add_epi32(acc.at[r][0], dot_signed(value, w0));
      acc.at[r][1] = _mm256_add_epi32(acc.at[r][1], dot_signed(value, w1));
    }
  }
#pragma GCC unroll 8
  for (size_t v = 0; v < 2 * kRows; ++v) {
    add_scaled(sums + 8 * v, acc.at[v / 2][v % 2], scales + 8 * (v % 2));
  }
}

// sums[rows][16] += k values of a tile's rows times an unpacked pair of panels, for tables with
// large entries.
template <size_t kRows>
[[gnu::noinline]] void dot_tile_signed(const uint8_t* a, size_t a_stride, size_t k, size_t block,
                                       const Unpacked& w, float* sums) {
  const int8_t* weights = w.weights;
  const float* scales = w.scales;
  const int32_t* shifts = w.shifts;
  for (size_t start = 0; start < k; start += block) {
    const size_t groups = 2 * line_count(smaller(k - start, block));
    dot_block_signed<kRows>(a + start, a_stride, weights, groups, scales, shifts, sums);
    weights += block / 4 * kPairBytes;
    scales += kColumns;
    shifts += kColumns;
  }
}

// The same for any table.
template <int kDepth, size_t kRows>
void dot_tile(const uint8_t* a, size_t a_stride, size_t k, size_t block, const Unpacked& w,
              float* sums) {
  if constexpr (kDepth == 0) {
    dot_tile_signed<kRows>(a, a_stride, k, block, w, sums);
  } else {
    const size_t blocks = k / block, steps = block / 4 / static_cast<size_t>(kDepth);
    if (steps == 1) {
      dot_blocks<kDepth, 1, kRows>(a, a_stride, w.weights, blocks, 1, w.scales, sums);
    } else {
      dot_blocks<kDepth, 0, kRows>(a, a_stride, w.weights, blocks, steps, w.scales, sums);
    }
    const size_t done = blocks * block;
    if (done == k) return;
    dot_short_block<kDepth, kRows>(a + done, a_stride, w.weights + done / 4 * kPairBytes,
                                   2 * line_count(k - done), w.scales + blocks * kColumns, sums);
  }
}

// Tiles of four rows and of three; of five rows, three and two.
template <int kDepth>
void dot_rows(const uint8_t* a, size_t a_stride, size_t rows, size_t k, size_t block,
              const Unpacked& w, float* sums) {
  size_t tiles = (rows + kTileRows - 1) / kTileRows;
  for (size_t height = 0; rows != 0; rows -= height, --tiles) {
    height = (rows + tiles - 1) / tiles;
    if (height == 4) {
      dot_tile<kDepth, 4>(a, a_stride, k, block, w, sums);
    } else if (height == 3) {
      dot_tile<kDepth, 3>(a, a_stride, k, block, w, sums);
    } else {
      dot_tile<kDepth, 2>(a, a_stride, k, block, w, sums);
    }
    a += height * a_stride;
    sums += height * kColumns;
  }
}

// sums[rows][16] = a times the panels w0 and w1. 2 <= rows <= kRowChunk.
template <int kDepth>
void dot_panels(const GemmS8S4F32Args& args, const uint8_t* a, size_t rows, const uint8_t* w0,
                const uint8_t* w1, const Lookup& lookup, float* sums) {
  Unpacked unpacked;
  std::memset(sums, 0, rows * kColumns * sizeof(float));
  for (size_t start = 0; start < args.k; start += kChunkK) {
    const size_t length = smaller(args.k - start, kChunkK);
    const size_t offset = start / args.block * (4 * args.block + kScaleBytes);
    unpack_panel(w0 + offset, length, args.block, lookup, kDepth == 0, 0, &unpacked);
    unpack_panel(w1 + offset, length, args.block, lookup, kDepth == 0, 1, &unpacked);
    dot_rows<kDepth>(a + start, args.a_stride, rows, length, args.block, unpacked, sums);
  }
}

// Rows [i, i + rows), 2 <= rows <= kRowChunk.
template <int kDepth>
void unpacked_rows(const GemmS8S4F32Args& args, size_t i, size_t rows, const Lookup& lookup) {
  alignas(32) float sums[kRowChunk * kColumns];
  for (size_t j = 0; j < args.n; j += kColumns) {
    const uint8_t* w0 = args.w + j / 8 * args.w_panel_stride;
    // A missing second panel repeats the first; its results are dropped.
    const uint8_t* w1 = args.n - j > 8 ? w0 + args.w_panel_stride : w0;
    dot_panels<kDepth>(args, args.a + i * args.a_stride, rows, w0, w1, lookup, sums);
    if (args.n - j > 8) {
      store_rows<2>(args, sums, kColumns, i, rows, j);
    } else {
      store_rows<1>(args, sums, kColumns, i, rows, j);
    }
  }
}

// Many rows in chunks of nearly equal height.
template <int kDepth>
void gemm(const GemmS8S4F32Args& args, const Lookup& lookup) {
  if (args.m <= kMostStreamRows<kDepth>) return stream<kDepth>(args, lookup);
  for (size_t i = 0, rows = 0; i < args.m; i += rows) {
    const size_t left = args.m - i;
    const size_t chunks = (left + kRowChunk - 1) / kRowChunk;
    const size_t tiles = (left + kTileRows - 1) / kTileRows;
    rows = smaller(left, (tiles + chunks - 1) / chunks * kTileRows);
    unpacked_rows<kDepth>(args, i, rows, lookup);
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

// GCC 12 takes the deliberately undefined operands inside its own AVX-512 header for mistakes
// (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <immintrin.h>

#include <cstring>

#include "kernels/gemm_s8s4_f32/gemm_s8s4_f32.h"

// Two panels stand side by side in a register, four make a tile. vpdpbusd takes u8 activations and
// any table of int8 values as they are. Many rows: the panels are unpacked to int8, a chunk of k at
// a time, and reused by up to 96 rows. One row: the nibbles are looked up as they stream by.

namespace linnet {
namespace {

constexpr size_t kRowChunk = 96;
constexpr int kTileRows = 6;     // 12 integer and 12 float accumulators
constexpr size_t kColumns = 32;  // four panels
constexpr size_t kChunkK = 512;  // a multiple of every block size
constexpr size_t kChunkBlocks = kChunkK / 32;
constexpr size_t kGroupBytes = 128;  // one k group of four panels, unpacked
constexpr size_t kScaleBytes = 16;

struct Unpacked {
  alignas(64) int8_t weights[kChunkK * kColumns];     // [group][panel][row][4 k]
  alignas(64) float scales[kChunkBlocks * kColumns];  // [block][panel][row]
};

// Four panels, at the same place of each; a missing one repeats the first, its results are dropped.
struct PanelQuad {
  const uint8_t* panel[4];

  PanelQuad at(size_t offset) const {
    return {{panel[0] + offset, panel[1] + offset, panel[2] + offset, panel[3] + offset}};
  }
};

__m512i load_pair(const uint8_t* first, const uint8_t* second) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(second));
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

__m512 load_scales(const uint8_t* first, const uint8_t* second) {
  const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(first));
  const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(second));
  return _mm512_cvtph_ps(_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1));
}

__m512i broadcast_quad(const uint8_t* a) {
  int32_t quad;
  std::memcpy(&quad, a, sizeof quad);
  return _mm512_set1_epi32(quad);
}

// sum += four products of u8 and s8 a lane. The empty assembly keeps GCC from carrying each sum in
// two registers, for which there is no room.
void add_products(__m512i value, __m512i w, __m512i* sum) {
  *sum = _mm512_dpbusd_epi32(*sum, value, w);
#if defined(__GNUC__)
  __asm__("" : "+v"(*sum));
#endif
}

struct Lookup {
  __m512i table;
  __m512i mask;

  __m512i low(__m512i line) const {
    return _mm512_shuffle_epi8(table, _mm512_and_si512(line, mask));
  }
  __m512i high(__m512i line) const {
    return _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(line, 4), mask));
  }
};

size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Unpacks k values of a pair of panels, `half` 0 or 1 of the four.
void unpack_pair(const uint8_t* w0, const uint8_t* w1, size_t k, size_t block, const Lookup& lookup,
                 size_t half, Unpacked* out) {
  int8_t* weights = out->weights + 64 * half;
  for (size_t b = 0; b * block < k; ++b) {
    const size_t lines = (smaller(k - b * block, block) + 7) / 8;
    for (size_t l = 0; l < lines; ++l, weights += 2 * kGroupBytes) {
      const __m512i line = load_pair(w0 + 32 * l, w1 + 32 * l);
      _mm512_store_si512(weights, lookup.low(line));
      _mm512_store_si512(weights + kGroupBytes, lookup.high(line));
    }
    w0 += 32 * lines;
    w1 += 32 * lines;
    _mm512_store_ps(out->scales + b * kColumns + 16 * half, load_scales(w0, w1));
    w0 += kScaleBytes;
    w1 += kScaleBytes;
  }
}

// sums[kRows][32] += k values of kRows rows times kPairs pairs of unpacked panels.
template <int kRows, int kPairs>
[[gnu::noinline]] void dot_tile(const uint8_t* a, size_t a_stride, size_t k, size_t block,
                                const Unpacked& w, float* sums) {
  __m512 acc[kRows][kPairs];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int z = 0; z < kPairs; ++z) {
      acc[r][z] = _mm512_loadu_ps(sums + static_cast<size_t>(r) * kColumns + 16 * z);
    }
  }
  const int8_t* weights = w.weights;
  const float* scales = w.scales;
  for (size_t start = 0; start < k; start += block, scales += kColumns) {
    const size_t groups = (smaller(k - start, block) + 7) / 8 * 2;
    __m512i total[kRows][kPairs];
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int z = 0; z < kPairs; ++z) total[r][z] = _mm512_setzero_si512();
    }
    const uint8_t* quad = a + start;
    for (size_t g = 0; g < groups; ++g, quad += 4, weights += kGroupBytes) {
      __m512i pair[kPairs];
#pragma GCC unroll 2
      for (int z = 0; z < kPairs; ++z) pair[z] = _mm512_load_si512(weights + 64 * z);
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const __m512i value = broadcast_quad(quad + static_cast<size_t>(r) * a_stride);
#pragma GCC unroll 2
        for (int z = 0; z < kPairs; ++z) {
          add_products(value, pair[z], &total[r][z]);
        }
      }
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int z = 0; z < kPairs; ++z) {
        acc[r][z] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total[r][z]),
                                    _mm512_load_ps(scales + 16 * z), acc[r][z]);
      }
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int z = 0; z < kPairs; ++z) {
      _mm512_storeu_ps(sums + static_cast<size_t>(r) * kColumns + 16 * z, acc[r][z]);
    }
  }
}

// dot_tile for a number of rows known at run time, 1…kRows.
template <int kRows, int kPairs>
void dot_some(size_t rows, const uint8_t* a, size_t a_stride, size_t k, size_t block,
              const Unpacked& w, float* sums) {
  if (rows == static_cast<size_t>(kRows)) {
    dot_tile<kRows, kPairs>(a, a_stride, k, block, w, sums);
  } else if constexpr (kRows > 1) {
    dot_some<kRows - 1, kPairs>(rows, a, a_stride, k, block, w, sums);
  }
}

template <int kPairs>
void dot_rows(const uint8_t* a, size_t a_stride, size_t rows, size_t k, size_t block,
              const Unpacked& w, float* sums) {
  size_t tiles = (rows + kTileRows - 1) / kTileRows;
  for (; rows != 0; --tiles) {
    const size_t height = (rows + tiles - 1) / tiles;
    dot_some<kTileRows, kPairs>(height, a, a_stride, k, block, w, sums);
    rows -= height;
    a += height * a_stride;
    sums += height * kColumns;
  }
}

// sums[rows][32] = a times four panels, or the first two. rows <= kRowChunk.
template <int kPairs>
void dot_panels(const GemmS8S4F32Args& args, const uint8_t* a, size_t rows, const PanelQuad& w,
                const Lookup& lookup, float* sums) {
  Unpacked unpacked;
  std::memset(sums, 0, rows * kColumns * sizeof(float));
  for (size_t start = 0; start < args.k; start += kChunkK) {
    const size_t length = smaller(args.k - start, kChunkK);
    const PanelQuad part = w.at(start / args.block * (4 * args.block + kScaleBytes));
    unpack_pair(part.panel[0], part.panel[1], length, args.block, lookup, 0, &unpacked);
    if constexpr (kPairs == 2) {
      unpack_pair(part.panel[2], part.panel[3], length, args.block, lookup, 1, &unpacked);
    }
    dot_rows<kPairs>(a + start, args.a_stride, rows, length, args.block, unpacked, sums);
  }
}

// sums[16 * kPairs] = one row times the panels.
template <int kPairs>
void dot_row(const GemmS8S4F32Args& args, const uint8_t* a, PanelQuad w, const Lookup& lookup,
             float* sums) {
  __m512 acc[kPairs];
#pragma GCC unroll 2
  for (int z = 0; z < kPairs; ++z) acc[z] = _mm512_setzero_ps();
  for (size_t start = 0; start < args.k; start += args.block) {
    const size_t lines = (smaller(args.k - start, args.block) + 7) / 8;
    // Even and odd groups apart: two chains wait less.
    __m512i even[kPairs];
    __m512i odd[kPairs];
#pragma GCC unroll 2
    for (int z = 0; z < kPairs; ++z) even[z] = odd[z] = _mm512_setzero_si512();
    for (size_t l = 0; l < lines; ++l) {
      const __m512i first = broadcast_quad(a + start + 8 * l);
      const __m512i second = broadcast_quad(a + start + 8 * l + 4);
#pragma GCC unroll 2
      for (int z = 0; z < kPairs; ++z) {
        const __m512i line = load_pair(w.panel[2 * z] + 32 * l, w.panel[2 * z + 1] + 32 * l);
        even[z] = _mm512_dpbusd_epi32(even[z], first, lookup.low(line));
        odd[z] = _mm512_dpbusd_epi32(odd[z], second, lookup.high(line));
      }
    }
    w = w.at(32 * lines);
#pragma GCC unroll 2
    for (int z = 0; z < kPairs; ++z) {
      const __m512 total = _mm512_cvtepi32_ps(_mm512_add_epi32(even[z], odd[z]));
      acc[z] = _mm512_fmadd_ps(total, load_scales(w.panel[2 * z], w.panel[2 * z + 1]), acc[z]);
    }
    w = w.at(kScaleBytes);
  }
#pragma GCC unroll 2
  for (int z = 0; z < kPairs; ++z) _mm512_storeu_ps(sums + 16 * z, acc[z]);
}

// Scales, offsets, clamps and stores columns [j, j + 16) of `rows` rows.
void store_columns(const GemmS8S4F32Args& args, const float* sums, size_t i, size_t rows,
                   size_t j) {
  const size_t count = smaller(args.n - j, 16);
  const auto mask = static_cast<__mmask16>((1u << count) - 1u);
  const __m512 comp = _mm512_maskz_loadu_ps(mask, args.comp + j);
  const __m512 bias =
      args.bias != nullptr ? _mm512_maskz_loadu_ps(mask, args.bias + j) : _mm512_setzero_ps();
  const __m512 low = _mm512_set1_ps(args.clamp_min);
  const __m512 high = _mm512_set1_ps(args.clamp_max);
  float* c = args.c + i * args.c_stride + j;
  for (size_t r = 0; r < rows; ++r, sums += kColumns, c += args.c_stride) {
    const size_t parameter = (i + r) * args.a_scale_stride;
    const __m512 a_scale = _mm512_set1_ps(args.a_scale[parameter]);
    const __m512 zero_point = _mm512_set1_ps(static_cast<float>(args.a_zero_point[parameter]));
    const __m512 acc = _mm512_sub_ps(_mm512_loadu_ps(sums), _mm512_mul_ps(zero_point, comp));
    const __m512 value = _mm512_add_ps(_mm512_mul_ps(a_scale, acc), bias);
    // The operand order lets a NaN through.
    _mm512_mask_storeu_ps(c, mask, _mm512_min_ps(high, _mm512_max_ps(low, value)));
  }
}

template <int kPairs>
void gemm_columns(const GemmS8S4F32Args& args, size_t i, size_t rows, size_t j,
                  const Lookup& lookup) {
  alignas(64) float sums[kRowChunk * kColumns];
  const uint8_t* first = args.w + j / 8 * args.w_panel_stride;
  PanelQuad w;
  for (size_t p = 0; p < 4; ++p) {
    w.panel[p] = first + (8 * p < args.n - j ? p : 0) * args.w_panel_stride;
  }
  const uint8_t* a = args.a + i * args.a_stride;
  if (rows == 1) {
    dot_row<kPairs>(args, a, w, lookup, sums);
  } else {
    dot_panels<kPairs>(args, a, rows, w, lookup, sums);
  }
  store_columns(args, sums, i, rows, j);
  if constexpr (kPairs == 2) store_columns(args, sums + 16, i, rows, j + 16);
}

}  // namespace

void gemm_s8s4_f32_avx512vnni(const GemmS8S4F32Args& args) {
  const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(args.table));
  const Lookup lookup = {_mm512_broadcast_i32x4(table), _mm512_set1_epi8(15)};
  for (size_t i = 0; i < args.m; i += kRowChunk) {
    const size_t rows = smaller(args.m - i, kRowChunk);
    for (size_t j = 0; j < args.n; j += kColumns) {
      if (args.n - j > 16) {
        gemm_columns<2>(args, i, rows, j, lookup);
      } else {
        gemm_columns<1>(args, i, rows, j, lookup);
      }
    }
  }
}

}  // namespace linnet

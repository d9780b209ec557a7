#pragma once

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

// The integer part of gemm_s8s8 and gemm_s8s8_f32 with AVX-512 VNNI: exact int32 dot products of
// int8 rows with int8 panels. Two panels stand side by side in a register. vpdpbusd wants one
// unsigned side: w + 128 (one xor, shared by all rows), which adds 128 * sum of a; that is taken
// off at the start, once a row. Everything here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kRowChunk = 96;     // rows that share one pass over the weights
constexpr int kTileRows = 12;        // 24 accumulators of the 32 registers
constexpr size_t kTileColumns = 32;  // four panels
constexpr size_t kGroupBytes = 32;

// Up to four panels; a missing one repeats its neighbour and its results are dropped.
struct PanelQuad {
  const int8_t* panel[4];
  size_t columns;  // 1…32
};

PanelQuad select_panels(const int8_t* w, size_t w_panel_stride, size_t columns) {
  PanelQuad quad;
  quad.columns = columns < kTileColumns ? columns : kTileColumns;
  for (size_t p = 0; p < 4; ++p) {
    const size_t used = 8 * p < quad.columns ? p : 0;
    quad.panel[p] = w + used * w_panel_stride;
  }
  return quad;
}

// out[r] = -128 * (sum of the first 4 * groups values of row r).
void correct_rows(const int8_t* a, size_t a_stride, size_t rows, size_t groups, int32_t* out) {
  const __m512i ones = _mm512_set1_epi8(1);
  for (size_t r = 0; r < rows; ++r, a += a_stride) {
    __m512i sum = _mm512_setzero_si512();
    size_t g = 0;
    for (; g + 16 <= groups; g += 16) {
      sum = _mm512_dpbusd_epi32(sum, ones, _mm512_loadu_si512(a + 4 * g));
    }
    if (g < groups) {
      const auto rest = static_cast<__mmask16>((1u << (groups - g)) - 1u);
      sum = _mm512_dpbusd_epi32(sum, ones, _mm512_maskz_loadu_epi32(rest, a + 4 * g));
    }
    out[r] = -128 * _mm512_reduce_add_epi32(sum);
  }
}

__m512i load_pair(const int8_t* first, const int8_t* second) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(second));
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

// Hands store(r, z, sums of columns 16 z … 16 z + 15) each row r of the tile.
template <int kRows, int kPairs, typename Store>
void dot_tile(const int8_t* a, size_t a_stride, const int32_t* corrections, const PanelQuad& w,
              size_t groups, const Store& store) {
  const __m512i flip = _mm512_set1_epi8(-128);
  const int8_t* const w0 = w.panel[0];
  const int8_t* const w1 = w.panel[1];
  const int8_t* const w2 = w.panel[2];
  const int8_t* const w3 = w.panel[3];
  __m512i acc[kRows][kPairs];
#pragma GCC unroll 12
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int z = 0; z < kPairs; ++z) acc[r][z] = _mm512_set1_epi32(corrections[r]);
  }
  for (size_t g = 0; g < groups; ++g) {
    __m512i weights[kPairs];
    weights[0] = _mm512_xor_si512(load_pair(w0 + g * kGroupBytes, w1 + g * kGroupBytes), flip);
    if constexpr (kPairs == 2) {
      weights[1] = _mm512_xor_si512(load_pair(w2 + g * kGroupBytes, w3 + g * kGroupBytes), flip);
    }
#pragma GCC unroll 12
    for (int r = 0; r < kRows; ++r) {
      int32_t quad;
      std::memcpy(&quad, a + static_cast<size_t>(r) * a_stride + 4 * g, sizeof quad);
      const __m512i value = _mm512_set1_epi32(quad);
#pragma GCC unroll 2
      for (int z = 0; z < kPairs; ++z) {
        acc[r][z] = _mm512_dpbusd_epi32(acc[r][z], weights[z], value);
#if defined(__GNUC__)
        // Keeps GCC from carrying each sum in two registers, for which there is no room.
        __asm__("" : "+v"(acc[r][z]));
#endif
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int z = 0; z < kPairs; ++z) store(static_cast<size_t>(r), z, acc[r][z]);
  }
}

// dot_tile for a number of rows known at run time, 1…kRows.
template <int kRows, int kPairs, typename Store>
void dot_rows(size_t rows, const int8_t* a, size_t a_stride, const int32_t* corrections,
              const PanelQuad& w, size_t groups, const Store& store) {
  if (rows == static_cast<size_t>(kRows)) {
    dot_tile<kRows, kPairs>(a, a_stride, corrections, w, groups, store);
  } else if constexpr (kRows > 1) {
    dot_rows<kRows - 1, kPairs>(rows, a, a_stride, corrections, w, groups, store);
  }
}

// Rows [0, rows) times the panels; make_store(first_row) returns the Store of a tile.
template <typename MakeStore>
void dot_panels(const int8_t* a, size_t a_stride, const int32_t* corrections, size_t rows,
                const PanelQuad& w, size_t groups, const MakeStore& make_store) {
  // Tiles of equal height: a last tile of one row would wait on its few accumulators.
  size_t tiles = (rows + kTileRows - 1) / kTileRows;
  for (size_t i = 0; i < rows; --tiles) {
    const size_t height = (rows - i + tiles - 1) / tiles;
    const auto store = make_store(i);
    if (w.columns > 16) {
      dot_rows<kTileRows, 2>(height, a + i * a_stride, a_stride, corrections + i, w, groups, store);
    } else {
      dot_rows<kTileRows, 1>(height, a + i * a_stride, a_stride, corrections + i, w, groups, store);
    }
    i += height;
  }
}

// The lanes of columns 16 z … 16 z + 15 that exist.
__mmask16 column_mask(size_t columns, int z) {
  const size_t first = 16 * static_cast<size_t>(z);
  const size_t left = columns > first ? columns - first : 0;
  return static_cast<__mmask16>(left >= 16 ? 0xffffu : (1u << left) - 1u);
}

}  // namespace
}  // namespace linnet

#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// What the int8 kernels that multiply k groups in any order on AVX2 share, dense (group_order.h)
// and sparse: rows of A as u = a + 128, laid out as panels of weights are, 8 rows to a block, so
// that one index finds the k group in both; and the two forms of multiplying a group. Everything
// here is local to the file that includes it.

namespace linnet {
namespace {

constexpr size_t kBlockRows = 8;
constexpr size_t kGroupBytes = 32;  // of a panel, and of a block of A

inline __m256i load(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

inline void store(void* to, __m256i value) {
  _mm256_storeu_si256(static_cast<__m256i*>(to), value);
}

inline __m256i broadcast_quad(const uint8_t* a) {
  int32_t quad;
  std::memcpy(&quad, a, sizeof quad);
  return _mm256_set1_epi32(quad);
}

// Empty assembly that seems to change its operand keeps compilers from what costs more than it
// saves: moving sums between registers, of which there are just enough, an address register for
// each row (GCC), regrouping exclusive ors (Clang).
inline void keep(__m256i& value) {
#if defined(__GNUC__)
  __asm__("" : "+x"(value));
#else
  static_cast<void>(value);
#endif
}
inline void keep(const uint8_t*& address) {
#if defined(__GNUC__)
  __asm__("" : "+r"(address));
#else
  static_cast<void>(address);
#endif
}

// acc += the sums of neighbouring 16-bit lanes.
inline void add_pairs(__m256i& acc, __m256i words, __m256i ones) {
  acc = _mm256_add_epi32(acc, _mm256_madd_epi16(words, ones));
  keep(acc);
}

// The two forms of a k group (group_order.h): prepare() makes the operands of times() from the
// weights in w.
struct Plain {
  static void prepare(__m256i&, __m256i&) {}
  static __m256i times(__m256i u, __m256i w, __m256i) { return _mm256_maddubs_epi16(u, w); }
};

struct Signed {
  static void prepare(__m256i& w, __m256i& flip) {
    const __m256i magnitude = _mm256_abs_epi8(w);
    // u ^ 0x80 is a, u ^ 0x7f is ~a.
    flip = _mm256_xor_si256(_mm256_cmpeq_epi8(magnitude, w), _mm256_set1_epi8(0x7f));
    keep(flip);
    w = magnitude;
  }
  static __m256i times(__m256i u, __m256i magnitude, __m256i flip) {
    return _mm256_maddubs_epi16(magnitude, _mm256_xor_si256(u, flip));
  }
};

// 8 k groups of 8 rows, as u.
inline void pack_groups(const int8_t* const (&row)[kBlockRows], size_t at, __m256i mask,
                        uint8_t* out) {
  __m256i v[8], t[8];
  const __m256i flip = _mm256_set1_epi8(-128);
#pragma GCC unroll 8
  for (int r = 0; r < 8; ++r) {
    v[r] = _mm256_xor_si256(_mm256_maskload_epi32(reinterpret_cast<const int*>(row[r] + at), mask),
                            flip);
  }
#pragma GCC unroll 4
  for (int r = 0; r < 8; r += 2) {
    t[r] = _mm256_unpacklo_epi32(v[r], v[r + 1]);
    t[r + 1] = _mm256_unpackhi_epi32(v[r], v[r + 1]);
  }
#pragma GCC unroll 2
  for (int r = 0; r < 8; r += 4) {
    v[r] = _mm256_unpacklo_epi64(t[r], t[r + 2]);
    v[r + 1] = _mm256_unpackhi_epi64(t[r], t[r + 2]);
    v[r + 2] = _mm256_unpacklo_epi64(t[r + 1], t[r + 3]);
    v[r + 3] = _mm256_unpackhi_epi64(t[r + 1], t[r + 3]);
  }
  __m256i* to = reinterpret_cast<__m256i*>(out);
#pragma GCC unroll 4
  for (int g = 0; g < 4; ++g) {
    _mm256_store_si256(to + g, _mm256_permute2x128_si256(v[g], v[g + 4], 0x20));
    _mm256_store_si256(to + g + 4, _mm256_permute2x128_si256(v[g], v[g + 4], 0x31));
  }
}

// Bytes from block to block.
inline size_t block_bytes(size_t groups) { return (groups + 7) / 8 * 8 * kGroupBytes; }

// Blocks of 8 rows, `groups` k groups each; a last block of fewer rows repeats the last one.
inline void pack_rows(const int8_t* a, size_t a_stride, size_t rows, size_t groups, uint8_t* out) {
  for (size_t i = 0; i < rows; i += kBlockRows, out += block_bytes(groups)) {
    const int8_t* row[kBlockRows];
    for (size_t r = 0; r < kBlockRows; ++r) {
      row[r] = a + (i + r < rows ? i + r : rows - 1) * a_stride;
    }
    for (size_t g = 0; g < groups; g += 8) {
      const __m256i left = _mm256_set1_epi32(static_cast<int>(groups - g));
      const __m256i mask = _mm256_cmpgt_epi32(left, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
      pack_groups(row, 4 * g, mask, out + g * kGroupBytes);
    }
  }
}

}  // namespace
}  // namespace linnet

#include <immintrin.h>

#include "kernels/copy_nd/copy_nd.h"
#include "kernels/copy_nd/copy_nd_body.h"

namespace linnet {
namespace {

template <size_t size>
struct Avx2Tile : PlainTile<size> {};

template <>
struct Avx2Tile<4> {
  static constexpr size_t kSide = 8;

  static __m256 load(const uint8_t* p) {
    return _mm256_loadu_ps(reinterpret_cast<const float*>(p));
  }
  static void store(uint8_t* p, __m256 v) { _mm256_storeu_ps(reinterpret_cast<float*>(p), v); }

  static void run(const uint8_t* x, ptrdiff_t x_step, uint8_t* y, ptrdiff_t y_step) {
    __m256 row[8], pair[8], quad[8];
    for (int j = 0; j < 8; ++j) row[j] = load(x + j * x_step);
    for (int j = 0; j < 8; j += 2) {
      pair[j] = _mm256_unpacklo_ps(row[j], row[j + 1]);
      pair[j + 1] = _mm256_unpackhi_ps(row[j], row[j + 1]);
    }
    for (int j = 0; j < 8; j += 4) {
      quad[j] = _mm256_shuffle_ps(pair[j], pair[j + 2], 0x44);
      quad[j + 1] = _mm256_shuffle_ps(pair[j], pair[j + 2], 0xee);
      quad[j + 2] = _mm256_shuffle_ps(pair[j + 1], pair[j + 3], 0x44);
      quad[j + 3] = _mm256_shuffle_ps(pair[j + 1], pair[j + 3], 0xee);
    }
    for (int j = 0; j < 4; ++j) {
      store(y + j * y_step, _mm256_permute2f128_ps(quad[j], quad[j + 4], 0x20));
      store(y + (j + 4) * y_step, _mm256_permute2f128_ps(quad[j], quad[j + 4], 0x31));
    }
  }
};

template <>
struct Avx2Tile<1> {
  static constexpr size_t kSide = 16;

  // Four rounds of interleaving row j with row j + 8 put column order into row order.
  static void run(const uint8_t* x, ptrdiff_t x_step, uint8_t* y, ptrdiff_t y_step) {
    __m128i a[16], b[16];
    for (int j = 0; j < 16; ++j) {
      a[j] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x + j * x_step));
    }
    interleave(a, b);
    interleave(b, a);
    interleave(a, b);
    interleave(b, a);
    for (int j = 0; j < 16; ++j) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(y + j * y_step), a[j]);
    }
  }

  static void interleave(const __m128i* from, __m128i* to) {
    for (int j = 0; j < 8; ++j) {
      to[2 * j] = _mm_unpacklo_epi8(from[j], from[j + 8]);
      to[2 * j + 1] = _mm_unpackhi_epi8(from[j], from[j + 8]);
    }
  }
};

}  // namespace

void copy_nd_avx2(const CopyNdArgs& args) { copy_nd_body<Avx2Tile>(args); }

}  // namespace linnet

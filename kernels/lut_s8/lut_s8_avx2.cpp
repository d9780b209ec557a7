#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/lut_s8/lut_s8.h"

// A shuffle looks up 16 entries by the low four bits of an index, and gives 0 where its top bit is
// set. Each half of the table has an index of its own, 0…127 for its values and negative for those
// of the other half. The index steps down by 16 (saturating: once negative it stays so) from one
// 16-entry part to the next, so every part up to the value's own is looked up at the same place.
// The parts hold differences (exclusive or) to the part before: all of them together give the
// value's own entry.

namespace linnet {
namespace {

struct Parts {
  __m256i part[16];
};

// The parts of the table, each as its difference to the part before in the same half.
inline Parts make_parts(const int8_t* table) {
  Parts parts;
  for (int p = 0; p < 16; ++p) {
    __m128i entries = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table) + p);
    if (p % 8 != 0) {
      const __m128i before = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table) + p - 1);
      entries = _mm_xor_si128(entries, before);
    }
    parts.part[p] = _mm256_broadcastsi128_si256(entries);
  }
  return parts;
}

inline __m256i look_up(const Parts& parts, __m256i x) {
  const __m256i step = _mm256_set1_epi8(16);
  // Index of each half from its own start; the other half's values are negative throughout.
  __m256i upper = x;
  __m256i lower = _mm256_xor_si256(x, _mm256_set1_epi8(-128));
  __m256i y = _mm256_or_si256(_mm256_shuffle_epi8(parts.part[0], lower),
                              _mm256_shuffle_epi8(parts.part[8], upper));
  for (int p = 1; p < 8; ++p) {
    lower = _mm256_subs_epi8(lower, step);
    upper = _mm256_subs_epi8(upper, step);
    y = _mm256_xor_si256(y, _mm256_xor_si256(_mm256_shuffle_epi8(parts.part[p], lower),
                                             _mm256_shuffle_epi8(parts.part[p + 8], upper)));
  }
  return y;
}

}  // namespace

void lut_s8_avx2(const LutS8Args& args) {
  const Parts parts = make_parts(args.table);
  size_t i = 0;
  for (; i + 32 <= args.count; i += 32) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(args.x + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(args.y + i), look_up(parts, x));
  }
  for (; i < args.count; ++i) args.y[i] = args.table[args.x[i] + 128];
}

}  // namespace linnet

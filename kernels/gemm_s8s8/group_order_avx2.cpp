#include <immintrin.h>

#include <cstring>

#include "kernels/gemm_s8s8/group_order.h"

namespace linnet {
namespace {

constexpr size_t kGroupBytes = 32;
constexpr size_t kBatch = 8;
// The index of a group that is not there.
constexpr uint16_t kNone = kOrderChunkGroups;

// What the pairs of weights of each group add up to; 255 throughout for kNone.
using GroupSums = uint8_t[kOrderChunkGroups + 1][kGroupBytes];

struct List {
  uint16_t group[kOrderChunkGroups + 2 * kBatch];
  size_t count = 0;
};

__m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

__m256i widen(__m256i words) { return _mm256_madd_epi16(words, _mm256_set1_epi16(1)); }

// The lowest set bit of 8, which are not all 0.
size_t lowest_bit(uint32_t bits) {
  const uint32_t one = bits & (0 - bits);
  return ((one & 0xf0) != 0) * 4u + ((one & 0xcc) != 0) * 2u + ((one & 0xaa) != 0);
}

// Bit i: own and others[i] together pass `most` nowhere.
uint32_t partners(__m256i own, const __m256i (&others)[kBatch], __m256i most) {
  __m256i excess[kBatch];
#pragma GCC unroll 8
  for (size_t i = 0; i < kBatch; ++i) {
    excess[i] = _mm256_subs_epu8(_mm256_adds_epu8(own, others[i]), most);
  }
  // Packing keeps zero, and makes it of nothing else.
#pragma GCC unroll 3
  for (size_t n = kBatch / 2; n > 0; n /= 2) {
#pragma GCC unroll 4
    for (size_t i = 0; i < n; ++i) excess[i] = _mm256_packs_epi16(excess[2 * i], excess[2 * i + 1]);
  }
  const __m256i fits = _mm256_cmpeq_epi16(excess[0], _mm256_setzero_si256());
  const __m128i both =
      _mm_and_si128(_mm256_castsi256_si128(fits), _mm256_extracti128_si256(fits, 1));
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(both, _mm_setzero_si128())));
}

// Pairs up to 8 new groups with the last 8 that wait; the rest of both waits on. No branch depends
// on what fits, which nobody could predict. Returns the end of the pairs; writes two bytes beyond.
uint8_t* match_batch(const GroupSums& sums, const uint16_t* fresh, __m256i most, List* waiting,
                     uint8_t* pairs) {
  uint16_t* top = waiting->group + waiting->count - kBatch;
  uint16_t old[kBatch], left[kBatch];
  std::memcpy(old, top, sizeof old);
  __m256i others[kBatch];
#pragma GCC unroll 8
  for (size_t i = 0; i < kBatch; ++i) others[i] = load(sums[old[i]]);
  uint32_t fits[kBatch];
  for (size_t i = 0; i < kBatch; ++i) fits[i] = partners(load(sums[fresh[i]]), others, most);
  uint32_t free = (1u << kBatch) - 1;
  size_t left_count = 0;
  for (size_t i = 0; i < kBatch; ++i) {
    const uint32_t possible = fits[i] & free;
    const size_t found = possible != 0;
    free &= ~(possible & (0 - possible));
    pairs[0] = static_cast<uint8_t>(old[lowest_bit(possible | (1u << (kBatch - 1)))]);
    pairs[1] = static_cast<uint8_t>(fresh[i]);
    pairs += 2 * found;
    left[left_count] = fresh[i];
    left_count += (1 - found) & static_cast<size_t>(fresh[i] != kNone);
  }
  for (size_t i = 0; i < kBatch; ++i) {
    *top = old[i];
    top += free >> i & 1;
  }
  std::memcpy(top, left, sizeof left);
  waiting->count = static_cast<size_t>(top - waiting->group) + left_count;
  return pairs;
}

// Writes the groups' indices: pairs that together stay within `most`, then those without a partner.
uint8_t* pair_up(const GroupSums& sums, List* groups, __m256i most, uint16_t* counts,
                 uint8_t* out) {
  List waiting;
  for (size_t i = 0; i < kBatch; ++i) {
    waiting.group[i] = groups->group[groups->count + i] = kNone;
  }
  size_t at = groups->count / 2 < kBatch ? groups->count / 2 : kBatch;
  std::memcpy(waiting.group + kBatch, groups->group, at * sizeof(uint16_t));
  waiting.count = kBatch + at;
  uint8_t pairs[kOrderChunkGroups + 2];
  uint8_t* end = pairs;
  for (; at < groups->count; at += kBatch) {
    end = match_batch(sums, groups->group + at, most, &waiting, end);
  }
  const size_t paired = static_cast<size_t>(end - pairs);
  std::memcpy(out, pairs, paired);
  out += paired;
  counts[0] = static_cast<uint16_t>(paired / 2);
  counts[1] = static_cast<uint16_t>(waiting.count - kBatch);
  for (size_t i = kBatch; i < waiting.count; ++i) *out++ = static_cast<uint8_t>(waiting.group[i]);
  return out;
}

// Writes counts and indices of one chunk; returns what it adds to the offsets.
__m256i order_chunk(const int8_t* w, size_t groups, uint8_t* out) {
  alignas(32) GroupSums sums;
  List plain, strong;
  const __m256i zero = _mm256_setzero_si256();
  const __m256i ones = _mm256_set1_epi8(1);
  const __m256i most = _mm256_set1_epi8(-128);       // 128
  const __m256i most_signed = _mm256_set1_epi8(-2);  // 254; 256 would do, but the sums saturate
  __m256i offset = zero;
  for (size_t g = 0; g < groups; ++g) {
    const __m256i weights = load(w + g * kGroupBytes);
    const __m256i up = _mm256_maddubs_epi16(_mm256_max_epi8(weights, zero), ones);
    const __m256i down =
        _mm256_maddubs_epi16(_mm256_max_epi8(_mm256_subs_epi8(zero, weights), zero), ones);
    const __m256i each = _mm256_packus_epi16(up, down);
    const __m256i excess = _mm256_subs_epu8(each, most);
    const size_t is_strong = _mm256_testz_si256(excess, excess) == 0;
    const __m256i mask = _mm256_set1_epi64x(-static_cast<int64_t>(is_strong));
    const __m256i magnitudes = _mm256_add_epi16(up, down);
    // -128 * the sum of w, or the sum of |w| over w < 0.
    const __m256i shift = _mm256_slli_epi32(widen(_mm256_sub_epi16(down, up)), 7);
    offset = _mm256_add_epi32(offset, _mm256_blendv_epi8(shift, widen(down), mask));
    _mm256_store_si256(reinterpret_cast<__m256i*>(sums[g]),
                       _mm256_blendv_epi8(each, _mm256_packus_epi16(magnitudes, magnitudes), mask));
    plain.group[plain.count] = strong.group[strong.count] = static_cast<uint16_t>(g);
    plain.count += 1 - is_strong;
    strong.count += is_strong;
  }
  std::memset(sums[kNone], 0xff, kGroupBytes);
  uint16_t counts[4];
  uint8_t* to = pair_up(sums, &plain, most, counts, out + sizeof counts);
  pair_up(sums, &strong, most_signed, counts + 2, to);
  std::memcpy(out, counts, sizeof counts);
  return offset;
}

}  // namespace

void group_order_avx2(const GroupOrderArgs& args) {
  const size_t groups = args.k / 4 + (args.k % 4 != 0);
  for (size_t p = 0; p < args.panels; ++p) {
    const int8_t* w = args.w + p * args.w_panel_stride;
    uint8_t* out = static_cast<uint8_t*>(args.order) + p * args.order_stride;
    __m256i offset = _mm256_setzero_si256();
    for (size_t g = 0; g < groups; g += kOrderChunkGroups) {
      const size_t length = groups - g < kOrderChunkGroups ? groups - g : kOrderChunkGroups;
      uint8_t* chunk = out + kOrderOffsetBytes + g / kOrderChunkGroups * kOrderChunkBytes;
      offset = _mm256_add_epi32(offset, order_chunk(w + g * kGroupBytes, length, chunk));
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), offset);
  }
}

}  // namespace linnet

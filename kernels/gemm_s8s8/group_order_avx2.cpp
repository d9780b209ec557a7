#include <immintrin.h>

#include <cstring>

#include "kernels/gemm_s8s8/group_order.h"

namespace linnet {
namespace {

constexpr size_t kGroupBytes = 32;
constexpr size_t kBatch = 8;
constexpr size_t kWindow = 16;  // of the groups that wait for a partner, how many a new one tries
// The index of a group that is not there.
constexpr uint16_t kNone = kOrderChunkGroups;

// What the pairs of weights of each group add up to; 255 throughout for kNone.
using GroupSums = uint8_t[kOrderChunkGroups + 1][kGroupBytes];

struct List {
  uint16_t group[kOrderChunkGroups + kWindow + kBatch];
  size_t count = 0;
};

__m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

__m256i widen(__m256i words) { return _mm256_madd_epi16(words, _mm256_set1_epi16(1)); }

// The lowest set bit of 8, which are not all 0.
size_t lowest_bit(uint32_t bits) {
  const uint32_t one = bits & (0 - bits);
  return ((one & 0xf0) != 0) * 4u + ((one & 0xcc) != 0) * 2u + ((one & 0xaa) != 0);
}

// Bit i: others[i] passes `room` nowhere. Both have the top bit of each byte changed, as there is
// no comparison of unsigned bytes.
uint32_t partners(__m256i room, const __m256i (&others)[kBatch]) {
  __m256i excess[kBatch];
#pragma GCC unroll 8
  for (size_t i = 0; i < kBatch; ++i) {
    excess[i] = _mm256_cmpgt_epi8(others[i], room);
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

// Looks for partners of up to 8 new groups among 8 that wait: appends the pairs, takes their groups
// out of `fresh` and marks what is left of `waiting` in *free. Returns how many new ones are left.
// No branch depends on what fits, which nobody could predict; writes two bytes beyond the pairs.
size_t match_batch(const GroupSums& sums, __m256i most, const uint16_t* waiting, uint32_t* free,
                   uint16_t* fresh, size_t count, uint8_t** pairs) {
  const __m256i top_bits = _mm256_set1_epi8(-128);
  __m256i others[kBatch];
#pragma GCC unroll 8
  for (size_t i = 0; i < kBatch; ++i) {
    others[i] = _mm256_xor_si256(load(sums[waiting[i]]), top_bits);
  }
  uint32_t fits[kBatch];
  for (size_t i = 0; i < count; ++i) {
    const __m256i room = _mm256_subs_epu8(most, load(sums[fresh[i]]));
    fits[i] = partners(_mm256_xor_si256(room, top_bits), others);
  }
  uint32_t waits = (1u << kBatch) - 1;
  uint8_t* end = *pairs;
  size_t left = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t possible = fits[i] & waits;
    const size_t found = possible != 0;
    const uint16_t group = fresh[i];
    waits &= ~(possible & (0 - possible));
    end[0] = static_cast<uint8_t>(waiting[lowest_bit(possible | (1u << (kBatch - 1)))]);
    end[1] = static_cast<uint8_t>(group);
    end += 2 * found;
    fresh[left] = group;
    left += 1 - found;
  }
  *free = waits;
  *pairs = end;
  return left;
}

// Writes the groups' indices: pairs that together stay within `most`, then those without a partner.
// Each group tries the last 16 of those that wait.
uint8_t* pair_up(const GroupSums& sums, List& groups, __m256i most, uint16_t* counts,
                 uint8_t* out) {
  List waiting;
  for (size_t i = 0; i < kWindow; ++i) waiting.group[i] = kNone;
  size_t at = groups.count / 2 < kWindow ? groups.count / 2 : kWindow;
  std::memcpy(waiting.group + kWindow, groups.group, at * sizeof(uint16_t));
  waiting.count = kWindow + at;
  uint8_t pairs[kOrderChunkGroups + 2];
  uint8_t* end = pairs;
  for (size_t count; at < groups.count; at += count) {
    count = groups.count - at < kBatch ? groups.count - at : kBatch;
    uint16_t* const fresh = groups.group + at;
    uint16_t* const window = waiting.group + waiting.count - kWindow;
    uint32_t newer, older;
    size_t left = match_batch(sums, most, window + kBatch, &newer, fresh, count, &end);
    left = match_batch(sums, most, window, &older, fresh, left, &end);
    uint16_t* top = window;
    for (size_t i = 0; i < kWindow; ++i) {
      *top = window[i];
      top += (newer << kBatch | older) >> i & 1;
    }
    std::memcpy(top, fresh, kBatch * sizeof(uint16_t));
    waiting.count = static_cast<size_t>(top - waiting.group) + left;
  }
  const size_t paired = static_cast<size_t>(end - pairs);
  std::memcpy(out, pairs, paired);
  out += paired;
  counts[0] = static_cast<uint16_t>(paired / 2);
  counts[1] = static_cast<uint16_t>(waiting.count - kWindow);
  for (size_t i = kWindow; i < waiting.count; ++i) *out++ = static_cast<uint8_t>(waiting.group[i]);
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
    // The next chunk comes from the file, while this one is matched.
    _mm_prefetch(reinterpret_cast<const char*>(w) + (g + kOrderChunkGroups) * kGroupBytes,
                 _MM_HINT_T0);
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
  uint8_t* to = pair_up(sums, plain, most, counts, out + sizeof counts);
  pair_up(sums, strong, most_signed, counts + 2, to);
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

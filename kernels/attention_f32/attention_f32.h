#pragma once

#include "kernels/isa.h"
#include "kernels/kv_cache_store/kv_rows.h"

// Softmax attention of the query heads that share one key/value head, over a cached range of keys,
// in one pass over the cache (online softmax: Milakov and Gimelshein 2018; by tiles as
// FlashAttention, Dao et al. 2022, algorithm 1). Prefill (many queries) and decode (one) alike.
//
//   y = Σ_j softmax_j(score_j) · v_j   over the keys j of the query's range
//   score_j = q · k_j · scale, with a soft cap c > 0: c · tanh(that / c)
//
// Definition, the same for every variant. Keys come in blocks of 64, cut at multiples of 64 of
// their row number in the cache. A query starts with max = −FLT_MAX, sum = 0, o = 0; each block
// that its range meets, in ascending order, does this with the keys of the range in it:
//   dot_j   8 lanes, lane i: fma over d = i, i + 8, …, ascending, from 0; lanes added as in
//           reduce_f32. The k of an s8 row is its code here
//   s_j     dot_j · factor_j, factor_j = scale, or for s8 (k's row scale) · scale; then the cap
//   max'    the larger of max and all s_j
//   c       exp(max − max');  p_j = exp(s_j − max')
//   sum     sum · c + Σ p_j, in 16 lanes by j mod 16, added by halves (8, 4, 2, 1)
//   o       o · c, then fma(p_j, v_j, o) for j ascending; for an s8 row fma(p_j · its scale, code,
//   o)
// and at the end y = o / sum. An empty range gives zeros. exp is exp_nonpositive_f32 and tanh
// tanh_f32 of math_f32.h.
// Everything not called fma is rounded on its own, so every ISA gives the same bits, and so does
// any split over heads, queries and calls. A split over keys does not: merging two parts is
// o1 · exp(max1 − max) + o2 · exp(max2 − max), which rounds elsewhere than the running form. Nor
// does a rotated cache (a ring buffer), which meets its keys in another order.
//
// A NaN among a query's scores, or +inf, makes its row NaN (no stated sign or payload); rows of the
// cache outside of a query's range have no influence on it, and those outside of all ranges are not
// read. 32-bit ARM has only the scalar variant.

namespace linnet {

// The keys begin … end − 1; for a causal model end = the query's position + 1, and with a sliding
// window of w keys begin = max(0, end − w).
struct AttentionRange {
  size_t begin, end;  // begin >= end: no keys
};

struct AttentionF32Args {
  const float* q;         // head h of token t: q + t * q_token_stride + h * q_head_stride
  size_t q_token_stride;  // elements
  size_t q_head_stride;
  float* y;  // likewise; overlaps no input
  size_t y_token_stride;
  size_t y_head_stride;
  size_t tokens;     // queries of each head
  size_t heads;      // query heads that share this key/value head
  size_t head_dim;   // 1 … kAttentionMaxHeadDim
  const uint8_t* k;  // cache rows (kv_rows.h): row j at k + j * k_stride
  size_t k_stride;   // bytes
  KvFormat k_format;
  const uint8_t* v;
  size_t v_stride;
  KvFormat v_format;
  const AttentionRange* ranges;  // [tokens]
  float scale;                   // of the scores, often 1 / √head_dim
  float soft_cap;                // 0: none
  float* scratch;  // attention_f32_scratch(head_dim) floats, 64-byte aligned; one for each thread
};

using AttentionF32Fn = void(const AttentionF32Args& args);
extern const KernelFamily<AttentionF32Fn> kAttentionF32;

inline constexpr size_t kAttentionMaxHeadDim = 256;

// Keys of a block: part of the definition.
inline constexpr size_t kAttentionBlock = 64;

// Rows (tokens · heads) that a call works on at a time: with fewer, the conversion of the cache
// weighs more. Calls may have any number of rows.
inline constexpr size_t kAttentionRows = 96;

inline constexpr size_t kAttentionSlack = 16;

// Floats of scratch memory, enough for any number of rows.
constexpr size_t attention_f32_scratch(size_t head_dim) {
  return 2 * (kAttentionBlock + kAttentionRows) * ((head_dim + 31) / 32 * 32) + kAttentionSlack;
}

// Stateless, thread-safe with a scratch for each thread, no allocation.
AttentionF32Fn attention_f32_scalar, attention_f32_avx2, attention_f32_avx512, attention_f32_neon;

}  // namespace linnet

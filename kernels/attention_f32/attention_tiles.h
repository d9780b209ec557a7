#pragma once

#include <cstddef>

// Register tiles of attention_f32 for many queries. `T` is the instruction set's description:
// T::V, its vector class, and T::kRows, the rows of a register tile. Rows of weights and scores are
// kAttentionBlock apart; panels of keys and values are kPanel<T> wide.

namespace linnet {
namespace {

template <class T>
constexpr size_t kPanel = 2 * T::V::kLanes;

// What is added to a chain's result before it is stored, in this order; null: nothing more.
struct ChainSums {
  const float* all[3];
};

// One lane (d = i, i + 8, …) of the dot products of R queries with a panel of keys: a chain of fma
// for each. q: [d][T::kRows] and k: [d][kPanel], from d = i on; out: [R] rows, `out_stride` apart.
// The sums are [R][kPanel].
template <class T, int R>
void lane_chain(const float* q, const float* k, size_t steps, ChainSums sums, float* out,
                size_t out_stride) {
  using V = typename T::V;
  V acc[R][2];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) acc[r][0] = acc[r][1] = V(0.0f);
  for (; steps != 0; --steps) {
    // Loaded a row ahead, for cores that execute in order.
    V x = V(q[0]);
    const V k0 = V::load(k), k1 = V::load(k + V::kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const V next = V(q[r + 1 < R ? r + 1 : r]);
      acc[r][0] = mul_add(x, k0, acc[r][0]);
      acc[r][1] = mul_add(x, k1, acc[r][1]);
      x = next;
    }
    q += 8 * T::kRows;
    k += 8 * kPanel<T>;
  }
  for (const float* sum : sums.all) {
    if (sum == nullptr) break;
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      acc[r][0] = acc[r][0] + V::load(sum + static_cast<size_t>(r) * kPanel<T>);
      acc[r][1] = acc[r][1] + V::load(sum + static_cast<size_t>(r) * kPanel<T> + V::kLanes);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    acc[r][0].store(out + static_cast<size_t>(r) * out_stride);
    acc[r][1].store(out + static_cast<size_t>(r) * out_stride + V::kLanes);
  }
}

// The weight of a key that a row leaves out. Nothing else has it but −inf scales of s8 rows, which
// kv_cache_store does not write.
inline constexpr float kNoWeight = -__builtin_inff();

// o[r] += w[r][j] · v[j] for j = first … end − 1, by fma; with `kSome` only where w is no
// kNoWeight. o: [R] rows, o_stride apart.
template <class T, int R, bool kSome>
void value_tile(const float* w, const float* v, size_t first, size_t end, float* o,
                size_t o_stride) {
  using V = typename T::V;
  V acc[R][2];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    acc[r][0] = V::load(o + static_cast<size_t>(r) * o_stride);
    acc[r][1] = V::load(o + static_cast<size_t>(r) * o_stride + V::kLanes);
  }
  w += first;
  v += first * kPanel<T>;
  for (size_t j = first; j < end; ++j) {
    V x = V(w[0]);
    const V v0 = V::load(v), v1 = V::load(v + V::kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const V next = V(w[static_cast<size_t>(r + 1 < R ? r + 1 : r) * kAttentionBlock]);
      if constexpr (kSome) {
        const typename V::Mask none = x < V(-0x1.fffffep127f);
        acc[r][0] = select(none, acc[r][0], mul_add(x, v0, acc[r][0]));
        acc[r][1] = select(none, acc[r][1], mul_add(x, v1, acc[r][1]));
      } else {
        acc[r][0] = mul_add(x, v0, acc[r][0]);
        acc[r][1] = mul_add(x, v1, acc[r][1]);
      }
      x = next;
    }
    ++w;
    v += kPanel<T>;
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
    acc[r][0].store(o + static_cast<size_t>(r) * o_stride);
    acc[r][1].store(o + static_cast<size_t>(r) * o_stride + V::kLanes);
  }
}

using LaneChainFn = void(const float*, const float*, size_t, ChainSums, float*, size_t);
using ValueTileFn = void(const float*, const float*, size_t, size_t, float*, size_t);

// The function for 1 … T::kRows rows.
template <class T, int R = T::kRows>
LaneChainFn* lane_chain_for(size_t rows) {
  if constexpr (R > 1) {
    if (rows < R) return lane_chain_for<T, R - 1>(rows);
  }
  return lane_chain<T, R>;
}
template <class T, bool kSome, int R = T::kRows>
ValueTileFn* value_tile_for(size_t rows) {
  if constexpr (R > 1) {
    if (rows < R) return value_tile_for<T, kSome, R - 1>(rows);
  }
  return value_tile<T, R, kSome>;
}

// Dot products of `rows` queries with a panel of keys: the lanes one after the other, in an order
// that needs three intermediate sums to add them as reduce_f32 does.
template <class T>
void dot_panel(size_t rows, const float* q, const float* k, size_t head_dim, float* s) {
  constexpr size_t kSums = T::kRows * kPanel<T>;
  alignas(64) float a[kSums], b[kSums], c[kSums];
  struct Step {
    size_t lane;
    ChainSums sums;
    float* out;
  };
  const Step steps[] = {
      {0, {}, a}, {4, {{a}}, a}, {2, {}, b}, {6, {{b, a}}, a},
      {1, {}, b}, {5, {{b}}, b}, {3, {}, c}, {7, {{c, b, a}}, s},
  };
  LaneChainFn* const chain = lane_chain_for<T>(rows);
  for (const Step& step : steps) {
    const size_t count = (head_dim + 7 - step.lane) / 8;
    chain(q + step.lane * T::kRows, k + step.lane * kPanel<T>, count, step.sums, step.out,
          step.out == s ? kAttentionBlock : kPanel<T>);
  }
}

}  // namespace
}  // namespace linnet

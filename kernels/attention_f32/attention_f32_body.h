#pragma once

#include "kernels/attention_f32/attention_few.h"
#include "kernels/attention_f32/attention_many.h"

// What the variants of attention_f32 share; `T` describes the instruction set.

namespace linnet {
namespace {

// Up to so many rows the cache is read as it is; more are worth the conversion of each block.
inline constexpr size_t kFewRows = 8;

template <class T>
inline void attention_f32_body(const AttentionF32Args& args) {
  const size_t total = args.tokens * args.heads;
  // Passes of equal length, in whole register tiles.
  const size_t passes = (total + kAttentionRows - 1) / kAttentionRows;
  const size_t tiles = passes == 0 ? 0 : (total / passes + T::kRows) / T::kRows;
  const size_t limit = tiles * T::kRows < kAttentionRows ? tiles * T::kRows : kAttentionRows;
  for (size_t first = 0; first < total;) {
    const size_t count = total - first < limit ? total - first : limit;
    if (count <= kFewRows) {
      attend_rows<T>(args, first, count);
    } else {
      attend_tiles<T>(args, first, count);
    }
    first += count;
  }
}

}  // namespace
}  // namespace linnet

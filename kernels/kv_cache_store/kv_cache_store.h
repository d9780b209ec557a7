#pragma once

#include "kernels/isa.h"
#include "kernels/kv_cache_store/kv_rows.h"

// Writes rows of keys or values into a cache of the given format (kv_rows.h), as attention_f32
// reads it.
//   f32  copied, bit for bit
//   f16  rounded half to even, beyond 65 504 inf, as convert_f32_f16
//   s8   a = max |x| of the row's finite values; scale = a / 127;
//        code = clamp(round_half_even(x / scale), −127, 127)
//   s4   for each block: hi = max(0, x…), lo = min(0, x…) of its finite values, e = hi > −lo ? hi :
//        lo; scale = f16(clamp(e / −8, −65504, 65504));
//        nibble = clamp(round_half_even(x / scale), −8, 7) + 8: the largest value is exact but for
//        the rounding of the scale
// In s8 and s4 a NaN becomes 0, an infinity saturates, and where the scale would be below 2^-126
// (s8) or is 0 (s4) it is 0 and so is every value. Each operation is rounded on its own; padding is
// written. The same bits on every ISA; f16 and f32 NaNs keep their payload as said there.
//
// Stateless, thread-safe, no allocation. Rows may be split between threads.

namespace linnet {

struct KvCacheStoreArgs {
  const float* x;   // row r at x + r * x_stride
  size_t x_stride;  // elements
  uint8_t* y;       // row r at y + r * y_stride; overlaps no input
  size_t y_stride;  // bytes, >= kv_row_bytes(format, head_dim) unless rows == 1
  size_t rows;      // heads of one position, or positions of one head
  size_t head_dim;
  KvFormat format;
};

using KvCacheStoreFn = void(const KvCacheStoreArgs& args);
extern const KernelFamily<KvCacheStoreFn> kKvCacheStore;

KvCacheStoreFn kv_cache_store_scalar, kv_cache_store_avx2, kv_cache_store_neon;

}  // namespace linnet

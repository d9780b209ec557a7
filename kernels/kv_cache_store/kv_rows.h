#pragma once

#include <cstddef>
#include <cstdint>

// Rows of a key/value cache: the head_dim values of one position and one head. A row holds its own
// scales, so a cache is plain bytes: position p of a head stands p * stride bytes from position 0.
//   f32, f16  the values, 4 or 2 bytes each
//   s8        head_dim int8 codes, padding to a multiple of 4 bytes, one f32 scale;
//             value = scale · code
//   s4        for each block of 32 values 16 bytes: low nibbles are values 0…15, high nibbles
//             16…31; then one f16 scale for each block; value = scale · (nibble − 8), exact in f32.
//             The codes that fill the last block are 8
// All numbers are little endian. No alignment beyond that of the values (s8: 4 bytes, s4: 2).

namespace linnet {

enum class KvFormat : uint8_t { f32, f16, s8, s4 };

inline constexpr size_t kKvBlock = 32;  // values of an s4 block

namespace {  // the variants call these: see kernels/isa.h

constexpr size_t kv_blocks(size_t head_dim) { return (head_dim + kKvBlock - 1) / kKvBlock; }

// Where the scales of an s8 or s4 row start.
constexpr size_t kv_scales_offset(KvFormat format, size_t head_dim) {
  return format == KvFormat::s8 ? (head_dim + 3) / 4 * 4 : kv_blocks(head_dim) * (kKvBlock / 2);
}

// Bytes of a row.
constexpr size_t kv_row_bytes(KvFormat format, size_t head_dim) {
  switch (format) {
    case KvFormat::f32:
      return head_dim * 4;
    case KvFormat::f16:
      return head_dim * 2;
    case KvFormat::s8:
      return kv_scales_offset(format, head_dim) + 4;
    default:
      return kv_scales_offset(format, head_dim) + kv_blocks(head_dim) * 2;
  }
}

}  // namespace
}  // namespace linnet

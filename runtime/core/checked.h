#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "linnet/linnet.h"

// Arithmetic on sizes that come from a file or a caller. Every function returns false on overflow
// and leaves *out alone. Pure.

namespace linnet {

template <std::unsigned_integral T>
constexpr bool checked_add(T a, T b, T* out) {
  if (b > std::numeric_limits<T>::max() - a) return false;
  *out = static_cast<T>(a + b);
  return true;
}

template <std::unsigned_integral T>
constexpr bool checked_multiply(T a, T b, T* out) {
  if (b != 0 && a > std::numeric_limits<T>::max() / b) return false;
  *out = static_cast<T>(a * b);
  return true;
}

// `value` rounded up to a multiple of `alignment`, a power of two.
template <std::unsigned_integral T>
constexpr bool checked_align(T value, T alignment, T* out) {
  T sum = 0;
  if (!checked_add(value, static_cast<T>(alignment - 1), &sum)) return false;
  *out = sum & ~static_cast<T>(alignment - 1);
  return true;
}

// [offset, offset + size) lies inside [0, limit).
template <std::unsigned_integral T>
constexpr bool range_fits(T offset, T size, T limit) {
  return size <= limit && offset <= limit - size;
}

// The product of dimensions ≥ 0. Also false when the product without its zero factors passes half
// of Size's range: so every partial product of the shape, and its size in bytes over sub-ranges of
// dimensions, is safe to compute. `Size` is a parameter so that 32-bit hosts can be tested
// anywhere.
template <std::unsigned_integral Size = size_t>
constexpr bool checked_elements(std::span<const int32_t> dims, Size element_size, Size* bytes) {
  Size total = element_size == 0 ? 1 : element_size;
  bool zero = false;
  for (const int32_t dim : dims) {
    if (dim < 0) return false;
    if (static_cast<uint64_t>(dim) > std::numeric_limits<Size>::max()) return false;
    if (dim == 0) {
      zero = true;
    } else if (!checked_multiply(total, static_cast<Size>(dim), &total)) {
      return false;
    }
  }
  if (total > std::numeric_limits<Size>::max() / 2) return false;
  *bytes = zero || element_size == 0 ? 0 : total;
  return true;
}

}  // namespace linnet

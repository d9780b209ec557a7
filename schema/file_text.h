#pragma once

#include <cstddef>
#include <cstdint>

// The strings of a model file, shared by the loader (runtime/model) and the importers: UTF-8
// without zero bytes, names of at most kMaxNameSize bytes.

namespace linnet {

inline constexpr uint32_t kMaxNameSize = 4096;

// UTF-8 without zero bytes.
constexpr bool is_clean_utf8(const char* text, size_t size) {
  size_t i = 0;
  while (i < size) {
    const auto byte = [&](size_t k) { return static_cast<uint8_t>(text[k]); };
    const uint8_t lead = byte(i);
    if (lead == 0) return false;
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || length > size - i) return false;
    for (size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    // Overlong forms, surrogates, and code points above 10FFFF show in the second byte.
    const uint8_t second = byte(i + 1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += length;
  }
  return true;
}

}  // namespace linnet

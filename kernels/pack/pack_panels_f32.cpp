#include "kernels/pack/pack_panels_f32.h"

#include <cstring>

namespace linnet {
namespace {

template <typename T, typename U, typename Convert>
void pack_panels(const T* src, size_t stride_n, size_t stride_k, size_t n, size_t k, U* dst,
                 Convert convert) {
  if (k == 0) return;
  for (size_t row = 0; row < n; row += kPanelRows) {
    const T* panel = src + row * stride_n;
    const size_t rows = n - row < kPanelRows ? n - row : kPanelRows;
    if (rows < kPanelRows) std::memset(dst, 0, kPanelRows * k * sizeof(U));
    for (size_t col = 0; col < k; ++col) {
      const T* from = panel + col * stride_k;
      for (size_t r = 0; r < rows; ++r) dst[r] = convert(from[r * stride_n]);
      dst += kPanelRows;
    }
  }
}

}  // namespace

size_t panels_f32_elements(size_t n, size_t k) {
  return (n + kPanelRows - 1) / kPanelRows * kPanelRows * k;
}

void pack_panels_f32(const float* src, size_t stride_n, size_t stride_k, size_t n, size_t k,
                     float* dst) {
  pack_panels(src, stride_n, stride_k, n, k, dst, [](float v) { return v; });
}

void pack_panels_f16(const uint16_t* src, size_t stride_n, size_t stride_k, size_t n, size_t k,
                     uint16_t* dst) {
  pack_panels(src, stride_n, stride_k, n, k, dst, [](uint16_t v) { return v; });
}

void pack_panels_f32_to_f16(const float* src, size_t stride_n, size_t stride_k, size_t n, size_t k,
                            uint16_t* dst) {
  pack_panels(src, stride_n, stride_k, n, k, dst, [](float v) { return half_from_float(v); });
}

void unpack_panels_f32(const float* packed, size_t n, size_t k, float* dst) {
  for (size_t row = 0; row < n; ++row) {
    const float* panel = packed + row / kPanelRows * kPanelRows * k + row % kPanelRows;
    for (size_t col = 0; col < k; ++col) dst[row * k + col] = panel[col * kPanelRows];
  }
}

uint16_t half_from_float(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) {  // NaN: the payload's top bits, made quiet
    return static_cast<uint16_t>(sign | 0x7E00u | ((magnitude >> 13) & 0x1FFu));
  }
  if (magnitude >= 0x477FF000u) return static_cast<uint16_t>(sign | 0x7C00u);  // >= 65 520
  uint32_t significand;
  uint32_t shift;
  if (magnitude >= 0x38800000u) {  // normal half: rebias the exponent from 127 to 15
    significand = magnitude - 0x38000000u;
    shift = 13;
  } else {  // subnormal half: units of 2^-24
    const uint32_t exponent = magnitude >> 23;
    if (exponent < 102) return static_cast<uint16_t>(sign);  // below 2^-25
    significand = (magnitude & 0x7FFFFFu) | 0x800000u;
    shift = 126 - exponent;
  }
  const uint32_t kept = significand >> shift;
  const uint32_t rest = significand & ((1u << shift) - 1u);
  const uint32_t half = 1u << (shift - 1);
  const uint32_t up = (rest > half || (rest == half && (kept & 1u))) ? 1u : 0u;
  return static_cast<uint16_t>(sign | (kept + up));
}

float float_from_half(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000u) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1Fu;
  const uint32_t mantissa = bits & 0x3FFu;
  uint32_t out;
  if (exponent == 31) {
    out = sign | 0x7F800000u | (mantissa << 13) | (mantissa != 0 ? 0x400000u : 0u);
  } else if (exponent != 0) {
    out = sign | ((exponent + 112) << 23) | (mantissa << 13);
  } else {
    const float value = static_cast<float>(mantissa) * 0x1p-24f;  // exact
    std::memcpy(&out, &value, sizeof(out));
    out |= sign;
  }
  float value;
  std::memcpy(&value, &out, sizeof(value));
  return value;
}

}  // namespace linnet

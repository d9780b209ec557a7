#pragma once

#include <cstddef>
#include <cstdint>

// Packed float weights for gemm_f32 and gemm_f32f16: one layout for every ISA, stored in model
// files.
//
// W is [n][k]. Panel p holds rows 8p … 8p+7 as [k][8]: for each k, the 8 rows side by side. Rows
// from n up to the next multiple of 8 are zeros. Panel p starts at element p·8·k, so a range of
// output columns that begins at a multiple of 8 is packed weights by itself.

namespace linnet {

inline constexpr size_t kPanelRows = 8;

// Elements (not bytes) that the packed form of [n][k] takes.
size_t panels_f32_elements(size_t n, size_t k);

// Packs W, whose element [row][col] stands at src[row·stride_n + col·stride_k] (strides in
// elements; stride_n = 1 packs from a k-major matrix). Writes panels_f32_elements(n, k) values to
// dst, which must not overlap src. No allocation; a session may call it at run time. Disjoint
// ranges of rows that begin at multiples of 8 may be packed by different threads (dst advanced by
// row·k).
void pack_panels_f32(const float* src, size_t stride_n, size_t stride_k, size_t n, size_t k,
                     float* dst);

// The same for IEEE 754 half values given as bits.
void pack_panels_f16(const uint16_t* src, size_t stride_n, size_t stride_k, size_t n, size_t k,
                     uint16_t* dst);

// The same, rounding f32 values to half (to nearest, ties to even; beyond 65 504 becomes infinity).
void pack_panels_f32_to_f16(const float* src, size_t stride_n, size_t stride_k, size_t n, size_t k,
                            uint16_t* dst);

// The inverse, for inspection and tests: dst[row·k + col].
void unpack_panels_f32(const float* packed, size_t n, size_t k, float* dst);

// IEEE 754 binary16 <-> binary32. To nearest, ties to even; exact the other way; NaN stays (quiet)
// NaN.
uint16_t half_from_float(float value);
float float_from_half(uint16_t bits);

}  // namespace linnet

#pragma once

#include <cstddef>

// Loops that do nothing but the arithmetic of a kernel's inner step, operands in registers, with
// enough independent chains to hide latency: what a kernel on this core could reach at most.
//
// A limit runs `steps` steps and stores a value that depends on all of them through `result`.
// The files with an ISA suffix may include nothing of ours, so they repeat their declaration.

namespace linnet::bench {

using LimitFn = void(size_t steps, void* result);

// Multiply-accumulates of one step, by function.
inline constexpr double kFmaAvx2Macs = 12 * 8;
inline constexpr double kSignTrickAvx2Macs = 8 * 32;
inline constexpr double kUnsignedAvx2Macs = 8 * 32;
inline constexpr double kUnsignedPairsAvx2Macs = 8 * 2 * 32;
inline constexpr double kInt4Avx2Macs = 8 * 4 * 32;
inline constexpr double kFmaAvx512Macs = 12 * 16;
inline constexpr double kDotAvx512vnniMacs = 12 * 64;

// f32: vfmadd.
void limit_fma_avx2(size_t steps, void* result);
void limit_fma_avx512(size_t steps, void* result);
// s8 x s8, exact: vpsignb, vpmaddubsw (|a| as u8), vpmaddwd with ones, vpaddd.
void limit_sign_trick_avx2(size_t steps, void* result);
// u8 x s8, exact for weights that are small enough (kernels/gemm_s8s8/group_order.h): vpmaddubsw,
// vpmaddwd with ones, vpaddd; and two vpmaddubsw summed in int16 for each of the others.
void limit_unsigned_avx2(size_t steps, void* result);
void limit_unsigned_pairs_avx2(size_t steps, void* result);
// u8 x s4: vpmaddubsw summed in int16, 8 deep, then vpmaddwd with ones and vpaddd.
void limit_int4_avx2(size_t steps, void* result);
// u8 x s8: vpdpbusd.
void limit_dot_avx512vnni(size_t steps, void* result);

}  // namespace linnet::bench

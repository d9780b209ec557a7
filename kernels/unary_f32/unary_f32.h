#pragma once

#include "kernels/isa.h"

// y[i] = f(x[i]). Every variant gives the same bits (a NaN is a NaN: sign and payload are open).
// Errors of the transcendental ones are stated in kernels/math_f32/math_f32.h. NaN gives NaN.

namespace linnet {

enum class UnaryF32 : uint8_t {
  leaky_relu,  // x >= 0 ? x : alpha·x
  sigmoid,     // 1 / (1 + e^−x)
  tanh,
  hard_sigmoid,  // clamp(alpha·x + beta, 0, 1)
  hard_swish,    // x · clamp(x/6 + 1/2, 0, 1)
  silu,          // x · sigmoid(x)
  gelu_erf,      // x/2 · (1 + erf(x/√2))
  gelu_tanh,     // x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³)))
  elu,           // x >= 0 ? x : alpha·(e^x − 1)
  exp,
  log,  // −inf at 0, NaN below
  sqrt,
  abs,
  neg,
  erf,
  floor,
  ceil,
  round,  // half to even
  clip    // min(max(x, alpha), beta); alpha <= beta
};

inline constexpr int kUnaryF32Count = 19;

struct UnaryF32Args {
  UnaryF32 function;
  const float* x;  // [count]
  float* y;        // [count]; may be x
  size_t count;
  float alpha;
  float beta;
};

using UnaryF32Fn = void(const UnaryF32Args& args);
extern const KernelFamily<UnaryF32Fn> kUnaryF32;

UnaryF32Fn unary_f32_scalar, unary_f32_avx2, unary_f32_neon;

}  // namespace linnet

#pragma once

#include "kernels/isa.h"

// Rotary position embedding (Su et al. 2021, eq. 34) of queries or keys: the first rotary_dim
// values of each head form rotary_dim / 2 pairs (a, b); pair i of token t turns by its angle:
//   y_a = a · cos[t][i] − b · sin[t][i]
//   y_b = b · cos[t][i] + a · sin[t][i]
// Each operation is rounded on its own, so every ISA gives the same bits. Values behind rotary_dim
// are copied. Scaling of angles or lengths (NTK, YaRN, …) is in the tables, which the caller makes.
//
// Stateless, thread-safe, no allocation. Any split of tokens and heads gives the same bits.

namespace linnet {

enum class RotaryPairs : uint8_t {
  interleaved,  // (2i, 2i + 1): GPT-J, GGUF's "norm"
  halves,       // (i, i + rotary_dim / 2): GPT-NeoX, Llama as Hugging Face stores it
};

struct RotaryF32Args {
  const float* x;  // value j of head h of token t: x[t · x_token_stride + h · x_head_stride + j]
  size_t x_token_stride;  // elements
  size_t x_head_stride;   // elements
  float* y;  // the same with its strides; x itself with the same strides, or no overlap
  size_t y_token_stride;
  size_t y_head_stride;
  size_t tokens, heads;
  size_t head_dim;
  size_t rotary_dim;  // even, 0 … head_dim
  RotaryPairs pairs;
  const float* cos;  // [tokens][rotary_dim / 2]
  const float* sin;  // the same
};

using RotaryF32Fn = void(const RotaryF32Args& args);
extern const KernelFamily<RotaryF32Fn> kRotaryF32;

RotaryF32Fn rotary_f32_scalar, rotary_f32_avx2, rotary_f32_neon;

}  // namespace linnet

#pragma once

#include "kernels/isa.h"
#include "kernels/pool_window/pool_window.h"

// Average and max pooling of floats. An average is the sum in window order (rows, then columns)
// divided by the count. A max is NaN if the window holds one. The same bits on every ISA.

namespace linnet {

struct PoolF32Args {
  PoolKind kind;
  const float* x;  // [n][h][w][c]
  float* y;        // [n][oh][ow][c], the whole tensor; only the rows of `window` are written
  PoolWindow window;
};

using PoolF32Fn = void(const PoolF32Args& args);
extern const KernelFamily<PoolF32Fn> kPoolF32;

PoolF32Fn pool_f32_scalar, pool_f32_avx2, pool_f32_neon;

}  // namespace linnet

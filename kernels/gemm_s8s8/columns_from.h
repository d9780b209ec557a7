#pragma once

#include "kernels/gemm_s8s8/gemm_s8s8.h"
#include "kernels/gemm_s8s8_f32/gemm_s8s8_f32.h"

// The product of the columns from n on, a multiple of 8. Local to the file that includes it.

namespace linnet {
namespace {

inline GemmS8S8Args columns_from(const GemmS8S8Args& args, size_t n) {
  GemmS8S8Args rest = args;
  rest.n -= n;
  rest.w += n / 8 * rest.w_panel_stride;
  if (rest.bias != nullptr) rest.bias += n;
  rest.scale += n;
  rest.c += n;
  return rest;
}

inline GemmS8S8F32Args columns_from(const GemmS8S8F32Args& args, size_t n) {
  GemmS8S8F32Args rest = args;
  rest.n -= n;
  rest.w += n / 8 * rest.w_panel_stride;
  rest.row_sums += n;
  rest.w_scale += n;
  if (rest.bias != nullptr) rest.bias += n;
  if (rest.residual != nullptr) rest.residual += n;
  rest.c += n;
  return rest;
}

}  // namespace
}  // namespace linnet

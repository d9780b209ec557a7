#pragma once

#include "kernels/math_f32/math_f32.h"
#include "kernels/unary_f32/unary_f32.h"
#include "kernels/vec/vec_loops.h"

namespace linnet {
namespace {

template <class V>
inline V gelu_erf(V x) {
  return x * 0.5f * (erf_f32(x * 0.707106781f) + 1.0f);
}

template <class V>
inline V gelu_tanh(V x) {
  const V inner = (x * x * x * 0.044715f + x) * 0.797884561f;
  return x * 0.5f * (tanh_f32(inner) + 1.0f);
}

template <class V, class F>
inline void apply(const UnaryF32Args& args, F f) {
  map_f32<V>(args.x, args.y, args.count, f);
}

template <class V>
inline void unary_f32_body(const UnaryF32Args& args) {
  const V alpha = args.alpha, beta = args.beta;
  const V zero = 0.0f, one = 1.0f;
  switch (args.function) {
    case UnaryF32::leaky_relu:
      return apply<V>(args, [=](V x) { return select(x >= zero, x, x * alpha); });
    case UnaryF32::sigmoid:
      return apply<V>(args, [](V x) { return sigmoid_f32(x); });
    case UnaryF32::tanh:
      return apply<V>(args, [](V x) { return tanh_f32(x); });
    case UnaryF32::hard_sigmoid:
      return apply<V>(args, [=](V x) { return clamp(x * alpha + beta, zero, one); });
    case UnaryF32::hard_swish:
      return apply<V>(args, [=](V x) { return x * clamp(x * 0.166666667f + 0.5f, zero, one); });
    case UnaryF32::silu:
      return apply<V>(args, [](V x) { return x * sigmoid_f32(x); });
    case UnaryF32::gelu_erf:
      return apply<V>(args, [](V x) { return gelu_erf(x); });
    case UnaryF32::gelu_tanh:
      return apply<V>(args, [](V x) { return gelu_tanh(x); });
    case UnaryF32::elu:
      return apply<V>(args, [=](V x) { return select(x >= zero, x, (exp_f32(x) - one) * alpha); });
    case UnaryF32::exp:
      return apply<V>(args, [](V x) { return exp_f32(x); });
    case UnaryF32::log:
      return apply<V>(args, [](V x) { return log_f32(x); });
    case UnaryF32::sqrt:
      return apply<V>(args, [](V x) { return sqrt(x); });
    case UnaryF32::abs:
      return apply<V>(args, [](V x) { return abs(x); });
    case UnaryF32::neg:
      return apply<V>(args, [](V x) { return neg(x); });
    case UnaryF32::erf:
      return apply<V>(args, [](V x) { return erf_f32(x); });
    case UnaryF32::floor:
      return apply<V>(args, [](V x) { return floor(x); });
    case UnaryF32::ceil:
      return apply<V>(args, [](V x) { return ceil(x); });
    case UnaryF32::round:
      return apply<V>(args, [](V x) { return round_even(x); });
    case UnaryF32::clip:
      return apply<V>(args, [=](V x) { return clamp(x, alpha, beta); });
  }
}

}  // namespace
}  // namespace linnet

#include "runtime/ops/checks.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>

#include "kernels/requantize.h"

namespace linnet {
namespace {

Status expect_plain(const PlanContext& ctx, const Tensor& tensor) {
  return tensor.panels ? ctx.error("'%s' holds packed weights", tensor.name) : Status();
}

bool eight_bits(linnet_dtype dtype) { return dtype == LINNET_S8 || dtype == LINNET_U8; }

bool same_quantization(const Quantization& a, const Quantization& b) {
  if (a.present() != b.present()) return false;
  if (!a.present()) return true;
  return a.axis < 0 && b.axis < 0 && a.tensor_scale() == b.tensor_scale() &&
         a.tensor_zero_point() == b.tensor_zero_point();
}

}  // namespace

Status expect_arity(const PlanContext& ctx, int least, int most, int outputs) {
  LINNET_TRY(ctx.expect_inputs(least, most));
  LINNET_TRY(ctx.expect_outputs(outputs, outputs));
  for (int i = 0; i < ctx.input_count(); ++i) {
    if (ctx.input(i)) LINNET_TRY(expect_plain(ctx, *ctx.input(i)));
  }
  for (int i = 0; i < outputs; ++i) LINNET_TRY(expect_plain(ctx, ctx.output(i)));
  return {};
}

Status activation_quantization(const PlanContext& ctx, const Tensor& tensor, Affine* out) {
  const Quantization& q = tensor.quantization;
  if (!eight_bits(tensor.dtype)) return ctx.error("'%s' is not an 8-bit tensor", tensor.name);
  if (q.scale.size() != 1 || q.zero_point.size() > 1 || q.axis >= 0 || q.block != 0) {
    return ctx.error("'%s' needs one scale and zero point for the tensor", tensor.name);
  }
  const Affine affine{q.tensor_scale(), q.tensor_zero_point()};
  if (!(affine.scale >= FLT_MIN && affine.scale <= FLT_MAX)) {
    return ctx.error("the scale of '%s' is %g, not a normal positive number", tensor.name,
                     static_cast<double>(affine.scale));
  }
  const int32_t low = tensor.dtype == LINNET_S8 ? -128 : 0;
  if (affine.zero_point < low || affine.zero_point > low + 255) {
    return ctx.error("the zero point of '%s' is %d, outside its type", tensor.name,
                     static_cast<int>(affine.zero_point));
  }
  *out = affine;
  return {};
}

Status expect_movable(const PlanContext& ctx, const Tensor& from, const Tensor& to) {
  LINNET_TRY(ctx.expect_same_dtype(from, to));
  if (dtype_size(from.dtype) == 0) return ctx.unsupported("'%s' has 4-bit values", from.name);
  if (eight_bits(from.dtype) && !same_quantization(from.quantization, to.quantization)) {
    return ctx.error("'%s' and '%s' must have the same quantization", from.name, to.name);
  }
  return {};
}

Status expect_range(const PlanContext& ctx, float low, float high) {
  if (low <= high) return {};
  return ctx.error("the bounds %g and %g are no range", static_cast<double>(low),
                   static_cast<double>(high));
}

ClampS8 quantize_clamp(float low, float high, const Affine& y) {
  return {round_to_quantized(low / y.scale, y.zero_point, -128, 127),
          round_to_quantized(high / y.scale, y.zero_point, -128, 127)};
}

Status expect_ratio(const PlanContext& ctx, double value, float* out) {
  *out = static_cast<float>(value);
  if (std::fabs(*out) <= 0x1p64f) return {};
  return ctx.error("a ratio of scales is %g, beyond 2^64", value);
}

bool checked_product(std::initializer_list<size_t> factors, size_t* product) {
  size_t value = 1;
  for (const size_t f : factors) {
    if (f != 0 && value > SIZE_MAX / 2 / f) return false;
    value *= f;
  }
  *product = value;
  return true;
}

const char* kernel_label(PlanContext& ctx, const char* family, Isa isa) {
  const char* name = isa_name(isa);
  const size_t head = std::strlen(family), tail = std::strlen(name);
  char* text = ctx.allocate<char>(head + tail + 2);
  if (!text) return family;
  std::memcpy(text, family, head);
  text[head] = ' ';
  std::memcpy(text + head + 1, name, tail);
  return text;
}

}  // namespace linnet

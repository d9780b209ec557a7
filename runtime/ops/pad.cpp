#include <cstring>

#include "kernels/quantize_f32_s8/quantize_f32_s8.h"
#include "runtime/ops/checks.h"
#include "runtime/ops/copy_op.h"
#include "runtime/ops/reshape_op.h"

namespace linnet {
namespace {

// Where output index i of one dimension reads: inside as it is, outside by the mode.
int32_t source_index(fb::PadMode mode, int64_t i, int64_t begin, int64_t size) {
  int64_t at = i - begin;
  if (at >= 0 && at < size) return static_cast<int32_t>(at);
  if (mode == fb::PadMode::constant) return -1;
  if (mode == fb::PadMode::edge) return static_cast<int32_t>(at < 0 ? 0 : size - 1);
  // Mirrors at the first and last element, as often as needed.
  const int64_t period = size > 1 ? 2 * (size - 1) : 1;
  at %= period;
  if (at < 0) at += period;
  return static_cast<int32_t>(at < size ? at : period - at);
}

// The bytes of `value` as an element of `tensor`.
Status element_bits(const PlanContext& ctx, const Tensor& tensor, float value, uint32_t* bits) {
  *bits = 0;
  if (tensor.dtype == LINNET_F32) {
    std::memcpy(bits, &value, sizeof value);
    return {};
  }
  if (dtype_size(tensor.dtype) == 1 && tensor.quantization.present()) {
    Affine affine;
    LINNET_TRY(activation_quantization(ctx, tensor, &affine));
    const bool offset = tensor.dtype == LINNET_U8;
    int8_t q = 0;
    quantize_f32_s8_scalar({.x = &value,
                            .y = &q,
                            .count = 1,
                            .scale = affine.scale,
                            .zero_point = affine.zero_point - (offset ? 128 : 0)});
    *bits = static_cast<uint8_t>(q) ^ (offset ? 0x80u : 0u);
    return {};
  }
  if (!(value >= -2147483648.0f && value < 2147483648.0f)) {
    return ctx.error("the value %g cannot be stored in '%s'", static_cast<double>(value),
                     tensor.name);
  }
  *bits = static_cast<uint32_t>(static_cast<int32_t>(value));
  return {};
}

}  // namespace

// pads from the options or s32 input 1: all begins, then all ends; negative ones cut off.
Status plan_pad(PlanContext& ctx) {
  const fb::PadOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 2));
  const Tensor& x = *ctx.input(0);
  const fb::PadMode mode = options->mode();
  if (mode > fb::PadMode::MAX) return ctx.error("the padding mode is unknown");
  std::span<const int32_t> pads;
  LINNET_TRY(list_or_input(ctx, options->pads(), 1, &pads));
  const size_t rank = static_cast<size_t>(x.shape.rank());
  if (pads.size() != 2 * rank) return ctx.error("%zu pads for %zu dimensions", pads.size(), rank);
  Shape shape;
  for (size_t i = 0; i < rank; ++i) {
    const int32_t size = x.shape[static_cast<int>(i)];
    const int64_t d = int64_t{size} + pads[i] + pads[rank + i];
    if (d < 0 || d > INT32_MAX) return ctx.error("dimension %zu padded is out of range", i);
    if (size == 0 && d > 0 && mode != fb::PadMode::constant) {
      return ctx.error("dimension %zu is empty: nothing to repeat", i);
    }
    shape.push_back(static_cast<int32_t>(d));
  }
  uint32_t fill = 0;
  LINNET_TRY(element_bits(ctx, x, options->value(), &fill));
  if (x.dtype == LINNET_F16) return ctx.unsupported("f16 values");
  LINNET_TRY(ctx.set_shape(0, shape));  // checks the size before tables are made of it
  IndexTable tables[kMaxRank];
  for (size_t i = 0; i < rank; ++i) {
    const int at = static_cast<int>(i);
    int32_t* index = allocate_array<int32_t>(ctx, static_cast<size_t>(shape[at]));
    if (!index) return ctx.out_of_memory();
    for (int32_t j = 0; j < shape[at]; ++j) {
      index[j] = source_index(mode, j, pads[i], x.shape[at]);
    }
    tables[i] = {index, static_cast<size_t>(shape[at])};
  }
  return plan_indexed_copy(ctx, shape, tables, fill);
}

}  // namespace linnet

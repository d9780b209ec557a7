#include <iterator>

#include "runtime/ops/op.h"

// Every op of the schema, in the order of fb::OpType. A new op adds one declaration and one row.

namespace linnet {

Status plan_conv_2d(PlanContext& ctx);
Status plan_depthwise_conv_2d(PlanContext& ctx);
Status plan_conv_transpose_2d(PlanContext& ctx);
Status plan_fully_connected(PlanContext& ctx);
Status plan_batch_matmul(PlanContext& ctx);
Status plan_add(PlanContext& ctx);
Status plan_sub(PlanContext& ctx);
Status plan_mul(PlanContext& ctx);
Status plan_div(PlanContext& ctx);
Status plan_minimum(PlanContext& ctx);
Status plan_maximum(PlanContext& ctx);
Status plan_pow(PlanContext& ctx);
Status plan_equal(PlanContext& ctx);
Status plan_less(PlanContext& ctx);
Status plan_greater(PlanContext& ctx);
Status plan_where(PlanContext& ctx);
Status plan_clip(PlanContext& ctx);
Status plan_leaky_relu(PlanContext& ctx);
Status plan_prelu(PlanContext& ctx);
Status plan_sigmoid(PlanContext& ctx);
Status plan_tanh(PlanContext& ctx);
Status plan_hard_sigmoid(PlanContext& ctx);
Status plan_hard_swish(PlanContext& ctx);
Status plan_silu(PlanContext& ctx);
Status plan_gelu(PlanContext& ctx);
Status plan_elu(PlanContext& ctx);
Status plan_exp(PlanContext& ctx);
Status plan_log(PlanContext& ctx);
Status plan_sqrt(PlanContext& ctx);
Status plan_abs(PlanContext& ctx);
Status plan_neg(PlanContext& ctx);
Status plan_erf(PlanContext& ctx);
Status plan_floor(PlanContext& ctx);
Status plan_ceil(PlanContext& ctx);
Status plan_round(PlanContext& ctx);
Status plan_average_pool_2d(PlanContext& ctx);
Status plan_max_pool_2d(PlanContext& ctx);
Status plan_softmax(PlanContext& ctx);
Status plan_layer_norm(PlanContext& ctx);
Status plan_concat(PlanContext& ctx);
Status plan_split(PlanContext& ctx);
Status plan_slice(PlanContext& ctx);
Status plan_pad(PlanContext& ctx);
Status plan_reshape(PlanContext& ctx);
Status plan_squeeze(PlanContext& ctx);
Status plan_unsqueeze(PlanContext& ctx);
Status plan_transpose(PlanContext& ctx);
Status plan_expand(PlanContext& ctx);
Status plan_tile(PlanContext& ctx);
Status plan_resize(PlanContext& ctx);
Status plan_reduce_mean(PlanContext& ctx);
Status plan_reduce_sum(PlanContext& ctx);
Status plan_reduce_max(PlanContext& ctx);
Status plan_reduce_min(PlanContext& ctx);
Status plan_argmax(PlanContext& ctx);
Status plan_gather(PlanContext& ctx);
Status plan_shape(PlanContext& ctx);
Status plan_cast(PlanContext& ctx);
Status plan_constant_of_shape(PlanContext& ctx);
Status plan_range(PlanContext& ctx);
Status plan_quantize(PlanContext& ctx);
Status plan_dequantize(PlanContext& ctx);
Status plan_requantize(PlanContext& ctx);

namespace {

constexpr OpDef kOps[] = {
    {fb::OpType::conv_2d, "conv_2d", plan_conv_2d},
    {fb::OpType::depthwise_conv_2d, "depthwise_conv_2d", plan_depthwise_conv_2d},
    {fb::OpType::conv_transpose_2d, "conv_transpose_2d", plan_conv_transpose_2d},
    {fb::OpType::fully_connected, "fully_connected", plan_fully_connected},
    {fb::OpType::batch_matmul, "batch_matmul", plan_batch_matmul},
    {fb::OpType::add, "add", plan_add},
    {fb::OpType::sub, "sub", plan_sub},
    {fb::OpType::mul, "mul", plan_mul},
    {fb::OpType::div, "div", plan_div},
    {fb::OpType::minimum, "minimum", plan_minimum},
    {fb::OpType::maximum, "maximum", plan_maximum},
    {fb::OpType::pow, "pow", plan_pow},
    {fb::OpType::equal, "equal", plan_equal},
    {fb::OpType::less, "less", plan_less},
    {fb::OpType::greater, "greater", plan_greater},
    {fb::OpType::where, "where", plan_where},
    {fb::OpType::clip, "clip", plan_clip},
    {fb::OpType::leaky_relu, "leaky_relu", plan_leaky_relu},
    {fb::OpType::prelu, "prelu", plan_prelu},
    {fb::OpType::sigmoid, "sigmoid", plan_sigmoid},
    {fb::OpType::tanh, "tanh", plan_tanh},
    {fb::OpType::hard_sigmoid, "hard_sigmoid", plan_hard_sigmoid},
    {fb::OpType::hard_swish, "hard_swish", plan_hard_swish},
    {fb::OpType::silu, "silu", plan_silu},
    {fb::OpType::gelu, "gelu", plan_gelu},
    {fb::OpType::elu, "elu", plan_elu},
    {fb::OpType::exp, "exp", plan_exp},
    {fb::OpType::log, "log", plan_log},
    {fb::OpType::sqrt, "sqrt", plan_sqrt},
    {fb::OpType::abs, "abs", plan_abs},
    {fb::OpType::neg, "neg", plan_neg},
    {fb::OpType::erf, "erf", plan_erf},
    {fb::OpType::floor, "floor", plan_floor},
    {fb::OpType::ceil, "ceil", plan_ceil},
    {fb::OpType::round, "round", plan_round},
    {fb::OpType::average_pool_2d, "average_pool_2d", plan_average_pool_2d},
    {fb::OpType::max_pool_2d, "max_pool_2d", plan_max_pool_2d},
    {fb::OpType::softmax, "softmax", plan_softmax},
    {fb::OpType::layer_norm, "layer_norm", plan_layer_norm},
    {fb::OpType::concat, "concat", plan_concat},
    {fb::OpType::split, "split", plan_split},
    {fb::OpType::slice, "slice", plan_slice},
    {fb::OpType::pad, "pad", plan_pad},
    {fb::OpType::reshape, "reshape", plan_reshape},
    {fb::OpType::squeeze, "squeeze", plan_squeeze},
    {fb::OpType::unsqueeze, "unsqueeze", plan_unsqueeze},
    {fb::OpType::transpose, "transpose", plan_transpose},
    {fb::OpType::expand, "expand", plan_expand},
    {fb::OpType::tile, "tile", plan_tile},
    {fb::OpType::resize, "resize", plan_resize},
    {fb::OpType::reduce_mean, "reduce_mean", plan_reduce_mean},
    {fb::OpType::reduce_sum, "reduce_sum", plan_reduce_sum},
    {fb::OpType::reduce_max, "reduce_max", plan_reduce_max},
    {fb::OpType::reduce_min, "reduce_min", plan_reduce_min},
    {fb::OpType::argmax, "argmax", plan_argmax},
    {fb::OpType::gather, "gather", plan_gather},
    {fb::OpType::shape, "shape", plan_shape},
    {fb::OpType::cast, "cast", plan_cast},
    {fb::OpType::constant_of_shape, "constant_of_shape", plan_constant_of_shape},
    {fb::OpType::range, "range", plan_range},
    {fb::OpType::quantize, "quantize", plan_quantize},
    {fb::OpType::dequantize, "dequantize", plan_dequantize},
    {fb::OpType::requantize, "requantize", plan_requantize},
};

static_assert(std::size(kOps) == static_cast<size_t>(fb::OpType::MAX) + 1,
              "an op of schema/model.fbs is missing in kOps");

constexpr bool in_enum_order() {
  for (size_t i = 0; i < std::size(kOps); ++i) {
    if (static_cast<size_t>(kOps[i].type) != i) return false;
  }
  return true;
}
static_assert(in_enum_order(), "kOps must follow the order of fb::OpType");

}  // namespace

const OpDef* find_op(fb::OpType type) {
  const size_t i = static_cast<size_t>(type);
  return i < std::size(kOps) ? &kOps[i] : nullptr;
}

}  // namespace linnet

#include "converter/ir/int8_ops.h"

namespace linnet::ir {

Int8Kind int8_kind(OpType op) {
  switch (op) {
    case OpType::conv_2d:
    case OpType::depthwise_conv_2d:
    case OpType::conv_transpose_2d:
    case OpType::fully_connected:
      return Int8Kind::weighted;
    case OpType::add:
    case OpType::sub:
    case OpType::mul:
    case OpType::clip:
    case OpType::leaky_relu:
    case OpType::prelu:
    case OpType::hard_swish:
    case OpType::silu:
    case OpType::gelu:
    case OpType::elu:
    case OpType::average_pool_2d:
    case OpType::concat:
    case OpType::reduce_mean:
      return Int8Kind::elementwise;
    case OpType::max_pool_2d:
    case OpType::split:
    case OpType::slice:
    case OpType::pad:
    case OpType::reshape:
    case OpType::squeeze:
    case OpType::unsqueeze:
    case OpType::transpose:
    case OpType::resize:
    case OpType::reduce_max:
    case OpType::expand:
    case OpType::tile:
      return Int8Kind::pass_through;
    case OpType::sigmoid:
    case OpType::hard_sigmoid:
    case OpType::softmax:
      return Int8Kind::unit_range;
    case OpType::tanh:
      return Int8Kind::signed_unit;
    default:
      return Int8Kind::none;
  }
}

}  // namespace linnet::ir

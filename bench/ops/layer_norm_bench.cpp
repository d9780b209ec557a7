#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  const Shape32 shape = {1, 197, 192};
  const int32_t x = g.activation(kType, shape);
  const int32_t gamma = g.zeros(fb::DType::f32, {192}, 4 * 192);
  const int32_t beta = g.zeros(fb::DType::f32, {192}, 4 * 192);
  g.node(fb::OpType::layer_norm, {x, gamma, beta}, {g.output(kType, shape)},
         fb::LayerNormOptionsT());
}

const bool kAdded = time_op("layer_norm/f32", build<fb::DType::f32>) &&
                    time_op("layer_norm/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

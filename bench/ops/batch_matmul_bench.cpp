#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

// Attention of three heads over 196 places.
template <fb::DType kType>
void build(OpGraph& g) {
  fb::BatchMatmulOptionsT options;
  options.transpose_b = true;
  const int32_t a = g.activation(kType, {3, 196, 64}), b = g.activation(kType, {3, 196, 64});
  g.node(fb::OpType::batch_matmul, {a, b}, {g.output(kType, {3, 196, 196})}, options);
}

const bool kAdded = time_op("batch_matmul/f32", build<fb::DType::f32>) &&
                    time_op("batch_matmul/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

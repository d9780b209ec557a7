#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void build(OpGraph& g) {
  const int32_t x = g.activation(fb::DType::s8, kImage);
  g.node(fb::OpType::dequantize, {x}, {g.output(fb::DType::f32, kImage)});
}

const bool kAdded = time_op("dequantize/s8", build);

}  // namespace
}  // namespace linnet::bench

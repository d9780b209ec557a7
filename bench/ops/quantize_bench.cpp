#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void build(OpGraph& g) {
  const int32_t x = g.activation(fb::DType::f32, kImage);
  g.node(fb::OpType::quantize, {x}, {g.output(fb::DType::s8, kImage)});
}

const bool kAdded = time_op("quantize/s8", build);

}  // namespace
}  // namespace linnet::bench

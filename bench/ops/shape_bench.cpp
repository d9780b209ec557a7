#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void build(OpGraph& g) {
  const int32_t x = g.activation(fb::DType::f32, kImage);
  g.node(fb::OpType::shape, {x}, {g.output(fb::DType::s32, {4})}, fb::ShapeOptionsT());
}

const bool kAdded = time_op("shape/f32", build);

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void build(OpGraph& g) {
  fb::ConstantOfShapeOptionsT options;
  options.dtype = fb::DType::f32;
  options.value = 1;
  const int32_t shape = g.add_s32("shape", {4}, kImage);
  g.node(fb::OpType::constant_of_shape, {shape}, {g.output(fb::DType::f32, kImage)}, options);
}

const bool kAdded = time_op("constant_of_shape/f32", build);

}  // namespace
}  // namespace linnet::bench

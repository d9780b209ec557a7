#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void build(OpGraph& g) {
  fb::CastOptionsT options;
  options.to = fb::DType::f32;
  const int32_t x = g.activation(fb::DType::s32, kImage);
  g.node(fb::OpType::cast, {x}, {g.output(fb::DType::f32, kImage)}, options);
}

const bool kAdded = time_op("cast/s32_f32", build);

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  const int32_t x = g.activation(kType, {1, 1, 1, kImage[3]});
  const int32_t shape = g.add_s32("shape", {4}, kImage);
  g.node(fb::OpType::expand, {x, shape}, {g.output(kType, kImage)});
}

const bool kAdded =
    time_op("expand/f32", build<fb::DType::f32>) && time_op("expand/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

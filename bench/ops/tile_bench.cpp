#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  const int32_t x = g.activation(kType, {1, kImage[1] / 2, kImage[2] / 2, kImage[3]});
  const int32_t repeats = g.add_s32("repeats", {4}, {1, 2, 2, 1});
  g.node(fb::OpType::tile, {x, repeats}, {g.output(kType, kImage)});
}

const bool kAdded =
    time_op("tile/f32", build<fb::DType::f32>) && time_op("tile/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  fb::AxisOptionsT options;
  options.axis = 3;
  const int32_t a = g.activation(kType, kImage), b = g.activation(kType, kImage);
  const int32_t y = g.output(kType, {1, kImage[1], kImage[2], 2 * kImage[3]});
  g.node(fb::OpType::concat, {a, b}, {y}, options);
}

const bool kAdded =
    time_op("concat/f32", build<fb::DType::f32>) && time_op("concat/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

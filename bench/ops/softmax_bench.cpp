#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  fb::AxisOptionsT options;
  options.axis = -1;
  const Shape32 shape = {64, 1000};
  const int32_t x = g.activation(kType, shape);
  g.node(fb::OpType::softmax, {x}, {g.output(kType, shape)}, options);
}

const bool kAdded = time_op_on_both("softmax/f32", build<fb::DType::f32>) &&
                    time_op("softmax/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

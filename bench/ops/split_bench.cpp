#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  fb::SplitOptionsT options;
  options.axis = 3;
  const Shape32 half = {1, kImage[1], kImage[2], kImage[3] / 2};
  const int32_t x = g.activation(kType, kImage);
  const int32_t first = g.output(kType, half), second = g.output(kType, half);
  g.node(fb::OpType::split, {x}, {first, second}, std::move(options));
}

const bool kAdded =
    time_op("split/f32", build<fb::DType::f32>) && time_op("split/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  fb::SliceOptionsT options;
  options.starts = {1, 1};
  options.ends = {kImage[1] - 1, kImage[2] - 1};
  options.axes = {1, 2};
  options.steps = {1, 1};
  const int32_t x = g.activation(kType, kImage);
  const int32_t y = g.output(kType, {1, kImage[1] - 2, kImage[2] - 2, kImage[3]});
  g.node(fb::OpType::slice, {x}, {y}, std::move(options));
}

const bool kAdded =
    time_op("slice/f32", build<fb::DType::f32>) && time_op("slice/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

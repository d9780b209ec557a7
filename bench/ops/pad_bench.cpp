#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  fb::PadOptionsT options;
  options.pads = {0, 1, 1, 0, 0, 1, 1, 0};
  const int32_t x = g.activation(kType, kImage);
  const int32_t y = g.output(kType, {1, kImage[1] + 2, kImage[2] + 2, kImage[3]});
  g.node(fb::OpType::pad, {x}, {y}, std::move(options));
}

const bool kAdded =
    time_op("pad/f32", build<fb::DType::f32>) && time_op("pad/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

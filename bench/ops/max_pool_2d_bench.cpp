#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

// 3 x 3, stride 2.
template <fb::DType kType>
void build(OpGraph& g) {
  fb::Pool2dOptionsT options;
  options.window = std::make_unique<fb::Window>(window(3, 2, 1));
  const int32_t x = g.activation(kType, kImage);
  const int32_t y = g.output(kType, {1, kImage[1] / 2, kImage[2] / 2, kImage[3]});
  g.node(fb::OpType::max_pool_2d, {x}, {y}, std::move(options));
}

const bool kAdded = time_op_on_both("max_pool_2d/f32", build<fb::DType::f32>) &&
                    time_op("max_pool_2d/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

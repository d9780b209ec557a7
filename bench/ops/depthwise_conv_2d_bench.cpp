#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

// 3 x 3 on 56 x 56 x 64.
template <fb::DType kType>
void build(OpGraph& g) {
  constexpr bool kQuantized = kType == fb::DType::s8;
  fb::DepthwiseConv2dOptionsT options;
  options.window = std::make_unique<fb::Window>(window(3, 1, 1));
  const size_t c = static_cast<size_t>(kImage[3]);
  const int32_t x = g.activation(kType, kImage);
  const int32_t w = g.zeros(kType, {3, 3, kImage[3]}, 9 * c * (kQuantized ? 1 : 4));
  if (kQuantized) g.quantize(w, std::vector<float>(c, 0.01f), {}, 2);
  const int32_t b = g.zeros(kQuantized ? fb::DType::s32 : fb::DType::f32, {kImage[3]}, 4 * c);
  g.node(fb::OpType::depthwise_conv_2d, {x, w, b}, {g.output(kType, kImage)}, std::move(options));
}

const bool kAdded = time_op_on_both("depthwise_conv_2d/f32", build<fb::DType::f32>) &&
                    time_op("depthwise_conv_2d/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

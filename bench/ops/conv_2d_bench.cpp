#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

// A layer of k x k, 128 to 128 channels, on 28 x 28.
template <fb::DType kType, fb::DType kWeights, int kKernel>
void build(OpGraph& g) {
  const Shape32 image = {1, 28, 28, 128};
  fb::Conv2dOptionsT options;
  options.window = std::make_unique<fb::Window>(window(kKernel, 1, kKernel / 2));
  const int32_t x = g.activation(kType, image);
  const int32_t w = g.panels(kWeights, {128, kKernel, kKernel, 128});
  const fb::DType bias = kType == fb::DType::s8 ? fb::DType::s32 : fb::DType::f32;
  const int32_t b = g.zeros(bias, {128}, 4 * 128);
  g.node(fb::OpType::conv_2d, {x, w, b}, {g.output(kType, image)}, std::move(options));
}

// The 3×3 layers of ResNet-50 at stride 1, 64 channels on 56 x 56 to 512 on 7 x 7, as they are
// (tile 0) and by Winograd's method.
template <int kTile, int kSize>
void build_winograd(OpGraph& g) {
  constexpr int kChannels = 64 * 56 / kSize;
  const Shape32 image = {1, kSize, kSize, kChannels}, weights = {kChannels, 3, 3, kChannels};
  fb::Conv2dOptionsT options;
  options.window = std::make_unique<fb::Window>(window(3, 1, 1));
  const int32_t x = g.activation(fb::DType::f32, image);
  const int32_t w = kTile == 0 ? g.panels(fb::DType::f32, weights) : g.winograd(kTile, weights);
  const int32_t b = g.zeros(fb::DType::f32, {kChannels}, 4 * kChannels);
  g.node(fb::OpType::conv_2d, {x, w, b}, {g.output(fb::DType::f32, image)}, std::move(options));
}

template <int kSize>
bool time_winograd(const std::string& size) {
  return time_op("conv_2d/plain_" + size, build_winograd<0, kSize>) &&
         time_op("conv_2d/winograd_2x2_" + size, build_winograd<2, kSize>) &&
         time_op("conv_2d/winograd_4x4_" + size, build_winograd<4, kSize>);
}

using fb::DType;
const bool kAdded = time_op_on_both("conv_2d/f32_1x1", build<DType::f32, DType::f32, 1>) &&
                    time_op_on_both("conv_2d/f32_3x3", build<DType::f32, DType::f32, 3>) &&
                    time_op("conv_2d/s8_1x1", build<DType::s8, DType::s8, 1>) &&
                    time_op("conv_2d/s8_3x3", build<DType::s8, DType::s8, 3>) &&
                    time_op("conv_2d/f32_f16_1x1", build<DType::f32, DType::f16, 1>) &&
                    time_op("conv_2d/f32_s8_1x1", build<DType::f32, DType::s8, 1>) &&
                    time_op("conv_2d/f32_s4_1x1", build<DType::f32, DType::s4, 1>) &&
                    time_winograd<56>("56") && time_winograd<28>("28") && time_winograd<14>("14") &&
                    time_winograd<7>("7");

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

// 2 x 2, stride 2, 64 to 64 channels: four phases of one tap.
template <fb::DType kType, fb::DType kWeights>
void build(OpGraph& g) {
  fb::ConvTranspose2dOptionsT options;
  options.window = std::make_unique<fb::Window>(window(2, 2, 0));
  const int32_t x = g.activation(kType, {1, 28, 28, 64});
  // A packed matrix is a multiple of 64 bytes here, so four of them are one of 256 rows.
  const int32_t w = g.panels(kWeights, {4 * 64, 64});
  g.tensor(w).shape = {64, 2, 2, 64};
  const fb::DType bias = kType == fb::DType::s8 ? fb::DType::s32 : fb::DType::f32;
  const int32_t b = g.zeros(bias, {64}, 4 * 64);
  if (kWeights == fb::DType::s8) g.quantize(w, std::vector<float>(64, 0.01f), {}, 0);
  g.node(fb::OpType::conv_transpose_2d, {x, w, b}, {g.output(kType, kImage)}, std::move(options));
}

const bool kAdded =
    time_op_on_both("conv_transpose_2d/f32", build<fb::DType::f32, fb::DType::f32>) &&
    time_op("conv_transpose_2d/s8", build<fb::DType::s8, fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

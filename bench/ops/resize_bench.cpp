#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

// To twice the size.
template <fb::DType kType, fb::ResizeMode kMode>
void build(OpGraph& g) {
  fb::ResizeOptionsT options;
  options.mode = kMode;
  options.scale_h = options.scale_w = 2;
  const int32_t x = g.activation(kType, {1, kImage[1] / 2, kImage[2] / 2, kImage[3]});
  g.node(fb::OpType::resize, {x}, {g.output(kType, kImage)}, std::move(options));
}

using fb::DType;
using fb::ResizeMode;
const bool kAdded = time_op("resize/f32_nearest", build<DType::f32, ResizeMode::nearest>) &&
                    time_op("resize/s8_nearest", build<DType::s8, ResizeMode::nearest>) &&
                    time_op("resize/f32_linear", build<DType::f32, ResizeMode::linear>) &&
                    time_op("resize/s8_linear", build<DType::s8, ResizeMode::linear>);

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

// 1024 to 1000.
template <fb::DType kType, fb::DType kWeights, int kRows>
void build(OpGraph& g) {
  const int32_t x = g.activation(kType, {kRows, 1024});
  const int32_t w = g.panels(kWeights, {1000, 1024});
  const fb::DType bias = kType == fb::DType::s8 ? fb::DType::s32 : fb::DType::f32;
  const int32_t b = g.zeros(bias, {1000}, 4 * 1000);
  g.node(fb::OpType::fully_connected, {x, w, b}, {g.output(kType, {kRows, 1000})},
         fb::FullyConnectedOptionsT());
}

using fb::DType;
const bool kAdded = time_op_on_both("fully_connected/f32_1", build<DType::f32, DType::f32, 1>) &&
                    time_op_on_both("fully_connected/f32_64", build<DType::f32, DType::f32, 64>) &&
                    time_op("fully_connected/s8_1", build<DType::s8, DType::s8, 1>) &&
                    time_op("fully_connected/s8_64", build<DType::s8, DType::s8, 64>) &&
                    time_op("fully_connected/f32_s8_1", build<DType::f32, DType::s8, 1>) &&
                    time_op("fully_connected/f32_s4_1", build<DType::f32, DType::s4, 1>) &&
                    time_op("fully_connected/f32_s4_64", build<DType::f32, DType::s4, 64>);

}  // namespace
}  // namespace linnet::bench

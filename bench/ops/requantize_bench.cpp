#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void build(OpGraph& g) {
  const int32_t x = g.activation(fb::DType::s8, kImage);
  const int32_t y = g.output(fb::DType::s8, kImage);
  g.quantize(y, {0.07f}, {-5});
  g.node(fb::OpType::requantize, {x}, {y});
}

const bool kAdded = time_op("requantize/s8", build);

}  // namespace
}  // namespace linnet::bench

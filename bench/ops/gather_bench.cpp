#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  fb::AxisOptionsT options;
  options.axis = 0;
  const int32_t x = g.activation(kType, {50, 256});
  const int32_t rows = g.activation(fb::DType::s32, {196});
  g.node(fb::OpType::gather, {x, rows}, {g.output(kType, {196, 256})}, options);
}

const bool kAdded =
    time_op("gather/f32", build<fb::DType::f32>) && time_op("gather/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

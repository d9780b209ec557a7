#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  fb::ArgmaxOptionsT options;
  options.axis = 1;
  const int32_t x = g.activation(kType, {64, 1000});
  g.node(fb::OpType::argmax, {x}, {g.output(fb::DType::s32, {64, 1})}, options);
}

const bool kAdded =
    time_op("argmax/f32", build<fb::DType::f32>) && time_op("argmax/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

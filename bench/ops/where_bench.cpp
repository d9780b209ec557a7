#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  const int32_t choice = g.activation(fb::DType::boolean, kImage);
  const int32_t a = g.activation(kType, kImage), b = g.activation(kType, kImage);
  g.node(fb::OpType::where, {choice, a, b}, {g.output(kType, kImage)});
}

const bool kAdded =
    time_op("where/f32", build<fb::DType::f32>) && time_op("where/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

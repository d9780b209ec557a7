#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

template <fb::DType kType>
void build(OpGraph& g) {
  fb::TransposeOptionsT options;
  options.perm = {0, 3, 1, 2};
  const int32_t x = g.activation(kType, kImage);
  const int32_t y = g.output(kType, {1, kImage[3], kImage[1], kImage[2]});
  g.node(fb::OpType::transpose, {x}, {y}, std::move(options));
}

const bool kAdded = time_op("transpose/f32", build<fb::DType::f32>) &&
                    time_op("transpose/s8", build<fb::DType::s8>);

}  // namespace
}  // namespace linnet::bench

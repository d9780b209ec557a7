#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

// One slope a channel.
void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  in.push_back(g.zeros(fb::DType::f32, {kImage[3]}, 4 * static_cast<size_t>(kImage[3])));
  g.node(fb::OpType::prelu, std::move(in), std::move(out));
}

const bool kAdded = time_unary<node>("prelu");

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  g.node(fb::OpType::hard_swish, std::move(in), std::move(out));
}

const bool kAdded = time_unary<node>("hard_swish");

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  g.node(fb::OpType::abs, std::move(in), std::move(out));
}

const bool kAdded = time_unary<node>("abs");

}  // namespace
}  // namespace linnet::bench

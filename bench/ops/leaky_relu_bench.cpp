#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  g.node(fb::OpType::leaky_relu, std::move(in), std::move(out), fb::LeakyReluOptionsT());
}

const bool kAdded = time_unary<node>("leaky_relu");

}  // namespace
}  // namespace linnet::bench

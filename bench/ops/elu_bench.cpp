#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  g.node(fb::OpType::elu, std::move(in), std::move(out), fb::LeakyReluOptionsT());
}

const bool kAdded = time_unary<node>("elu");

}  // namespace
}  // namespace linnet::bench

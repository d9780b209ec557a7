#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  g.node(fb::OpType::hard_sigmoid, std::move(in), std::move(out), fb::HardSigmoidOptionsT());
}

const bool kAdded = time_unary<node>("hard_sigmoid");

}  // namespace
}  // namespace linnet::bench

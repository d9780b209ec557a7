#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  g.node(fb::OpType::gelu, std::move(in), std::move(out), fb::GeluOptionsT());
}

const bool kAdded = time_unary<node>("gelu");

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  fb::ClipOptionsT options;
  options.min = 0;
  options.max = 6;
  g.node(fb::OpType::clip, std::move(in), std::move(out), options);
}

const bool kAdded = time_unary<node>("clip");

}  // namespace
}  // namespace linnet::bench

#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void node(OpGraph& g, std::vector<int32_t> in, std::vector<int32_t> out) {
  fb::ReduceOptionsT options;
  options.axes = {1, 2};
  g.node(fb::OpType::reduce_min, std::move(in), std::move(out), std::move(options));
}

const bool kAdded = time_reduce<node>("reduce_min");

}  // namespace
}  // namespace linnet::bench

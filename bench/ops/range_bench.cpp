#include "bench/ops/op_bench.h"

namespace linnet::bench {
namespace {

void build(OpGraph& g) {
  const int32_t start = g.add_s32("start", {}, {0}), limit = g.add_s32("limit", {}, {1000});
  const int32_t delta = g.add_s32("delta", {}, {1});
  g.node(fb::OpType::range, {start, limit, delta}, {g.output(fb::DType::s32, {1000})});
}

const bool kAdded = time_op("range/s32", build);

}  // namespace
}  // namespace linnet::bench

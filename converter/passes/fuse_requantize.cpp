#include <cmath>

#include "converter/passes/passes.h"
#include "converter/passes/quantized.h"

namespace linnet {

namespace {

using ir::OpType;

bool same_meaning(const ir::Tensor& a, const ir::Tensor& b) {
  return a.dtype == b.dtype && a.quantization.axis < 0 && b.quantization.axis < 0 &&
         a.quantization.scale == b.quantization.scale &&
         zero_point_of(a.quantization) == zero_point_of(b.quantization);
}

// Quantizing cuts to the range of s8 anyway; a clip that is no narrower does nothing.
bool range_covers(const ir::Tensor& q, const fb::ClipOptionsT& clip) {
  if (q.dtype != ir::DType::s8 || q.quantization.scale.size() != 1) return false;
  const float scale = q.quantization.scale[0],
              zero = static_cast<float>(zero_point_of(q.quantization));
  return std::nearbyint(clip.min / scale) + zero <= -128.0f &&
         std::nearbyint(clip.max / scale) + zero >= 127.0f;
}

}  // namespace

// Before: y = dequantize(q1); q2 = quantize(y)
// After:  readers of q2 read q1 when both mean the same; else q2 = requantize(q1)
// Before: c = clip(y, 0, inf); q = quantize(c), where q's range begins at 0
// After:  q = quantize(y)
bool fuse_requantize(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.op != OpType::quantize) return false;
    const int y = node.inputs[0], q = node.outputs[0];
    if (const ir::Node* clip = producer_of(graph, uses, y, OpType::clip)) {
      if (!range_covers(graph.tensor(q), clip->as<fb::ClipOptionsT>())) return false;
      node.inputs[0] = clip->inputs[0];
      return true;
    }
    const int source = quantized_source(graph, uses, y);
    if (source < 0) return false;
    if (same_meaning(graph.tensor(source), graph.tensor(q)) && forward(graph, uses, q, source)) {
      kill_node(node);
      return true;
    }
    node.op = OpType::requantize;
    node.inputs[0] = source;
    return true;
  });
}

}  // namespace linnet

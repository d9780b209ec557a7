#pragma once

#include "converter/ir/graph.h"

// Rewrites of the graph, one a file. Each returns true if it changed something, leaves
// graph.check() valid and the values of all outputs the same (float results up to rounding where
// constants are folded into weights). All know that dimensions may be unknown (-1).

namespace linnet {

// All of them in their order, until nothing changes. Run after import, and again after quantize and
// dequantize nodes were put in.
void optimize(ir::Graph& graph);

// Clean-up.
bool remove_dead_code(ir::Graph& graph);
bool eliminate_identity(ir::Graph& graph);
bool merge_common_subexpressions(ir::Graph& graph);

// Constants and shapes.
bool fold_constants(ir::Graph& graph);
bool embed_shape_inputs(ir::Graph& graph);
bool simplify_shape_arithmetic(ir::Graph& graph);
bool merge_reshapes(ir::Graph& graph);
bool turn_reshape_into_squeeze(ir::Graph& graph);

// Layout: transposes sink towards the outputs until they meet their inverse.
bool eliminate_transpose(ir::Graph& graph);
bool sink_transpose(ir::Graph& graph);
bool absorb_transpose(ir::Graph& graph);
bool turn_transpose_into_reshape(ir::Graph& graph);

// Joining nodes.
bool fuse_batch_norm(ir::Graph& graph);
bool fuse_scale_forward(ir::Graph& graph);
bool fuse_activation(ir::Graph& graph);
bool fuse_pad(ir::Graph& graph);
bool turn_concat_into_pad(ir::Graph& graph);
bool fuse_silu(ir::Graph& graph);
bool fuse_hard_swish(ir::Graph& graph);
bool fuse_gelu(ir::Graph& graph);
bool fuse_layer_norm(ir::Graph& graph);

// Sums with the result of a layer whose weights stay float. After compression, which decides that;
// not part of optimize().
bool fuse_residual(ir::Graph& graph);

// Integer arithmetic: dequantize, op, quantize become one integer op.
bool fuse_quantized_ops(ir::Graph& graph);
bool fuse_requantize(ir::Graph& graph);
bool sink_dequantize(ir::Graph& graph);
bool hoist_quantize(ir::Graph& graph);
// Constants behind dequantize nodes that no integer op took become float.
bool fold_dequantize(ir::Graph& graph);

}  // namespace linnet

#include <span>

#include "converter/ir/infer_shapes.h"
#include "converter/passes/passes.h"

namespace linnet {

namespace {

using Pass = bool (*)(ir::Graph&);

// Every pass only shrinks something or moves it one way, so rounds end by themselves; the bound is
// for a mistake in a pass.
constexpr int kMaxRounds = 64;

constexpr Pass kFloatPasses[] = {
    remove_dead_code,   fold_constants,      embed_shape_inputs,        simplify_shape_arithmetic,
    eliminate_identity, merge_reshapes,      turn_reshape_into_squeeze, merge_common_subexpressions,
    sink_transpose,     eliminate_transpose, absorb_transpose,          turn_concat_into_pad,
    fuse_pad,           fuse_batch_norm,     fuse_layer_norm,           fuse_gelu,
    fuse_silu,          fuse_hard_swish,     fuse_activation,           fuse_scale_forward,
};

// After the layout is settled: integer ops, and what is left of transposes.
constexpr Pass kLatePasses[] = {
    turn_transpose_into_reshape,
    eliminate_identity,
    merge_reshapes,
    hoist_quantize,
    sink_dequantize,
    fuse_requantize,
    fuse_quantized_ops,
    merge_common_subexpressions,
    remove_dead_code,
};

// Shapes that became known since the import.
void refresh_shapes(ir::Graph& graph) {
  for (const ir::Node& node : graph.nodes) ir::infer_shapes(graph, node);
}

void run_rounds(ir::Graph& graph, std::span<const Pass> passes) {
  bool changed = true;
  for (int round = 0; changed && round < kMaxRounds; ++round) {
    changed = false;
    for (const Pass pass : passes) changed = pass(graph) || changed;
    refresh_shapes(graph);
  }
}

}  // namespace

void optimize(ir::Graph& graph) {
  run_rounds(graph, kFloatPasses);
  run_rounds(graph, kLatePasses);
  if (fold_dequantize(graph)) run_rounds(graph, kFloatPasses);
  run_rounds(graph, kLatePasses);
  graph.check();
}

}  // namespace linnet

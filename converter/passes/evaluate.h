#pragma once

#include <optional>

#include "converter/ir/graph.h"

namespace linnet {

// Most bytes that a constant may grow to when it is folded; larger results stay computed.
inline constexpr int64_t kMaxFoldedBytes = int64_t{64} << 20;

// The value of tensor `id` as a constant, if it depends on constants alone: the nodes behind it are
// emitted as a model in memory and run through the public API. Nothing when it depends on a graph
// input, when its size is unknown or passes kMaxFoldedBytes, or when the runtime refuses the nodes.
// The graph is not changed.
std::optional<ir::Tensor> evaluate_constant(const ir::Graph& graph, int id);

}  // namespace linnet

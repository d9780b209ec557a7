#pragma once

#include <optional>
#include <string>
#include <vector>

#include "converter/ir/graph.h"

// Shapes of the IR while dimensions may still be unknown (-1): the rules of runtime/ops/, which
// stay the judge once all sizes are known.

namespace linnet::ir {

using Dims = std::vector<int32_t>;

// Sets the shape of the node's outputs from its inputs. A dimension that an output already knows is
// kept where the rule cannot tell. Throws std::invalid_argument when the inputs do not fit
// together.
void infer_shapes(Graph& graph, const Node& node);

// The dtype that the op gives its outputs, from its inputs and options. quantize and requantize
// take s8 unless the output tensor says otherwise, so they are the caller's.
DType result_dtype(const Graph& graph, const Node& node);

// Appends a node with one new output tensor named `output` (made unique) whose dtype and shape are
// inferred; returns the tensor. The node may stand behind its readers until Graph::sort().
int append_node(Graph& graph, Node node, const std::string& output);

// Numpy broadcasting with unknown dimensions; nothing when the shapes do not fit.
std::optional<Dims> broadcast_dims(const Dims& a, const Dims& b);

// axis in [-rank, rank) -> [0, rank). Throws std::invalid_argument.
int normalize_axis(int axis, int rank);
std::vector<int> normalize_axes(const std::vector<int32_t>& axes, int rank);

// The values of a constant s32 tensor.
std::optional<std::vector<int32_t>> constant_ints(const Graph& graph, int id);

// A tensor name that the graph does not have yet, made from `name`.
std::string unique_name(const Graph& graph, const std::string& name);

}  // namespace linnet::ir

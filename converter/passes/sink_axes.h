#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "converter/ir/graph.h"

namespace linnet {

// How a node that reads y = transpose(x, perm) reads x instead: `node` holds the new options
// (inputs and outputs are the caller's), and its result transposed by `out` is what the node gave
// before. An identity `out` needs no transpose.
struct Sunk {
  ir::Node node;
  std::vector<int32_t> out;
};

// For ops on one tensor that name axes: reductions, softmax, slices, pads, squeezes … Nothing when
// the op cannot work on x.
std::optional<Sunk> sink_through_axes(const ir::Graph& graph, const ir::Node& node,
                                      const std::vector<int32_t>& perm);

}  // namespace linnet

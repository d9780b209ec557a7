#pragma once

#include <optional>

#include "converter/ir/graph.h"

namespace linnet {

// The fused activation of an op, in real units.
struct Clamp {
  float min;
  float max;
  bool open() const;  // −inf … inf
};

// Nothing for ops that have none.
std::optional<Clamp> clamp_of(const ir::Node& node);
void set_clamp(ir::Node& node, const Clamp& clamp);

}  // namespace linnet

#include "converter/passes/clamp.h"

#include <limits>

namespace linnet {

namespace {

// Calls visit(options) with the options of an op that has a clamp.
template <typename Node, typename Visit>
bool visit_clamped(Node& node, Visit visit) {
  using ir::OpType;
  switch (node.op) {
    case OpType::conv_2d:
      visit(node.template as<fb::Conv2dOptionsT>());
      return true;
    case OpType::depthwise_conv_2d:
      visit(node.template as<fb::DepthwiseConv2dOptionsT>());
      return true;
    case OpType::conv_transpose_2d:
      visit(node.template as<fb::ConvTranspose2dOptionsT>());
      return true;
    case OpType::fully_connected:
      visit(node.template as<fb::FullyConnectedOptionsT>());
      return true;
    case OpType::add:
    case OpType::sub:
    case OpType::mul:
    case OpType::div:
      visit(node.template as<fb::BinaryOptionsT>());
      return true;
    default:
      return false;
  }
}

}  // namespace

bool Clamp::open() const {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  return min == -kInfinity && max == kInfinity;
}

std::optional<Clamp> clamp_of(const ir::Node& node) {
  Clamp clamp{};
  if (!visit_clamped(node, [&](const auto& o) { clamp = {o.clamp_min, o.clamp_max}; }))
    return std::nullopt;
  return clamp;
}

void set_clamp(ir::Node& node, const Clamp& clamp) {
  visit_clamped(node, [&](auto& o) { o.clamp_min = clamp.min, o.clamp_max = clamp.max; });
}

}  // namespace linnet

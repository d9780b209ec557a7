#include <algorithm>
#include <limits>

#include "converter/ir/infer_shapes.h"
#include "converter/ir/options.h"
#include "converter/passes/clamp.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"

namespace linnet {

namespace {

using ir::OpType;

fb::Window grown(const fb::Window& w, const std::vector<int32_t>& pads) {
  return {w.kernel_h(),           w.kernel_w(),           w.stride_h(),
          w.stride_w(),           w.dilation_h(),         w.dilation_w(),
          w.pad_top() + pads[1],  w.pad_left() + pads[2], w.pad_bottom() + pads[5],
          w.pad_right() + pads[6]};
}

bool no_pads(const fb::Window& w) {
  return w.pad_top() == 0 && w.pad_left() == 0 && w.pad_bottom() == 0 && w.pad_right() == 0;
}

// No value of the tensor is below zero, as its producer clamps it.
bool never_negative(const ir::Graph& graph, const Uses& uses, int id) {
  const int n = uses.producer(id);
  if (n < 0) return false;
  const ir::Node& node = graph.nodes[static_cast<size_t>(n)];
  if (node.op == OpType::clip) return node.as<fb::ClipOptionsT>().min >= 0.0f;
  if (node.op == OpType::sigmoid || node.op == OpType::hard_sigmoid) return true;
  if (node.op == OpType::max_pool_2d) return never_negative(graph, uses, node.inputs[0]);
  const auto clamp = clamp_of(node);
  return clamp && clamp->min >= 0.0f;
}

template <typename Options>
bool grow_conv(ir::Node& node, const fb::PadOptionsT& pad) {
  auto& o = node.as<Options>();
  if (o.auto_pad != fb::AutoPad::none || pad.value != 0.0f) return false;
  *o.window = grown(*o.window, pad.pads);
  return true;
}

bool grow_pool(const ir::Graph& graph, const Uses& uses, ir::Node& node, const fb::PadOptionsT& pad,
               int source) {
  auto& o = node.as<fb::Pool2dOptionsT>();
  if (o.auto_pad != fb::AutoPad::none || o.ceil_mode) return false;
  const fb::Window window = grown(*o.window, pad.pads);
  // A window that lies wholly in the pads has no value of its own.
  const bool covers =
      window.pad_top() < window.kernel_h() && window.pad_bottom() < window.kernel_h() &&
      window.pad_left() < window.kernel_w() && window.pad_right() < window.kernel_w() &&
      window.dilation_h() == 1 && window.dilation_w() == 1;
  if (!covers) return false;
  if (node.op == OpType::average_pool_2d) {
    if (pad.value != 0.0f || (!o.count_include_pad && !no_pads(*o.window))) return false;
    o.count_include_pad = true;
  } else {
    const bool lowest = pad.value == -std::numeric_limits<float>::infinity();
    if (!lowest && !(pad.value == 0.0f && never_negative(graph, uses, source))) return false;
  }
  *o.window = window;
  return true;
}

// The pad in front of `id`, in the layout of `id`: directly, or before a transpose.
struct PadBefore {
  fb::PadOptionsT options;
  int source;                 // what is padded
  std::vector<int32_t> perm;  // the transpose between; empty if none
};

std::optional<PadBefore> pad_before(ir::Graph& graph, const Uses& uses, int id) {
  const ir::Node* transpose = producer_of(graph, uses, id, OpType::transpose);
  const ir::Node* pad =
      producer_of(graph, uses, transpose ? transpose->inputs[0] : id, OpType::pad);
  if (!pad || pad->inputs.size() != 1) return std::nullopt;
  PadBefore result{pad->as<fb::PadOptionsT>(), pad->inputs[0], {}};
  if (!transpose) return result;
  result.perm = transpose->as<fb::TransposeOptionsT>().perm;
  const size_t rank = result.perm.size();
  const std::vector<int32_t> before = result.options.pads;
  if (before.size() != 2 * rank) return std::nullopt;
  for (size_t i = 0; i < rank; ++i) {
    result.options.pads[i] = before[static_cast<size_t>(result.perm[i])];
    result.options.pads[i + rank] = before[static_cast<size_t>(result.perm[i]) + rank];
  }
  return result;
}

// Only rows and columns of an NHWC tensor grow, by zeros or another constant.
bool pads_pixels(const fb::PadOptionsT& o) {
  if (o.mode != fb::PadMode::constant || o.pads.size() != 8) return false;
  if (o.pads[0] != 0 || o.pads[3] != 0 || o.pads[4] != 0 || o.pads[7] != 0) return false;
  return std::all_of(o.pads.begin(), o.pads.end(),
                     [](int32_t p) { return p >= 0 && p < (1 << 20); });
}

bool grow(const ir::Graph& graph, const Uses& uses, ir::Node& node, const PadBefore& pad) {
  switch (node.op) {
    case OpType::conv_2d:
      return grow_conv<fb::Conv2dOptionsT>(node, pad.options);
    case OpType::depthwise_conv_2d:
      return grow_conv<fb::DepthwiseConv2dOptionsT>(node, pad.options);
    case OpType::average_pool_2d:
    case OpType::max_pool_2d:
      return grow_pool(graph, uses, node, pad.options, pad.source);
    default:
      return false;
  }
}

}  // namespace

// Before: y = pad(x, 1 pixel of 0 on each side); z = conv_2d(y, W, b)
// After:  z = conv_2d(x, W, b, pads 1)
// For pools where it is exact: an average that counts pads, a maximum over values of at least 0.
bool fuse_pad(ir::Graph& graph) {
  return rewrite_nodes(graph, [&](const Uses& uses, size_t n) {
    ir::Node& node = graph.nodes[n];
    if (node.inputs.empty() || node.inputs[0] < 0 ||
        graph.tensor(node.inputs[0]).dtype != ir::DType::f32)
      return false;
    const auto pad = pad_before(graph, uses, node.inputs[0]);
    if (!pad || !pads_pixels(pad->options) || !grow(graph, uses, node, *pad)) return false;
    if (pad->perm.empty()) {
      node.inputs[0] = pad->source;
      return true;
    }
    const std::string name = node.name;
    const int turned = ir::append_node(
        graph,
        ir::make_node(OpType::transpose, name, {pad->source}, {}, ir::transpose_options(pad->perm)),
        name + "/nhwc");
    graph.nodes[n].inputs[0] = turned;
    return true;
  });
}

}  // namespace linnet

#include <algorithm>
#include <cmath>

#include "converter/compress/compress.h"

namespace linnet {
namespace {

using fb::OpType;

bool finite(const ir::Tensor& weights) {
  const std::span<const float> w = weights.values<float>();
  return std::all_of(w.begin(), w.end(), [](float v) { return std::isfinite(v); });
}

// A 3×3 convolution at stride 1 in f32, whatever its sizes.
bool fits(const ir::Graph& graph, const ir::Node& node) {
  if (node.op != OpType::conv_2d || !is_weighted_layer(graph, node)) return false;
  const auto& options = node.as<fb::Conv2dOptionsT>();
  const fb::Window& w = *options.window;
  return options.group == 1 && w.kernel_h() == 3 && w.kernel_w() == 3 && w.stride_h() == 1 &&
         w.stride_w() == 1 && w.dilation_h() == 1 && w.dilation_w() == 1 &&
         graph.tensor(node.inputs[0]).dtype == fb::DType::f32 &&
         finite(graph.tensor(node.inputs[1]));
}

// Below this many input or output channels the transforms cost more than the products save.
constexpr int32_t kLeastChannels = 16;
// Each weight is read once for a block of tiles: from this many tiles on the products bound the
// time, not the weights, of which tiles of 4×4 have 4 times as many as the plain form and those of
// 2×2 1.8 times.
constexpr int64_t kLeastTiles = 24;

// The tile that pays for an image of h × w, or 0. Measured on AVX2 and AVX-512, one thread, against
// the plain product (docs/adr/0011-winograd-weights-are-made-by-the-converter.md).
int best_tile(int64_t h, int64_t w) {
  for (const int tile : {4, 2}) {
    if ((h + tile - 1) / tile * ((w + tile - 1) / tile) >= kLeastTiles) return tile;
  }
  return 0;
}

int tile_of(const ir::Graph& graph, const ir::Node& node, WinogradUse use) {
  const std::vector<int32_t>& x = graph.tensor(node.inputs[0]).shape;
  const std::vector<int32_t>& y = graph.tensor(node.outputs[0]).shape;
  const bool known = y[1] >= 0 && y[2] >= 0;  // else nothing says how often a weight is used
  const int best = known ? best_tile(y[1], y[2]) : 0;
  if (use == WinogradUse::always) return best != 0 ? best : known ? 2 : 4;
  return std::min(x[3], y[3]) >= kLeastChannels ? best : 0;
}

}  // namespace

void choose_winograd(ir::Graph& graph, const Recipe& recipe) {
  for (ir::Node& node : graph.nodes) {
    const LayerScheme scheme = recipe.scheme(node.name);
    const bool wanted = scheme.winograd != WinogradUse::never &&
                        scheme.weights == WeightType::f32 && fits(graph, node);
    node.winograd = static_cast<uint8_t>(wanted ? tile_of(graph, node, scheme.winograd) : 0);
  }
}

}  // namespace linnet

#pragma once

#include <map>
#include <span>
#include <string>

#include "converter/calibrate/statistics.h"
#include "converter/compress/recipe.h"
#include "converter/ir/graph.h"

// The compression methods, one a file. Each rewrites an optimized float graph; the order is in
// converter/pipeline.cpp.

namespace linnet {

// Statistics of activations by tensor name.
using Calibration = std::map<std::string, TensorStatistics>;

// Why a layer did not get the scheme that was asked for, by node name.
using Reasons = std::map<std::string, std::string>;

// True for the ops with weights that can be compressed: conv_2d, depthwise_conv_2d,
// conv_transpose_2d, fully_connected, with constant f32 weights.
bool is_weighted_layer(const ir::Graph& graph, const ir::Node& node);

// --- weights (the tensor alone) ---

// All take finite f32 weights.

// Symmetric int8 in -127…127, one scale for each index of `axis`, no smaller than its entry of
// `least_scales` if there are any.
ir::Tensor quantize_weights_int8(const ir::Tensor& weights, int axis,
                                 std::span<const float> least_scales = {});

// Symmetric int4: rows are axis 0, k all behind it; blocks of `block` (up to 128) values, each with
// the f16 scale of least squared error among least-squares fits to the codes of 16 scales around
// the ones that map the extreme value to -8 or 7. The method of llama.cpp's make_qx_quants, with
// the rounding of the scale taken into the comparison. A scale of 0 where f16 has none so small.
ir::Tensor quantize_weights_int4(const ir::Tensor& weights, uint32_t block);

// To nearest even; beyond 65 504 infinity.
ir::Tensor convert_weights_f16(const ir::Tensor& weights);

// The values that stored weights stand for, as f32.
std::vector<float> dequantize_weights(const ir::Tensor& weights);

// 10·log10(Σw² / Σ(w - ŵ)²); inf when equal.
double weight_snr_db(std::span<const float> original, std::span<const float> stored);

// Below this signal-to-noise ratio the compressed form of a tensor is called broken.
inline constexpr double kLeastSnrDb = 10;

// Why stored weights do not stand for the original ones: "int8 would keep only 3.1 dB of its
// weights", or values beyond f16. Empty when they do.
std::string why_broken(const ir::Tensor& original, const ir::Tensor& stored);

// --- whole graphs ---

// Scales neighbouring layers l, l+1 (conv / depthwise / fully connected joined by nothing, or by a
// ReLU without upper bound) channel by channel so that their weight ranges match: s = √(r₁r₂)/r₂
// (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019,
// §4.1). Returns how many pairs were equalized. The float function stays the same up to rounding.
int equalize_cross_layer(ir::Graph& graph);

// Puts quantize/dequantize pairs on the activations and weights of every layer whose scheme asks
// for int8 activations, from calibrated ranges; converter/passes/fuse_quantized_ops.cpp makes
// integer ops of them. Layers that int8 would break (a signal-to-noise ratio of weights or result
// below kLeastSnrDb) stay float, with a reason. With recipe.bias_correction(), biases absorb the
// mean error of the quantized weights: b -= (ŵ - w)·E[x] (Nagel et al. 2019, §4.2, with E[x] from
// the data).
void quantize_static(ir::Graph& graph, const Recipe& recipe, const Calibration& calibration,
                     Reasons& reasons);

// Replaces the f32 weights of layers that still have float activations by what their scheme asks
// for; layers that share weights share the stored form. What a form would break, or no kernel runs,
// is stored as f16 or stays f32, and the smallest layers get int8 in place of a default of int4,
// each with a reason. With calibration and recipe.bias_correction(), the biases of int8 and int4
// layers are corrected as above.
void compress_weights(ir::Graph& graph, const Recipe& recipe, const Calibration& calibration,
                      Reasons& reasons);

// Marks the convolutions with f32 weights whose weights emit is to transform for Winograd's method:
// all that it fits, or those where it measures faster, as the recipe says.
void choose_winograd(ir::Graph& graph, const Recipe& recipe);

}  // namespace linnet

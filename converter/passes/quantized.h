#pragma once

#include "converter/ir/graph.h"
#include "converter/passes/rewrite.h"

// Shared by the passes that turn quantize and dequantize nodes into integer ops.

namespace linnet {

// The s8 tensor, constant or not, that a dequantize node turns into `id` with one scale; -1 if
// none.
int quantized_source(ir::Graph& graph, const Uses& uses, int id);

// The index of the quantize node to s8 that alone reads `id`; -1 if there is none.
int sole_quantize(const ir::Graph& graph, const Uses& uses, int id);

// Ops whose output holds values of input 0, unchanged or a maximum of them, so that they work on
// quantized values as they are: reshape, slice, max_pool_2d … A pad only by its constant 0.
bool keeps_values(const ir::Node& node);

// Why integer kernels do not take constant weights of a conv_2d, depthwise_conv_2d,
// conv_transpose_2d or fully_connected as they are; empty when they do.
std::string obstacle_to_integer(const ir::Tensor& weights, ir::OpType op);

int32_t zero_point_of(const ir::Quantization& quantization);

}  // namespace linnet

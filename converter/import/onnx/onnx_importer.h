#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "converter/ir/graph.h"

// ONNX, opsets 7 to 22, to the converter's graph. The file goes through ONNX's own checker and
// shape inference first; external data stays in mapped files that the graph's constants keep alive.
//
// What changes on the way: int64 and the other wide integers become s32 (values clamped), f16, bf16
// and f64 become f32, quantized u8 becomes s8 with the zero point moved by 128. Windowed ops are
// NHWC between two transposes, which passes/eliminate_transpose takes out. Quantized models keep
// their own parameters: QuantizeLinear and DequantizeLinear are quantize and dequantize nodes, and
// QLinear ops become dequantize, float op, quantize, which passes/fuse_quantized_ops joins.

namespace linnet {

struct OnnxImportOptions {
  // Dimensions for graph inputs by name; replaces what the file says, so that dynamic sizes are
  // fixed.
  std::map<std::string, std::vector<int32_t>> input_shapes;
};

// Throws UnsupportedError with every node that cannot be converted, or ConvertError when the file
// cannot be read, is damaged, or contradicts itself. Inputs and outputs keep their names and order.
ir::Graph import_onnx(const std::string& path, const OnnxImportOptions& options = {});

// An ONNX op that the importer knows; `note` says which forms are left out ("" if none).
struct SupportedOnnxOp {
  std::string_view op;
  std::string_view note;
};

// Sorted by name, for `linnet convert --list-ops` and the documentation.
std::vector<SupportedOnnxOp> supported_onnx_ops();

}  // namespace linnet

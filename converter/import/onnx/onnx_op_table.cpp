#include <algorithm>

#include "converter/import/onnx/onnx_importer.h"
#include "converter/import/onnx/onnx_ops.h"

namespace linnet {

namespace onnx_import {

namespace {

using Group = std::span<const OnnxOp> (*)();

constexpr Group kGroups[] = {
    conv_ops,   pool_ops,    gemm_ops,  norm_ops,   elementwise_ops, activation_ops, softmax_ops,
    reduce_ops, reshape_ops, slice_ops, resize_ops, constant_ops,    quantize_ops,   qlinear_ops,
};

}  // namespace

const OnnxOp* find_onnx_op(std::string_view name) {
  for (const Group group : kGroups) {
    for (const OnnxOp& op : group()) {
      if (op.name == name) return &op;
    }
  }
  return nullptr;
}

}  // namespace onnx_import

std::vector<SupportedOnnxOp> supported_onnx_ops() {
  std::vector<SupportedOnnxOp> ops;
  for (const auto group : onnx_import::kGroups) {
    for (const onnx_import::OnnxOp& op : group()) ops.push_back({op.name, op.note});
  }
  std::sort(ops.begin(), ops.end(), [](const auto& a, const auto& b) { return a.op < b.op; });
  return ops;
}

}  // namespace linnet

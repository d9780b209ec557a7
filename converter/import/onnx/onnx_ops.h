#pragma once

#include <span>
#include <string_view>

#include "converter/import/onnx/onnx_node.h"

namespace linnet::onnx_import {

// How one ONNX op is lowered. `note` says which forms of the op are not supported ("" if all are).
struct OnnxOp {
  std::string_view name;
  void (*import)(OnnxNode&);
  std::string_view note = {};
};

// The ops of each file onnx_<group>.cpp.
std::span<const OnnxOp> conv_ops();
std::span<const OnnxOp> pool_ops();
std::span<const OnnxOp> gemm_ops();
std::span<const OnnxOp> norm_ops();
std::span<const OnnxOp> elementwise_ops();
std::span<const OnnxOp> activation_ops();
std::span<const OnnxOp> softmax_ops();
std::span<const OnnxOp> reduce_ops();
std::span<const OnnxOp> reshape_ops();
std::span<const OnnxOp> slice_ops();
std::span<const OnnxOp> resize_ops();
std::span<const OnnxOp> constant_ops();
std::span<const OnnxOp> quantize_ops();
std::span<const OnnxOp> qlinear_ops();

// Null if the op is not supported.
const OnnxOp* find_onnx_op(std::string_view name);

}  // namespace linnet::onnx_import

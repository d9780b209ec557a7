#include <fmt/format.h>

#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"

namespace linnet::onnx_import {

namespace {

using ir::DType;
using ir::OpType;

int binary(OnnxNode& node, OpType op, int a, int b) {
  if (op == OpType::add || op == OpType::sub || op == OpType::mul || op == OpType::div) {
    return node.emit(op, {a, b}, fb::BinaryOptionsT{});
  }
  return node.emit(op, {a, b});
}

template <OpType op>
void import_binary(OnnxNode& node) {
  node.set_output(0, binary(node, op, node.input(0), node.input(1)));
}

template <OpType op>
void import_unary(OnnxNode& node) {
  node.set_output(0, node.emit(op, {node.input(0)}));
}

// Sum, Min, Max: one input or many.
template <OpType op>
void import_variadic(OnnxNode& node) {
  int y = node.input(0);
  for (int i = 1; i < node.input_count(); ++i) y = binary(node, op, y, node.input(i));
  node.set_output(0, y);
}

void import_mean(OnnxNode& node) {
  int y = node.input(0);
  for (int i = 1; i < node.input_count(); ++i) y = binary(node, OpType::add, y, node.input(i));
  node.set_output(
      0, binary(node, OpType::mul, y, node.scalar(1.0f / static_cast<float>(node.input_count()))));
}

void import_pow(OnnxNode& node) {
  const int x = node.input(0);
  int exponent = node.input(1);
  if (node.tensor(x).dtype == DType::f32 && node.tensor(exponent).dtype == DType::s32) {
    exponent = node.emit(OpType::cast, {exponent}, ir::cast_options(DType::f32));
  }
  node.set_output(0, node.emit(OpType::pow, {x, exponent}));
}

int logical_not(OnnxNode& node, int x) {
  ir::Tensor no;
  no.name = node.importer().unique_name(node.name() + "/false");
  no.dtype = DType::boolean;
  no.constant = true;
  no.bytes = ir::Bytes::of(std::vector<uint8_t>{0});
  return node.emit(OpType::equal, {x, node.graph().add_tensor(std::move(no))});
}

void import_not(OnnxNode& node) { node.set_output(0, logical_not(node, node.input(0))); }

void import_greater_or_equal(OnnxNode& node) {
  node.set_output(0, logical_not(node, node.emit(OpType::less, {node.input(0), node.input(1)})));
}

void import_less_or_equal(OnnxNode& node) {
  node.set_output(0, logical_not(node, node.emit(OpType::greater, {node.input(0), node.input(1)})));
}

void import_reciprocal(OnnxNode& node) {
  node.set_output(0, binary(node, OpType::div, node.scalar(1.0f), node.input(0)));
}

void import_where(OnnxNode& node) {
  node.set_output(0, node.emit(OpType::where, {node.input(0), node.input(1), node.input(2)}));
}

DType cast_target(OnnxNode& node) {
  if (node.op() == "CastLike") return node.tensor(node.input(1)).dtype;
  return graph_dtype(node.attr_int("to", 0), fmt::format("node '{}'", node.name()));
}

void import_cast(OnnxNode& node) {
  const int x = node.input(0);
  const DType to = cast_target(node);
  if (node.tensor(x).dtype == to) {
    node.set_output(0, x);
  } else {
    node.set_output(0, node.emit(OpType::cast, {x}, ir::cast_options(to)));
  }
}

constexpr OnnxOp kOps[] = {
    {"Abs", import_unary<OpType::abs>},
    {"Add", import_binary<OpType::add>},
    {"Cast", import_cast, "not to strings and 8-bit floats"},
    {"CastLike", import_cast},
    {"Ceil", import_unary<OpType::ceil>},
    {"Div", import_binary<OpType::div>},
    {"Equal", import_binary<OpType::equal>},
    {"Erf", import_unary<OpType::erf>},
    {"Exp", import_unary<OpType::exp>},
    {"Floor", import_unary<OpType::floor>},
    {"Greater", import_binary<OpType::greater>},
    {"GreaterOrEqual", import_greater_or_equal},
    {"Less", import_binary<OpType::less>},
    {"LessOrEqual", import_less_or_equal},
    {"Log", import_unary<OpType::log>},
    {"Max", import_variadic<OpType::maximum>},
    {"Mean", import_mean},
    {"Min", import_variadic<OpType::minimum>},
    {"Mul", import_binary<OpType::mul>},
    {"Neg", import_unary<OpType::neg>},
    {"Not", import_not},
    {"Pow", import_pow},
    {"Reciprocal", import_reciprocal},
    {"Round", import_unary<OpType::round>},
    {"Sqrt", import_unary<OpType::sqrt>},
    {"Sub", import_binary<OpType::sub>},
    {"Sum", import_variadic<OpType::add>},
    {"Where", import_where},
};

}  // namespace

std::span<const OnnxOp> elementwise_ops() { return kOps; }

}  // namespace linnet::onnx_import

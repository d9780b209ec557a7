#include <fmt/format.h>

#include <stdexcept>

#include "converter/import/onnx/onnx_ops.h"

namespace linnet::onnx_import {

namespace {

// A QLinear op is read as DequantizeLinear, the float op, QuantizeLinear, in ONNX's own terms.
class QLinear {
 public:
  QLinear(OnnxNode& node, const onnx::NodeProto& proto) : node_(node), proto_(proto) {}

  // Dequantizes the value at input `i` by scale and zero point at i + 1 and i + 2.
  std::string dequantize(int i, int axis = 1) {
    return step("DequantizeLinear", {input(i), input(i + 1), input(i + 2)}, axis);
  }
  // Quantizes `value` into the node's output by the parameters at inputs `i` and i + 1.
  void quantize(const std::string& value, int i) {
    onnx::NodeProto quantize =
        make("QuantizeLinear", {value, input(i), input(i + 1)}, node_.output_name(0));
    node_.importer().import_step(quantize);
  }
  // The float op with the node's attributes.
  std::string op(const std::string& type, const std::vector<std::string>& inputs) {
    const std::string output = temporary();
    onnx::NodeProto op = make(type, inputs, output);
    *op.mutable_attribute() = proto_.attribute();
    node_.importer().import_step(op);
    return output;
  }
  std::string step(const std::string& type, const std::vector<std::string>& inputs, int axis) {
    const std::string output = temporary();
    onnx::NodeProto op = make(type, inputs, output);
    auto* attribute = op.add_attribute();
    attribute->set_name("axis");
    attribute->set_type(onnx::AttributeProto::INT);
    attribute->set_i(axis);
    node_.importer().import_step(op);
    return output;
  }
  std::string temporary() { return node_.importer().unique_name(node_.name() + "/step"); }

 private:
  // "" if absent: no schema of ONNX counts the inputs of these ops.
  std::string input(int i) const { return i < proto_.input_size() ? proto_.input(i) : ""; }
  onnx::NodeProto make(const std::string& type, const std::vector<std::string>& inputs,
                       const std::string& output) {
    onnx::NodeProto op;
    op.set_name(node_.name());
    op.set_op_type(type);
    for (const std::string& input : inputs) op.add_input(input);
    op.add_output(output);
    return op;
  }

  OnnxNode& node_;
  const onnx::NodeProto& proto_;
};

// The s32 bias at input `i` by the scale of the input (at 1) times the weights' (at 4); "" if
// absent.
std::string dequantized_bias(OnnxNode& node, QLinear& q, int i) {
  if (!node.has_input(i)) return "";
  const auto xs = node.constant_floats(1, "input scale"),
             ws = node.constant_floats(4, "weight scale");
  if (xs.size() != 1)
    node.fail("an activation has a scale per channel", "quantize activations per tensor");
  std::vector<float> scale;
  for (float s : ws) scale.push_back(xs[0] * s);
  std::vector<int32_t> shape;
  if (scale.size() > 1) shape = {static_cast<int32_t>(scale.size())};
  const std::string name = q.temporary();
  node.importer().bind(name, node.floats(scale, shape), false);
  return q.step("DequantizeLinear", {node.input_name(i), name, ""}, 0);
}

// QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b)
void import_qlinear_conv(OnnxNode& node) {
  QLinear q(node, node.proto());
  std::vector<std::string> inputs = {q.dequantize(0), q.dequantize(3, 0)};
  if (const std::string bias = dequantized_bias(node, q, 8); !bias.empty()) inputs.push_back(bias);
  q.quantize(q.op("Conv", inputs), 6);
}

// QGemm(a, as, az, b, bs, bz, c, ys, yz); without ys the result stays float.
void import_qgemm(OnnxNode& node) {
  QLinear q(node, node.proto());
  std::vector<std::string> inputs = {q.dequantize(0),
                                     q.dequantize(3, node.attr_int("transB", 0) != 0 ? 0 : 1)};
  if (const std::string bias = dequantized_bias(node, q, 6); !bias.empty()) inputs.push_back(bias);
  const std::string product = q.op("Gemm", inputs);
  if (node.has_input(7)) {
    q.quantize(product, 7);
  } else {
    node.set_output(0, node.importer().find(product));
  }
}

// op(a, as, az, b, bs, bz, ys, yz)
void import_two(OnnxNode& node, const std::string& op) {
  QLinear q(node, node.proto());
  const std::string a = q.dequantize(0), b = q.dequantize(3);
  q.quantize(q.op(op, {a, b}), 6);
}

void import_qlinear_matmul(OnnxNode& node) { import_two(node, "MatMul"); }
void import_qlinear_add(OnnxNode& node) { import_two(node, "Add"); }
void import_qlinear_mul(OnnxNode& node) { import_two(node, "Mul"); }

// op(x, xs, xz, ys, yz)
void import_one(OnnxNode& node, const std::string& op) {
  node.require(node.attr_int("channels_last", 0) == 0, "its channels are last");
  QLinear q(node, node.proto());
  q.quantize(q.op(op, {q.dequantize(0)}), 3);
}

void import_qlinear_sigmoid(OnnxNode& node) { import_one(node, "Sigmoid"); }
void import_qlinear_leaky_relu(OnnxNode& node) { import_one(node, "LeakyRelu"); }
void import_qlinear_global_average_pool(OnnxNode& node) { import_one(node, "GlobalAveragePool"); }
void import_qlinear_average_pool(OnnxNode& node) { import_one(node, "AveragePool"); }

// op(ys, yz, x0, s0, z0, x1, s1, z1, …)
void import_qlinear_concat(OnnxNode& node) {
  QLinear q(node, node.proto());
  std::vector<std::string> inputs;
  for (int i = 2; i + 2 < node.input_count(); i += 3) inputs.push_back(q.dequantize(i));
  if (inputs.empty()) throw std::invalid_argument("it has no inputs");
  q.quantize(q.op("Concat", inputs), 0);
}

constexpr OnnxOp kOps[] = {
    {"QGemm", import_qgemm},
    {"QLinearAdd", import_qlinear_add},
    {"QLinearAveragePool", import_qlinear_average_pool, "channels first"},
    {"QLinearConcat", import_qlinear_concat},
    {"QLinearConv", import_qlinear_conv, "as Conv"},
    {"QLinearGlobalAveragePool", import_qlinear_global_average_pool, "channels first"},
    {"QLinearLeakyRelu", import_qlinear_leaky_relu},
    {"QLinearMatMul", import_qlinear_matmul},
    {"QLinearMul", import_qlinear_mul},
    {"QLinearSigmoid", import_qlinear_sigmoid},
};

}  // namespace

std::span<const OnnxOp> qlinear_ops() { return kOps; }

}  // namespace linnet::onnx_import

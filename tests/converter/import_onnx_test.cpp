#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "converter/error.h"
#include "converter/import/onnx/onnx_importer.h"
#include "tests/converter/graph_fixture.h"
#include "tests/converter/onnx_builder.h"

namespace linnet::test {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a convolution becomes NHWC between two transposes", "[import]") {
  OnnxBuilder b;
  b.input("x", {-1, 2, 5, 6});
  std::vector<float> weights(3 * 2 * 1 * 2);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i);
  b.floats("w", {3, 2, 1, 2}, weights);
  b.node("Conv", {"x", "w"}, {"y"});
  b.output("y");
  const ir::Graph graph = import_onnx(b.save());
  REQUIRE(ops_of(graph) == "transpose conv_2d transpose");
  REQUIRE(graph.tensor(graph.inputs[0]).name == "x");
  REQUIRE(graph.tensor(graph.outputs[0]).name == "y");
  REQUIRE(graph.tensor(graph.outputs[0]).shape == std::vector<int32_t>{-1, 3, 5, 5});
  const ir::Tensor& packed = graph.tensor(graph.nodes[1].inputs[1]);
  REQUIRE(packed.shape == std::vector<int32_t>{3, 1, 2, 2});
  const auto values = packed.values<float>();
  REQUIRE(std::vector<float>(values.begin(), values.begin() + 4) == std::vector<float>{0, 2, 1, 3});
}

TEST_CASE("shapes that are given fix unknown dimensions", "[import]") {
  OnnxBuilder b;
  b.input("x", {-1, 3, -1, -1});
  b.node("Relu", {"x"}, {"y"});
  b.output("y");
  const std::string path = b.save();
  const ir::Graph graph = import_onnx(path, {.input_shapes = {{"x", {1, 3, 32, 64}}}});
  REQUIRE(graph.tensor(graph.outputs[0]).shape == std::vector<int32_t>{1, 3, 32, 64});
  REQUIRE_THROWS_AS(import_onnx(path, {.input_shapes = {{"z", {1}}}}), ConvertError);
  REQUIRE_THROWS_AS(import_onnx(path, {.input_shapes = {{"x", {1, 3}}}}), ConvertError);
  REQUIRE_THROWS_AS(import_onnx(path, {.input_shapes = {{"x", {1, 4, 32, 64}}}}), ConvertError);
}

TEST_CASE("64-bit constants are clamped to 32 bits", "[import]") {
  OnnxBuilder b;
  b.input("x", {4, 5});
  b.ints("starts", {1});
  b.ints("ends", {INT64_MAX});
  b.ints("axes", {1});
  b.node("Slice", {"x", "starts", "ends", "axes"}, {"y"});
  b.output("y");
  const ir::Graph graph = import_onnx(b.save());
  REQUIRE(graph.nodes[0].as<fb::SliceOptionsT>().ends == std::vector<int32_t>{INT32_MAX});
  REQUIRE(graph.tensor(graph.outputs[0]).shape == std::vector<int32_t>{4, 4});
}

TEST_CASE("an If whose condition is constant becomes its branch", "[import]") {
  OnnxBuilder b;
  b.input("x", {2, 3});
  b.ints("two", {2});
  b.ints("three", {3});
  b.node("Greater", {"three", "two"}, {"condition"});
  auto& branch = b.node("If", {"condition"}, {"y"});
  const auto add_branch = [&](const std::string& name, const std::string& op) {
    auto* attribute = branch.add_attribute();
    attribute->set_name(name);
    attribute->set_type(onnx::AttributeProto::GRAPH);
    auto* graph = attribute->mutable_g();
    graph->set_name(name);
    auto* node = graph->add_node();
    node->set_op_type(op);
    node->add_input("x");
    node->add_output("result");
    auto* output = graph->add_output();
    output->set_name("result");
    output->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    for (int64_t d : {2, 3}) {
      output->mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(d);
    }
  };
  add_branch("then_branch", "Exp");
  add_branch("else_branch", "Abs");
  b.output("y");
  const ir::Graph graph = import_onnx(b.save());
  REQUIRE(ops_of(graph) == "exp");
  REQUIRE(graph.tensor(graph.outputs[0]).name == "y");
}

TEST_CASE("quantized u8 becomes s8, 128 lower", "[import]") {
  OnnxBuilder b(13);
  b.input("x", {2, 3});
  b.floats("scale", {}, {0.5f});
  auto& zero = b.floats("zero", {}, {});
  zero.set_data_type(onnx::TensorProto::UINT8);
  zero.add_int32_data(130);
  b.node("QuantizeLinear", {"x", "scale", "zero"}, {"q"});
  b.node("DequantizeLinear", {"q", "scale", "zero"}, {"y"});
  b.output("y");
  b.output("q");
  const ir::Graph graph = import_onnx(b.save());
  REQUIRE(ops_of(graph) == "quantize dequantize requantize");
  const ir::Tensor& q = graph.tensor(graph.nodes[0].outputs[0]);
  REQUIRE(q.dtype == DType::s8);
  REQUIRE(q.quantization.zero_point == std::vector<int32_t>{2});
  // As an output it is u8 again, as in the file.
  REQUIRE(graph.tensor(graph.outputs[1]).name == "q");
  REQUIRE(graph.tensor(graph.outputs[1]).dtype == DType::u8);
  REQUIRE(graph.tensor(graph.outputs[1]).quantization.zero_point == std::vector<int32_t>{130});
}

TEST_CASE("an output may be an input, a constant or another output", "[import]") {
  OnnxBuilder b;
  b.input("x", {2});
  b.floats("c", {2}, {1, 2});
  b.node("Identity", {"x"}, {"same"});
  b.node("Identity", {"c"}, {"constant"});
  b.node("Exp", {"x"}, {"e"});
  b.node("Identity", {"e"}, {"again"});
  for (const char* name : {"same", "constant", "e", "again"}) b.output(name);
  ir::Graph graph = import_onnx(b.save());
  const auto outputs = run_graph(graph, random_feeds(graph));
  REQUIRE(outputs[1] == std::vector<float>{1, 2});
  REQUIRE(outputs[2] == outputs[3]);
  std::vector<std::string> names;
  for (int id : graph.outputs) names.push_back(graph.tensor(id).name);
  REQUIRE(names == std::vector<std::string>{"same", "constant", "e", "again"});
}

TEST_CASE("the list of supported ops is sorted and has no op twice", "[import]") {
  const auto ops = supported_onnx_ops();
  REQUIRE(ops.size() > 90);
  REQUIRE(std::adjacent_find(ops.begin(), ops.end(), [](const auto& a, const auto& b) {
            return a.op >= b.op;
          }) == ops.end());
}

}  // namespace linnet::test

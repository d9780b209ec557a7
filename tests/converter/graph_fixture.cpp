#include "tests/converter/graph_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>

#include "converter/emit/emit_model.h"
#include "converter/passes/passes.h"
#include "linnet/linnet.h"

namespace linnet::test {

namespace {

std::vector<float> draw(size_t count, float low, float high, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  for (float& v : values) {
    v = low + (high - low) * static_cast<float>(generator() >> 8) / static_cast<float>(1u << 24);
  }
  return values;
}

size_t count_of(const std::vector<int32_t>& shape) {
  size_t n = 1;
  for (int32_t d : shape) n *= static_cast<size_t>(d);
  return n;
}

fb::Window square_window(int32_t h, int32_t w, int32_t pad) {
  return {h, w, 1, 1, 1, 1, pad, pad, pad, pad};
}

std::vector<int32_t> resolved(const ir::Tensor& tensor, int32_t size) {
  std::vector<int32_t> shape = tensor.shape;
  for (int32_t& d : shape) d = d < 0 ? size : d;
  return shape;
}

template <typename T>
std::vector<float> as_floats(const linnet_tensor& tensor) {
  const T* data = static_cast<const T*>(tensor.data);
  return {data, data + tensor.size / sizeof(T)};
}

}  // namespace

int GraphBuilder::input(const std::string& name, std::vector<int32_t> shape, DType dtype) {
  ir::Tensor tensor;
  tensor.name = name;
  tensor.shape = std::move(shape);
  tensor.dtype = dtype;
  const int id = graph.add_tensor(std::move(tensor));
  graph.inputs.push_back(id);
  return id;
}

int GraphBuilder::f32(std::vector<int32_t> shape, std::vector<float> values) {
  return graph.add_f32("constant", std::move(shape), values);
}

int GraphBuilder::s32(std::vector<int32_t> values) { return graph.add_s32("constant", values); }

int GraphBuilder::random(std::vector<int32_t> shape, float low, float high) {
  const auto values = draw(count_of(shape), low, high, seed_++);
  return graph.add_f32("constant", std::move(shape), values);
}

int GraphBuilder::random_s8(std::vector<int32_t> shape, int axis) {
  const auto real = draw(count_of(shape), -127.0f, 127.0f, seed_++);
  const std::vector<int8_t> values(real.begin(), real.end());
  const size_t channels = axis < 0 ? 1 : static_cast<size_t>(shape[static_cast<size_t>(axis)]);
  const int id = graph.add_constant("constant", DType::s8, std::move(shape), ir::Bytes::of(values));
  graph.tensor(id).quantization.axis = axis;
  graph.tensor(id).quantization.scale = draw(channels, 0.005f, 0.02f, seed_++);
  return id;
}

int GraphBuilder::append(ir::Node node) {
  const std::string name = fb::EnumNameOpType(node.op);
  node.name = name;
  return ir::append_node(graph, std::move(node), name);
}

int GraphBuilder::node(OpType op, std::vector<int> inputs) {
  return append(ir::make_node(op, "", std::move(inputs), {}));
}

int GraphBuilder::reduce(OpType op, int x, std::vector<int32_t> axes, bool keep_dims) {
  fb::ReduceOptionsT options;
  options.axes = std::move(axes);
  options.keep_dims = keep_dims;
  return node(op, {x}, std::move(options));
}

int GraphBuilder::conv(int x, int weights, int bias, int pad, int group) {
  const auto shape = graph.tensor(weights).shape;
  fb::Conv2dOptionsT options;
  options.window = std::make_unique<fb::Window>(square_window(shape[1], shape[2], pad));
  options.group = group;
  return node(OpType::conv_2d, {x, weights, bias}, std::move(options));
}

int GraphBuilder::depthwise(int x, int weights, int bias, int pad) {
  const auto shape = graph.tensor(weights).shape;
  fb::DepthwiseConv2dOptionsT options;
  options.window = std::make_unique<fb::Window>(square_window(shape[0], shape[1], pad));
  return node(OpType::depthwise_conv_2d, {x, weights, bias}, std::move(options));
}

int GraphBuilder::fully_connected(int x, int weights, int bias) {
  return node(OpType::fully_connected, {x, weights, bias}, fb::FullyConnectedOptionsT{});
}

int GraphBuilder::quantize(int x, float scale, int zero_point) {
  const int id = node(OpType::quantize, {x});
  graph.tensor(id).quantization.scale = {scale};
  graph.tensor(id).quantization.zero_point = {zero_point};
  return id;
}

void GraphBuilder::output(int id) { graph.outputs.push_back(id); }

std::string ops_of(const ir::Graph& graph) {
  std::string ops;
  for (const ir::Node& node : graph.nodes)
    ops += (ops.empty() ? "" : " ") + std::string(fb::EnumNameOpType(node.op));
  return ops;
}

Feeds random_feeds(const ir::Graph& graph, int32_t size, unsigned seed) {
  Feeds feeds;
  for (int id : graph.inputs) {
    const ir::Tensor& tensor = graph.tensor(id);
    const auto real = draw(count_of(resolved(tensor, size)), -4.0f, 4.0f, seed++);
    std::vector<std::byte> bytes(real.size() * ir::element_size(tensor.dtype));
    for (size_t i = 0; i < real.size(); ++i) {
      const auto step = static_cast<int8_t>(real[i] * 31.9f);
      const auto index = static_cast<int32_t>(std::fabs(real[i]));
      switch (tensor.dtype) {
        case DType::f32:
          std::memcpy(&bytes[i * 4], &real[i], 4);
          break;
        case DType::s32:
          std::memcpy(&bytes[i * 4], &index, 4);
          break;
        case DType::boolean:
          bytes[i] = static_cast<std::byte>(real[i] > 0 ? 1 : 0);
          break;
        default:
          bytes[i] = static_cast<std::byte>(step);
          break;
      }
    }
    feeds.push_back(std::move(bytes));
  }
  return feeds;
}

std::vector<std::vector<float>> run_graph(const ir::Graph& given, const Feeds& feeds,
                                          int32_t size) {
  ir::Graph graph = given;
  fold_dequantize(graph);  // weights must be constants for the runtime
  const AlignedBytes file = emit_model(graph);
  linnet_model* raw_model = nullptr;
  const linnet_status opened =
      linnet_model_open_memory(file.data(), file.size(), nullptr, &raw_model);
  INFO(linnet_last_error() << "\n" << ir::to_text(graph));
  REQUIRE(opened == LINNET_OK);
  const std::unique_ptr<linnet_model, void (*)(linnet_model*)> model(raw_model, linnet_model_close);
  linnet_session_options options;
  linnet_session_options_init(&options);
  options.threads = 1;
  options.xnnpack = 0;
  linnet_session* raw_session = nullptr;
  const linnet_status created = linnet_session_create(model.get(), &options, &raw_session);
  INFO(linnet_last_error());
  REQUIRE(created == LINNET_OK);
  const std::unique_ptr<linnet_session, void (*)(linnet_session*)> session(raw_session,
                                                                           linnet_session_close);
  for (size_t i = 0; i < feeds.size(); ++i) {
    const auto shape = resolved(graph.tensor(graph.inputs[i]), size);
    REQUIRE(linnet_session_set_input_shape(session.get(), static_cast<int32_t>(i), shape.data(),
                                           static_cast<int32_t>(shape.size())) == LINNET_OK);
  }
  const linnet_status planned = linnet_session_plan(session.get());
  INFO(linnet_last_error());
  REQUIRE(planned == LINNET_OK);
  for (size_t i = 0; i < feeds.size(); ++i) {
    REQUIRE(linnet_session_write(session.get(), static_cast<int32_t>(i), feeds[i].data(),
                                 feeds[i].size()) == LINNET_OK);
  }
  REQUIRE(linnet_session_run(session.get(), 0) == LINNET_OK);
  std::vector<std::vector<float>> outputs;
  for (int32_t i = 0; i < linnet_model_output_count(model.get()); ++i) {
    linnet_tensor out;
    REQUIRE(linnet_session_output(session.get(), i, &out) == LINNET_OK);
    switch (out.dtype) {
      case LINNET_F32:
        outputs.push_back(as_floats<float>(out));
        break;
      case LINNET_S32:
        outputs.push_back(as_floats<int32_t>(out));
        break;
      case LINNET_S8:
        outputs.push_back(as_floats<int8_t>(out));
        break;
      default:
        outputs.push_back(as_floats<uint8_t>(out));
        break;
    }
  }
  return outputs;
}

void check_pass(ir::Graph& graph, bool (*pass)(ir::Graph&), double tolerance) {
  graph.check();
  const auto names = [](const ir::Graph& g) {
    std::vector<std::string> all;
    for (int id : g.inputs) all.push_back(g.tensor(id).name);
    for (int id : g.outputs) all.push_back(g.tensor(id).name);
    return all;
  };
  const auto before_names = names(graph);
  const Feeds feeds = random_feeds(graph);
  const auto before = run_graph(graph, feeds);
  const std::string text = ir::to_text(graph);
  REQUIRE(pass(graph));
  INFO("before\n" << text << "after\n" << ir::to_text(graph));
  REQUIRE_NOTHROW(graph.check());
  REQUIRE(names(graph) == before_names);
  const auto after = run_graph(graph, feeds);
  REQUIRE(after.size() == before.size());
  for (size_t o = 0; o < before.size(); ++o) {
    REQUIRE(after[o].size() == before[o].size());
    for (size_t i = 0; i < before[o].size(); ++i) {
      const double want = before[o][i];
      INFO("output " << o << " element " << i << ": " << want << " became " << after[o][i]);
      REQUIRE(std::fabs(after[o][i] - want) <= tolerance * (1.0 + std::fabs(want)));
    }
  }
  REQUIRE_FALSE(pass(graph));
}

void check_untouched(const ir::Graph& graph, bool (*pass)(ir::Graph&)) {
  ir::Graph copy = graph;
  REQUIRE_FALSE(pass(copy));
  REQUIRE(ir::to_text(copy) == ir::to_text(graph));
}

}  // namespace linnet::test

#include "converter/ir/infer_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "converter/ir/shape_rules.h"

namespace linnet::ir {

namespace {

Dims unary(const ShapeInputs& in) { return in.dims(0); }

Dims broadcast_all(const ShapeInputs& in) {
  Dims dims = in.dims(0);
  for (size_t i = 1; i < in.node.inputs.size(); ++i) {
    const auto joined = broadcast_dims(dims, in.dims(i));
    if (!joined) {
      throw std::invalid_argument(fmt::format("shapes [{}] and [{}] do not broadcast",
                                              fmt::join(dims, ","), fmt::join(in.dims(i), ",")));
    }
    dims = *joined;
  }
  return dims;
}

Dims fully_connected(const ShapeInputs& in) {
  Dims dims = in.dims(0);
  const Dims& weights = in.dims(1);
  if (dims.empty() || weights.size() != 2)
    throw std::invalid_argument("fully_connected needs a matrix of weights");
  if (dims.back() >= 0 && weights[1] >= 0 && dims.back() != weights[1]) {
    throw std::invalid_argument(
        fmt::format("rows of {} values meet weights for {}", dims.back(), weights[1]));
  }
  dims.back() = weights[0];
  return dims;
}

Dims batch_matmul(const ShapeInputs& in) {
  const Dims &a = in.dims(0), &b = in.dims(1);
  if (a.size() < 2 || b.size() < 2) throw std::invalid_argument("batch_matmul needs two matrices");
  const bool transpose_b = in.node.as<fb::BatchMatmulOptionsT>().transpose_b;
  const int32_t k = b[b.size() - (transpose_b ? 1 : 2)], n = b[b.size() - (transpose_b ? 2 : 1)];
  if (a.back() >= 0 && k >= 0 && a.back() != k) {
    throw std::invalid_argument(
        fmt::format("matrices of inner sizes {} and {} do not multiply", a.back(), k));
  }
  auto dims = broadcast_dims({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2});
  if (!dims) throw std::invalid_argument("the batches of two matrices do not broadcast");
  dims->push_back(a[a.size() - 2]);
  dims->push_back(n);
  return *dims;
}

Dims elementwise_or_special(const ShapeInputs& in) {
  switch (in.node.op) {
    case OpType::conv_2d:
    case OpType::depthwise_conv_2d:
    case OpType::conv_transpose_2d:
    case OpType::average_pool_2d:
    case OpType::max_pool_2d:
      return window_dims(in);
    case OpType::fully_connected:
      return fully_connected(in);
    case OpType::batch_matmul:
      return batch_matmul(in);
    case OpType::add:
    case OpType::sub:
    case OpType::mul:
    case OpType::div:
    case OpType::minimum:
    case OpType::maximum:
    case OpType::pow:
    case OpType::equal:
    case OpType::less:
    case OpType::greater:
    case OpType::where:
      return broadcast_all(in);
    case OpType::reduce_mean:
    case OpType::reduce_sum:
    case OpType::reduce_max:
    case OpType::reduce_min: {
      const auto& o = in.node.as<fb::ReduceOptionsT>();
      return reduce_dims(in.dims(0), o.axes, o.keep_dims);
    }
    case OpType::argmax: {
      const auto& o = in.node.as<fb::ArgmaxOptionsT>();
      return reduce_dims(in.dims(0), {o.axis}, o.keep_dims);
    }
    case OpType::concat:
      return concat_dims(in);
    case OpType::slice:
      return slice_dims(in);
    case OpType::pad:
      return pad_dims(in);
    case OpType::reshape:
      return reshape_dims(in);
    case OpType::squeeze:
      return squeeze_dims(in.dims(0), in.node.as<fb::AxesOptionsT>().axes);
    case OpType::unsqueeze:
      return unsqueeze_dims(in.dims(0), in.node.as<fb::AxesOptionsT>().axes);
    case OpType::transpose:
      return transpose_dims(in.dims(0), in.node.as<fb::TransposeOptionsT>().perm);
    case OpType::expand:
      return expand_dims(in);
    case OpType::tile:
      return tile_dims(in);
    case OpType::resize:
      return resize_dims(in);
    case OpType::gather:
      return gather_dims(in);
    case OpType::shape:
      return shape_dims(in);
    case OpType::constant_of_shape:
      return filled_dims(in);
    case OpType::range:
      return range_dims(in);
    default:
      return unary(in);
  }
}

}  // namespace

const Dims& ShapeInputs::dims(size_t i) const {
  if (i >= node.inputs.size() || node.inputs[i] < 0) {
    throw std::invalid_argument(fmt::format("{} lacks input {}", fb::EnumNameOpType(node.op), i));
  }
  return graph.tensor(node.inputs[i]).shape;
}

std::optional<std::vector<int32_t>> ShapeInputs::ints(size_t i) const {
  return i < node.inputs.size() ? constant_ints(graph, node.inputs[i]) : std::nullopt;
}

// What no model file may hold, and what would wrap in products of sizes.
void check_dims(const Dims& dims) {
  int64_t values = 1;
  for (int32_t d : dims) {
    if (d < -1) throw std::invalid_argument(fmt::format("a size of {}", d));
    if (d > 0 && values > (int64_t{1} << 59) / d)
      throw std::invalid_argument(fmt::format("[{}] is too large", fmt::join(dims, ",")));
    values *= std::max(d, 1);
  }
}

void infer_shapes(Graph& graph, const Node& node) {
  const auto set = [&](int id, Dims dims) {
    check_dims(dims);
    const Dims& known = graph.tensor(id).shape;
    if (known.size() == dims.size()) {
      for (size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] < 0) dims[i] = known[i];
      }
    }
    graph.tensor(id).shape = std::move(dims);
  };
  const ShapeInputs in{graph, node};
  if (node.op == OpType::split) {
    const std::vector<Dims> parts = split_dims(in, node.outputs.size());
    for (size_t i = 0; i < parts.size(); ++i) set(node.outputs[i], parts[i]);
    return;
  }
  const Dims dims = elementwise_or_special(in);
  for (int id : node.outputs) set(id, dims);
}

DType result_dtype(const Graph& graph, const Node& node) {
  switch (node.op) {
    case OpType::equal:
    case OpType::less:
    case OpType::greater:
      return DType::boolean;
    case OpType::shape:
    case OpType::argmax:
      return DType::s32;
    case OpType::dequantize:
      return DType::f32;
    case OpType::quantize:
    case OpType::requantize:
      return DType::s8;
    case OpType::cast:
      return node.as<fb::CastOptionsT>().to;
    case OpType::constant_of_shape:
      return node.as<fb::ConstantOfShapeOptionsT>().dtype;
    case OpType::where:
      return graph.tensor(node.inputs.at(1)).dtype;
    default:
      return graph.tensor(node.inputs.at(0)).dtype;
  }
}

int append_node(Graph& graph, Node node, const std::string& output) {
  Tensor tensor;
  tensor.name = unique_name(graph, output);
  tensor.dtype = result_dtype(graph, node);
  const int id = graph.add_tensor(std::move(tensor));
  node.outputs = {id};
  infer_shapes(graph, node);
  graph.nodes.push_back(std::move(node));
  return id;
}

std::optional<Dims> broadcast_dims(const Dims& a, const Dims& b) {
  Dims dims(std::max(a.size(), b.size()), 1);
  for (size_t i = 0; i < dims.size(); ++i) {
    const int32_t x = i < a.size() ? a[a.size() - 1 - i] : 1,
                  y = i < b.size() ? b[b.size() - 1 - i] : 1;
    int32_t& out = dims[dims.size() - 1 - i];
    if (x == 1)
      out = y;
    else if (y == 1 || x == y)
      out = x;
    else if (x < 0)
      out = y;
    else if (y < 0)
      out = x;
    else
      return std::nullopt;
  }
  return dims;
}

int normalize_axis(int axis, int rank) {
  if (axis < -rank || axis >= rank) {
    throw std::invalid_argument(fmt::format("axis {} of a tensor of rank {}", axis, rank));
  }
  return axis < 0 ? axis + rank : axis;
}

std::vector<int> normalize_axes(const std::vector<int32_t>& axes, int rank) {
  std::vector<int> result;
  for (int32_t axis : axes) result.push_back(normalize_axis(axis, rank));
  std::sort(result.begin(), result.end());
  if (std::adjacent_find(result.begin(), result.end()) != result.end()) {
    throw std::invalid_argument("an axis is named twice");
  }
  return result;
}

std::optional<std::vector<int32_t>> constant_ints(const Graph& graph, int id) {
  if (!graph.is_constant(id) || graph.tensor(id).dtype != DType::s32) return std::nullopt;
  const auto values = graph.tensor(id).values<int32_t>();
  return std::vector<int32_t>(values.begin(), values.end());
}

std::string unique_name(const Graph& graph, const std::string& name) {
  const auto taken = [&](const std::string& candidate) {
    return std::any_of(graph.tensors.begin(), graph.tensors.end(),
                       [&](const Tensor& t) { return t.name == candidate; });
  };
  std::string candidate = name;
  for (int suffix = 1; taken(candidate); ++suffix) candidate = fmt::format("{}_{}", name, suffix);
  return candidate;
}

}  // namespace linnet::ir

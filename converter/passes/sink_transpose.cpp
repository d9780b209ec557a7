#include <algorithm>

#include "converter/ir/infer_shapes.h"
#include "converter/ir/options.h"
#include "converter/ir/permute.h"
#include "converter/passes/passes.h"
#include "converter/passes/rewrite.h"
#include "converter/passes/sink_axes.h"

namespace linnet {

namespace {

using ir::OpType;
using Perm = std::vector<int32_t>;

bool elementwise(OpType op) {
  using enum fb::OpType;
  switch (op) {
    case add:
    case sub:
    case mul:
    case div:
    case minimum:
    case maximum:
    case OpType::pow:
    case equal:
    case less:
    case greater:
    case where:
    case clip:
    case leaky_relu:
    case sigmoid:
    case OpType::tanh:
    case hard_sigmoid:
    case hard_swish:
    case silu:
    case gelu:
    case elu:
    case OpType::exp:
    case OpType::log:
    case OpType::sqrt:
    case OpType::abs:
    case neg:
    case OpType::erf:
    case OpType::floor:
    case OpType::ceil:
    case OpType::round:
    case cast:
    case quantize:
    case dequantize:
    case requantize:
      return true;
    default:
      return false;
  }
}

const Perm& perm_of(const ir::Node& node) { return node.as<fb::TransposeOptionsT>().perm; }

// Only dimensions of size 1 change places.
bool keeps_order(const std::vector<int32_t>& shape, const Perm& perm) {
  int32_t last = -1;
  for (int32_t p : perm) {
    if (shape[static_cast<size_t>(p)] == 1) continue;
    if (p < last) return false;
    last = p;
  }
  return true;
}

// Works on one node that reads transposes.
class Sinker {
 public:
  Sinker(ir::Graph& graph, const Uses& uses, size_t n) : graph_(graph), uses_(uses), n_(n) {}

  bool run() {
    const ir::Node& node = graph_.nodes[n_];
    if (node.inputs.empty() || node.op == OpType::transpose) return false;
    if (elementwise(node.op)) return sink_joint(-1);
    if (node.op == OpType::concat) return sink_joint(node.as<fb::AxisOptionsT>().axis);
    const ir::Node* transpose = producer_of(graph_, uses_, node.inputs[0], OpType::transpose);
    if (!transpose) return false;
    if (node.op == OpType::shape) return sink_shape(*transpose);
    if (node.op == OpType::reshape) return sink_reshape(*transpose);
    const Perm perm = perm_of(*transpose);
    auto sunk = sink_through_axes(graph_, node, perm);
    if (!sunk) return false;
    sunk->node.inputs[0] = transpose->inputs[0];
    replace(std::move(sunk->node), sunk->out);
    return true;
  }

 private:
  // Puts `node` (with new inputs and options) in the old node's place, its results transposed by
  // `out` into the old outputs.
  void replace(ir::Node node, const Perm& out) {
    if (ir::is_identity(out)) {
      graph_.nodes[n_] = std::move(node);
      return;
    }
    const std::vector<int> outputs = node.outputs;
    for (int& id : node.outputs) {
      const int y = id;
      id = add_like(graph_, y, graph_.tensor(y).name + "/nhwc");
      ir::Tensor& source = graph_.tensor(id);
      const Perm back = ir::inverse(out);
      for (size_t i = 0; i < back.size(); ++i) {
        source.shape[i] = graph_.tensor(y).shape[static_cast<size_t>(back[i])];
      }
      if (source.quantization.axis >= 0)
        source.quantization.axis = out[static_cast<size_t>(source.quantization.axis)];
    }
    for (size_t i = 0; i < outputs.size(); ++i) {
      graph_.nodes.push_back(ir::make_node(OpType::transpose, node.name, {node.outputs[i]},
                                           {outputs[i]}, ir::transpose_options(out)));
    }
    graph_.nodes[n_] = std::move(node);
  }

  // Elementwise ops and concat: every input must be had before the transpose. `axis` of concat
  // moves.
  bool sink_joint(int axis) {
    ir::Node node = graph_.nodes[n_];
    const ir::Node* first = nullptr;
    int transposed = 0;
    for (int id : node.inputs) {
      const ir::Node* transpose = producer_of(graph_, uses_, id, OpType::transpose);
      if (!transpose) continue;
      if (first && perm_of(*transpose) != perm_of(*first)) return false;
      first = transpose;
      ++transposed;
    }
    const size_t rank = graph_.tensor(node.outputs[0]).shape.size();
    if (!first || perm_of(*first).size() != rank) return false;
    const Perm perm = perm_of(*first);
    // Turning the others must not bring back the situation mirrored, or this would not end.
    const bool genuine = !keeps_order(graph_.tensor(first->inputs[0]).shape, perm);
    const bool dies = all_transposes_die(node);
    int others = 0;
    for (int id : node.inputs) {
      if (id < 0 || is_transpose(id) || graph_.is_constant(id) || graph_.tensor(id).rank() == 0)
        continue;
      others += !(dies && existing_turn(id, perm) >= 0) && !(genuine && turns_by_reshape(id, perm));
    }
    // A concat with most inputs transposed gains even if it turns the others.
    if (others > 0 && (axis < 0 || others >= transposed || !genuine)) return false;
    for (int& id : node.inputs) {
      if (id >= 0) id = turned(id, perm);
    }
    if (axis >= 0 || node.op == OpType::concat) {
      auto& o = node.as<fb::AxisOptionsT>();
      o.axis = perm[static_cast<size_t>(ir::normalize_axis(o.axis, static_cast<int>(rank)))];
    }
    replace(std::move(node), perm);
    return true;
  }

  bool is_transpose(int id) const {
    return producer_of(graph_, uses_, id, OpType::transpose) != nullptr;
  }

  bool all_transposes_die(const ir::Node& node) const {
    return std::all_of(node.inputs.begin(), node.inputs.end(), [&](int id) {
      return id < 0 || !is_transpose(id) || uses_.only_reader(id) >= 0;
    });
  }

  // The transpose back to before `perm` would only move dimensions of size 1.
  bool turns_by_reshape(int id, const Perm& perm) const {
    std::vector<int32_t> shape = graph_.tensor(id).shape;
    if (shape.size() > perm.size()) return false;
    shape.insert(shape.begin(), perm.size() - shape.size(), 1);
    return keeps_order(shape, ir::inverse(perm));
  }

  // A live tensor w with transpose(w, perm) = id that another node already made.
  int existing_turn(int id, const Perm& perm) const {
    const Perm wanted = ir::inverse(perm);
    for (int reader : uses_.readers(id)) {
      const ir::Node& node = graph_.nodes[static_cast<size_t>(reader)];
      if (node.op != OpType::transpose || perm_of(node) != wanted) continue;
      if (!uses_.readers(node.outputs[0]).empty() || graph_.is_output(node.outputs[0]))
        return node.outputs[0];
    }
    return -1;
  }

  // The tensor w with transpose(w, perm) = id, which may have a lower rank.
  int turned(int id, const Perm& perm) {
    if (const ir::Node* transpose = producer_of(graph_, uses_, id, OpType::transpose))
      return transpose->inputs[0];
    const Perm back = ir::inverse(perm);
    const ir::Tensor& tensor = graph_.tensor(id);
    const int missing = static_cast<int>(perm.size()) - tensor.rank();
    if (graph_.is_constant(id)) {
      if (tensor.elements() == 1 && tensor.quantization.axis < 0) return id;
      ir::Tensor wide = tensor;
      wide.shape.insert(wide.shape.begin(), static_cast<size_t>(missing), 1);
      if (wide.quantization.axis >= 0) wide.quantization.axis += missing;
      wide = ir::permuted(wide, back);
      // Leading ones say nothing; without them equal constants of different use merge.
      while (wide.shape.size() > 1 && wide.shape[0] == 1 && wide.quantization.axis <= 0 &&
             missing > 0) {
        wide.shape.erase(wide.shape.begin());
        if (wide.quantization.axis == 0) break;
      }
      wide.name = ir::unique_name(graph_, tensor.name + "/nhwc");
      return graph_.add_tensor(std::move(wide));
    }
    if (const int existing = existing_turn(id, perm); existing >= 0) return existing;
    if (tensor.rank() == 0) return id;
    const std::string name = tensor.name;
    int wide = id;
    if (missing > 0) {
      std::vector<int32_t> axes;
      for (int i = 0; i < missing; ++i) axes.push_back(i);
      wide = ir::append_node(
          graph_, ir::make_node(OpType::unsqueeze, name, {wide}, {}, ir::axes_options(axes)),
          name + "/wide");
      graph_.tensor(wide).quantization = graph_.tensor(id).quantization;
    }
    const int result = ir::append_node(
        graph_, ir::make_node(OpType::transpose, name, {wide}, {}, ir::transpose_options(back)),
        name + "/nhwc");
    graph_.tensor(result).quantization = graph_.tensor(id).quantization;
    return result;
  }

  // shape(transpose(x)) = the sizes of x in another order.
  bool sink_shape(const ir::Node& transpose) {
    ir::Node node = graph_.nodes[n_];
    const auto o = node.as<fb::ShapeOptionsT>();
    const Perm& perm = perm_of(transpose);
    const int rank = static_cast<int>(perm.size());
    const auto clip = [&](int at) { return std::clamp(at < 0 ? at + rank : at, 0, rank); };
    std::vector<int32_t> order;
    for (int i = clip(o.start); i < clip(o.end); ++i) order.push_back(perm[static_cast<size_t>(i)]);
    const int whole = ir::append_node(
        graph_,
        ir::make_node(OpType::shape, node.name, {transpose.inputs[0]}, {}, fb::ShapeOptionsT{}),
        node.name + "/shape");
    const int indices = graph_.add_s32(node.name + "/order", order);
    graph_.nodes[n_] = ir::make_node(OpType::gather, node.name, {whole, indices}, node.outputs,
                                     ir::axis_options(0));
    return true;
  }

  // reshape(transpose(x)) = reshape(x) when only dimensions of size 1 moved.
  bool sink_reshape(const ir::Node& transpose) {
    ir::Node& node = graph_.nodes[n_];
    const auto& o = node.as<fb::ReshapeOptionsT>();
    const int x = transpose.inputs[0];
    if (o.from_input || !keeps_order(graph_.tensor(x).shape, perm_of(transpose))) return false;
    std::vector<int32_t> shape = graph_.tensor(node.outputs[0]).shape;
    int open = 0;
    for (size_t i = 0; i < shape.size(); ++i) {
      const bool copied = i < o.shape.size() && o.shape[i] == 0 && !o.allow_zero;
      if (shape[i] == 0) return false;
      if (shape[i] > 0) continue;
      if (copied && perm_of(transpose)[i] == static_cast<int32_t>(i))
        shape[i] = 0;
      else
        ++open;
    }
    if (open > 1) return false;
    node.inputs[0] = x;
    node.options.Set(ir::reshape_options(shape));
    return true;
  }

  ir::Graph& graph_;
  const Uses& uses_;
  const size_t n_;
};

}  // namespace

// Before: y = transpose(x, [0, 3, 1, 2]); z = add(y, bias: [8, 1, 1]); w = concat(z, z, axis = 1)
// After:  z' = add(x, bias: [8]); w' = concat(z', z', axis = 3); w = transpose(w', [0, 3, 1, 2])
// Transposes only move towards the outputs, so this ends. NCHW models become NHWC inside, because
// each windowed op was imported between two transposes, and one that sinks meets the next op's
// inverse.
bool sink_transpose(ir::Graph& graph) {
  return rewrite_nodes(graph,
                       [&](const Uses& uses, size_t n) { return Sinker(graph, uses, n).run(); });
}

}  // namespace linnet

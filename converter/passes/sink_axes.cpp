#include "converter/passes/sink_axes.h"

#include <algorithm>

#include "converter/ir/infer_shapes.h"
#include "converter/ir/permute.h"

namespace linnet {

namespace {

using ir::OpType;
using Perm = std::vector<int32_t>;

int32_t moved(const Perm& perm, int32_t axis) {
  return perm[static_cast<size_t>(ir::normalize_axis(axis, static_cast<int>(perm.size())))];
}

// The order of the axes that stay when `gone` (axes of y) are dropped.
Perm without(const Perm& perm, const std::vector<int>& gone) {
  std::vector<int32_t> left;
  for (size_t i = 0; i < perm.size(); ++i) {
    if (!std::binary_search(gone.begin(), gone.end(), static_cast<int>(i))) left.push_back(perm[i]);
  }
  std::vector<int32_t> sorted = left;
  std::sort(sorted.begin(), sorted.end());
  Perm out;
  for (int32_t axis : left) {
    out.push_back(static_cast<int32_t>(std::lower_bound(sorted.begin(), sorted.end(), axis) -
                                       sorted.begin()));
  }
  return out;
}

std::optional<Sunk> reduce(Sunk sunk, const Perm& perm) {
  auto& o = sunk.node.as<fb::ReduceOptionsT>();
  const int rank = static_cast<int>(perm.size());
  std::vector<int> gone = ir::normalize_axes(o.axes, rank);
  if (gone.empty()) {
    if (!o.keep_dims) sunk.out.clear();
    return sunk;
  }
  for (int32_t& axis : o.axes) axis = moved(perm, axis);
  if (!o.keep_dims) sunk.out = without(perm, gone);
  return sunk;
}

std::optional<Sunk> argmax(Sunk sunk, const Perm& perm) {
  auto& o = sunk.node.as<fb::ArgmaxOptionsT>();
  const int axis = ir::normalize_axis(o.axis, static_cast<int>(perm.size()));
  o.axis = moved(perm, axis);
  if (!o.keep_dims) sunk.out = without(perm, {axis});
  return sunk;
}

std::optional<Sunk> slice(Sunk sunk, const Perm& perm) {
  auto& o = sunk.node.as<fb::SliceOptionsT>();
  if (sunk.node.inputs.size() > 1) return std::nullopt;
  if (o.axes.empty()) {
    for (size_t i = 0; i < o.starts.size(); ++i) o.axes.push_back(static_cast<int32_t>(i));
  }
  for (int32_t& axis : o.axes) axis = moved(perm, axis);
  return sunk;
}

std::optional<Sunk> pad(Sunk sunk, const Perm& perm) {
  auto& o = sunk.node.as<fb::PadOptionsT>();
  const size_t rank = perm.size();
  if (sunk.node.inputs.size() > 1 || o.pads.size() != 2 * rank) return std::nullopt;
  const std::vector<int32_t> before = o.pads;
  for (size_t i = 0; i < rank; ++i) {
    const auto axis = static_cast<size_t>(perm[i]);
    o.pads[axis] = before[i];
    o.pads[axis + rank] = before[i + rank];
  }
  return sunk;
}

std::optional<Sunk> squeeze(Sunk sunk, const Perm& perm) {
  auto& axes = sunk.node.as<fb::AxesOptionsT>().axes;
  sunk.out = without(perm, ir::normalize_axes(axes, static_cast<int>(perm.size())));
  for (int32_t& axis : axes) axis = moved(perm, axis);
  return sunk;
}

// A new axis goes before the axis that follows it in the old result, so that [n, w, c] behind a
// transposed [n, c, w] becomes [n, 1, w, c] for [n, c, 1, w].
std::optional<Sunk> unsqueeze(Sunk sunk, const Perm& perm) {
  auto& axes = sunk.node.as<fb::AxesOptionsT>().axes;
  const size_t rank = perm.size() + axes.size();
  const std::vector<int> added = ir::normalize_axes(axes, static_cast<int>(rank));
  // Result axis -> x axis, or -1 for a new one.
  std::vector<int32_t> source;
  size_t next = 0;
  for (size_t i = 0; i < rank; ++i) {
    source.push_back(
        std::binary_search(added.begin(), added.end(), static_cast<int>(i)) ? -1 : perm[next++]);
  }
  // For every result axis its place in x's order, new axes right before the one they precede.
  std::vector<std::pair<std::pair<int32_t, int>, size_t>> order;
  for (size_t i = 0; i < rank; ++i) {
    if (source[i] >= 0) {
      order.push_back({{source[i], 1}, i});
      continue;
    }
    size_t follower = i;
    while (follower < rank && source[follower] < 0) ++follower;
    order.push_back({{follower < rank ? source[follower] : static_cast<int32_t>(rank), 0}, i});
  }
  std::sort(order.begin(), order.end());
  sunk.out.assign(rank, 0);
  axes.clear();
  for (size_t place = 0; place < rank; ++place) {
    sunk.out[order[place].second] = static_cast<int32_t>(place);
    if (source[order[place].second] < 0) axes.push_back(static_cast<int32_t>(place));
  }
  return sunk;
}

// Indices of rank 0 drop the axis, of rank 1 keep it.
std::optional<Sunk> gather(const ir::Graph& graph, Sunk sunk, const Perm& perm) {
  auto& o = sunk.node.as<fb::AxisOptionsT>();
  const int rank = graph.tensor(sunk.node.inputs[1]).rank();
  if (rank > 1) return std::nullopt;
  const int axis = ir::normalize_axis(o.axis, static_cast<int>(perm.size()));
  o.axis = moved(perm, axis);
  if (rank == 0) sunk.out = without(perm, {axis});
  return sunk;
}

bool last_stays(const Perm& perm) {
  return !perm.empty() && perm.back() + 1 == static_cast<int32_t>(perm.size());
}

std::optional<Sunk> if_last_stays(Sunk sunk, const Perm& perm) {
  if (!last_stays(perm)) return std::nullopt;
  return sunk;
}

}  // namespace

std::optional<Sunk> sink_through_axes(const ir::Graph& graph, const ir::Node& node,
                                      const std::vector<int32_t>& perm) {
  Sunk sunk{node, perm};
  switch (node.op) {
    case OpType::reduce_mean:
    case OpType::reduce_sum:
    case OpType::reduce_max:
    case OpType::reduce_min:
      return reduce(std::move(sunk), perm);
    case OpType::argmax:
      return argmax(std::move(sunk), perm);
    case OpType::softmax: {
      auto& o = sunk.node.as<fb::AxisOptionsT>();
      o.axis = moved(perm, o.axis);
      return sunk;
    }
    case OpType::split: {
      auto& o = sunk.node.as<fb::SplitOptionsT>();
      o.axis = moved(perm, o.axis);
      return sunk;
    }
    case OpType::slice:
      return slice(std::move(sunk), perm);
    case OpType::pad:
      return pad(std::move(sunk), perm);
    case OpType::squeeze:
      return squeeze(std::move(sunk), perm);
    case OpType::unsqueeze:
      return unsqueeze(std::move(sunk), perm);
    case OpType::gather:
      return gather(graph, std::move(sunk), perm);
    case OpType::layer_norm:
    case OpType::fully_connected:
      return if_last_stays(std::move(sunk), perm);
    case OpType::prelu:
      if (graph.is_constant(node.inputs[1]) && graph.tensor(node.inputs[1]).elements() == 1)
        return sunk;
      return if_last_stays(std::move(sunk), perm);
    default:
      return std::nullopt;
  }
}

}  // namespace linnet

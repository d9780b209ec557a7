#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "converter/ir/shape_rules.h"

namespace linnet::ir {

namespace {

int32_t clamped(int64_t value) {
  return static_cast<int32_t>(std::clamp<int64_t>(value, std::numeric_limits<int32_t>::min(),
                                                  std::numeric_limits<int32_t>::max()));
}

// `sizes` that were asked for: none may be below 0, which would read as unknown.
const Dims& checked(const Dims& sizes) {
  for (int32_t size : sizes) {
    if (size < 0) throw std::invalid_argument(fmt::format("a size of {}", size));
  }
  return sizes;
}

int rank_of(const Dims& dims) { return static_cast<int>(dims.size()); }

// a * b for sizes; no tensor has more than 2^40 values.
int64_t product(int64_t a, int64_t b) {
  constexpr int64_t kMost = int64_t{1} << 40;
  if (a < 0 || b < 0 || (b != 0 && a > kMost / b))
    throw std::invalid_argument("a shape is negative or too large");
  return a * b;
}

// Length of an s32 list given as a tensor; the rank of what it describes.
size_t list_length(const Dims& dims) {
  if (dims.size() != 1 || dims[0] < 0)
    throw std::invalid_argument("a shape must be a list of known length");
  return static_cast<size_t>(dims[0]);
}

int32_t sliced(int32_t size, int64_t start, int64_t end, int64_t step) {
  if (step == 0) throw std::invalid_argument("a slice with step 0");
  if (size <= 0) return size;
  if (start < 0) start += size;
  if (end < 0) end += size;
  start = std::clamp<int64_t>(start, 0, step > 0 ? size : size - 1);
  end = std::clamp<int64_t>(end, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
  const int64_t distance = step > 0 ? end - start : start - end;
  const int64_t stride = std::abs(step);
  return distance <= 0 ? 0 : static_cast<int32_t>((distance + stride - 1) / stride);
}

}  // namespace

Dims reduce_dims(const Dims& x, const std::vector<int32_t>& axes, bool keep_dims) {
  std::vector<int> set = normalize_axes(axes, rank_of(x));
  if (axes.empty()) {
    for (int i = 0; i < rank_of(x); ++i) set.push_back(i);
  }
  Dims dims;
  for (int i = 0; i < rank_of(x); ++i) {
    const bool reduced = std::binary_search(set.begin(), set.end(), i);
    if (!reduced)
      dims.push_back(x[static_cast<size_t>(i)]);
    else if (keep_dims)
      dims.push_back(1);
  }
  return dims;
}

Dims concat_dims(const ShapeInputs& in) {
  Dims dims = in.dims(0);
  const auto axis =
      static_cast<size_t>(normalize_axis(in.node.as<fb::AxisOptionsT>().axis, rank_of(dims)));
  for (size_t i = 1; i < in.node.inputs.size(); ++i) {
    const Dims& other = in.dims(i);
    if (other.size() != dims.size())
      throw std::invalid_argument("concat of tensors of different rank");
    for (size_t d = 0; d < dims.size(); ++d) {
      if (d == axis) {
        dims[d] = dims[d] < 0 || other[d] < 0 ? -1 : clamped(int64_t{dims[d]} + other[d]);
      } else if (dims[d] < 0) {
        dims[d] = other[d];
      } else if (other[d] >= 0 && other[d] != dims[d]) {
        throw std::invalid_argument(
            fmt::format("concat of sizes {} and {} along axis {}", dims[d], other[d], d));
      }
    }
  }
  return dims;
}

std::vector<Dims> split_dims(const ShapeInputs& in, size_t outputs) {
  const auto& o = in.node.as<fb::SplitOptionsT>();
  const Dims& x = in.dims(0);
  const auto axis = static_cast<size_t>(normalize_axis(o.axis, rank_of(x)));
  if (!o.sizes.empty() && o.sizes.size() != outputs) {
    throw std::invalid_argument(
        fmt::format("split into {} sizes but {} outputs", o.sizes.size(), outputs));
  }
  int64_t sum = 0;
  for (int32_t size : checked(o.sizes)) sum += size;
  if (!o.sizes.empty() && x[axis] >= 0 && sum != x[axis]) {
    throw std::invalid_argument(
        fmt::format("split sizes add up to {}, the axis has {}", sum, x[axis]));
  }
  std::vector<Dims> parts(outputs, x);
  for (size_t i = 0; i < outputs; ++i) {
    if (!o.sizes.empty())
      parts[i][axis] = o.sizes[i];
    else if (x[axis] >= 0)
      parts[i][axis] = x[axis] / static_cast<int32_t>(outputs);
  }
  return parts;
}

Dims slice_dims(const ShapeInputs& in) {
  const auto& o = in.node.as<fb::SliceOptionsT>();
  Dims dims = in.dims(0);
  const auto list = [&](const std::vector<int32_t>& stored,
                        size_t i) -> std::optional<std::vector<int32_t>> {
    if (!stored.empty() || i >= in.node.inputs.size() || in.node.inputs[i] < 0) return stored;
    return in.ints(i);
  };
  const auto starts = list(o.starts, 1), ends = list(o.ends, 2), steps = list(o.steps, 4);
  auto axes = list(o.axes, 3);
  if (!axes) return Dims(dims.size(), -1);
  const size_t count = starts ? starts->size() : list_length(in.dims(1));
  if (axes->empty()) {
    for (size_t i = 0; i < count; ++i) axes->push_back(static_cast<int32_t>(i));
  }
  for (size_t i = 0; i < axes->size(); ++i) {
    int32_t& size = dims[static_cast<size_t>(normalize_axis((*axes)[i], rank_of(dims)))];
    if (!starts || !ends || !steps) {
      size = -1;
      continue;
    }
    if (i >= starts->size() || i >= ends->size())
      throw std::invalid_argument("slice lists of different length");
    size = sliced(size, (*starts)[i], (*ends)[i], i < steps->size() ? (*steps)[i] : 1);
  }
  return dims;
}

Dims pad_dims(const ShapeInputs& in) {
  const auto& o = in.node.as<fb::PadOptionsT>();
  Dims dims = in.dims(0);
  const auto pads = o.pads.empty() ? in.ints(1) : o.pads;
  if (!pads) return Dims(dims.size(), -1);
  if (pads->size() != 2 * dims.size())
    throw std::invalid_argument("pad needs two values for each axis");
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] < 0) continue;
    dims[i] = clamped(int64_t{dims[i]} + (*pads)[i] + (*pads)[i + dims.size()]);
    if (dims[i] < 0) throw std::invalid_argument(fmt::format("pads leave a size of {}", dims[i]));
  }
  return dims;
}

Dims reshape_dims(const ShapeInputs& in) {
  const auto& o = in.node.as<fb::ReshapeOptionsT>();
  const Dims& x = in.dims(0);
  std::optional<std::vector<int32_t>> shape = o.shape;
  if (o.from_input) shape = in.ints(1);
  if (!shape) return Dims(list_length(in.dims(1)), -1);
  Dims dims = *shape;
  // Unknown dimensions that are copied cancel out, so only what is left on both sides is compared.
  std::vector<bool> copied(x.size(), false);
  int64_t right = 1;
  int inferred = -1;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && !o.allow_zero) {
      if (i >= x.size())
        throw std::invalid_argument("reshape copies a dimension that the input lacks");
      copied[i] = true;
      dims[i] = x[i];
    } else if (dims[i] == -1) {
      if (inferred >= 0) throw std::invalid_argument("reshape with two unknown dimensions");
      inferred = static_cast<int>(i);
    } else {
      right = product(right, dims[i]);
    }
  }
  int64_t left = 1;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!copied[i]) left = x[i] < 0 || left < 0 ? -1 : product(left, x[i]);
  }
  if (left < 0) return dims;
  if (inferred >= 0 ? right == 0 || left % right != 0 : left != right) {
    throw std::invalid_argument(
        fmt::format("[{}] cannot be viewed as [{}]", fmt::join(x, ","), fmt::join(*shape, ",")));
  }
  if (inferred >= 0) dims[static_cast<size_t>(inferred)] = clamped(left / right);
  return dims;
}

Dims squeeze_dims(const Dims& x, const std::vector<int32_t>& axes) {
  const std::vector<int> set = normalize_axes(axes, rank_of(x));
  Dims dims;
  for (int i = 0; i < rank_of(x); ++i) {
    const int32_t d = x[static_cast<size_t>(i)];
    if (!std::binary_search(set.begin(), set.end(), i))
      dims.push_back(d);
    else if (d > 1 || d == 0)
      throw std::invalid_argument(fmt::format("squeeze of an axis of size {}", d));
  }
  return dims;
}

Dims unsqueeze_dims(const Dims& x, const std::vector<int32_t>& axes) {
  const int rank = rank_of(x) + static_cast<int>(axes.size());
  const std::vector<int> set = normalize_axes(axes, rank);
  Dims dims;
  size_t next = 0;
  for (int i = 0; i < rank; ++i) {
    dims.push_back(std::binary_search(set.begin(), set.end(), i) ? 1 : x[next++]);
  }
  return dims;
}

Dims transpose_dims(const Dims& x, const std::vector<int32_t>& perm) {
  if (perm.size() != x.size() || normalize_axes(perm, rank_of(x)).size() != x.size()) {
    throw std::invalid_argument("transpose needs a permutation of all axes");
  }
  Dims dims;
  for (int32_t p : perm) dims.push_back(x[static_cast<size_t>(p)]);
  return dims;
}

Dims expand_dims(const ShapeInputs& in) {
  const auto shape = in.ints(1);
  const auto dims =
      broadcast_dims(in.dims(0), shape ? checked(*shape) : Dims(list_length(in.dims(1)), -1));
  if (!dims) throw std::invalid_argument("expand to a shape that does not broadcast");
  if (shape) return *dims;
  return Dims(dims->size(), -1);
}

Dims tile_dims(const ShapeInputs& in) {
  Dims dims = in.dims(0);
  const auto repeats = in.ints(1);
  if (!repeats) return Dims(dims.size(), -1);
  if (repeats->size() != dims.size())
    throw std::invalid_argument("tile needs one repeat for each axis");
  checked(*repeats);
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] >= 0) dims[i] = clamped(int64_t{dims[i]} * (*repeats)[i]);
  }
  return dims;
}

Dims resize_dims(const ShapeInputs& in) {
  const auto& o = in.node.as<fb::ResizeOptionsT>();
  Dims dims = in.dims(0);
  if (dims.size() != 4) throw std::invalid_argument("resize of a tensor that is not [n,h,w,c]");
  const auto sizes = o.sizes.empty() ? in.ints(1) : o.sizes;
  const auto scaled = [](int32_t d, float scale) {
    if (d < 0) return -1;
    const float size = std::floor(static_cast<float>(d) * scale);
    if (!(size >= 0 && size < 0x1p31f))
      throw std::invalid_argument(fmt::format("resize of {} values by {}", d, scale));
    return static_cast<int32_t>(size);
  };
  if (sizes && checked(*sizes).size() == 2) return {dims[0], (*sizes)[0], (*sizes)[1], dims[3]};
  if (in.node.inputs.size() > 1 && in.node.inputs[1] >= 0) return {dims[0], -1, -1, dims[3]};
  return {dims[0], scaled(dims[1], o.scale_h), scaled(dims[2], o.scale_w), dims[3]};
}

Dims gather_dims(const ShapeInputs& in) {
  Dims dims = in.dims(0);
  const Dims& indices = in.dims(1);
  const auto at = dims.begin() + normalize_axis(in.node.as<fb::AxisOptionsT>().axis, rank_of(dims));
  dims.insert(dims.erase(at), indices.begin(), indices.end());
  return dims;
}

Dims shape_dims(const ShapeInputs& in) {
  const auto& o = in.node.as<fb::ShapeOptionsT>();
  const int rank = rank_of(in.dims(0));
  const auto clip = [&](int v) { return std::clamp(v < 0 ? v + rank : v, 0, rank); };
  return {std::max(0, clip(o.end) - clip(o.start))};
}

Dims filled_dims(const ShapeInputs& in) {
  const auto shape = in.ints(0);
  return shape ? checked(*shape) : Dims(list_length(in.dims(0)), -1);
}

Dims range_dims(const ShapeInputs& in) {
  const auto start = in.ints(0), limit = in.ints(1), step = in.ints(2);
  if (!start || !limit || !step || start->size() != 1 || limit->size() != 1 || step->size() != 1)
    return {-1};
  if ((*step)[0] == 0) throw std::invalid_argument("range with step 0");
  const double count = std::ceil((double{1} * (*limit)[0] - (*start)[0]) / (*step)[0]);
  return {clamped(static_cast<int64_t>(std::max(0.0, count)))};
}

}  // namespace linnet::ir

#pragma once

#include "converter/ir/infer_shapes.h"

// The rules behind infer_shapes(), by kind. All throw std::invalid_argument.

namespace linnet::ir {

// A node and the graph that its inputs are in.
struct ShapeInputs {
  const Graph& graph;
  const Node& node;
  const Dims& dims(size_t i) const;                          // input i must be there
  std::optional<std::vector<int32_t>> ints(size_t i) const;  // its s32 values, if constant
};

Dims window_dims(const ShapeInputs& in);  // conv_2d, depthwise_conv_2d, conv_transpose_2d, pools
Dims reduce_dims(const Dims& x, const std::vector<int32_t>& axes, bool keep_dims);
Dims concat_dims(const ShapeInputs& in);
std::vector<Dims> split_dims(const ShapeInputs& in, size_t outputs);
Dims slice_dims(const ShapeInputs& in);
Dims pad_dims(const ShapeInputs& in);
Dims reshape_dims(const ShapeInputs& in);
Dims squeeze_dims(const Dims& x, const std::vector<int32_t>& axes);
Dims unsqueeze_dims(const Dims& x, const std::vector<int32_t>& axes);
Dims transpose_dims(const Dims& x, const std::vector<int32_t>& perm);
Dims expand_dims(const ShapeInputs& in);
Dims tile_dims(const ShapeInputs& in);
Dims resize_dims(const ShapeInputs& in);
Dims gather_dims(const ShapeInputs& in);
Dims shape_dims(const ShapeInputs& in);
Dims filled_dims(const ShapeInputs& in);
Dims range_dims(const ShapeInputs& in);

}  // namespace linnet::ir

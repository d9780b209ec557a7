#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "schema/model_generated.h"

// Option tables with one field, in one expression.

namespace linnet::ir {

inline fb::AxisOptionsT axis_options(int32_t axis) {
  fb::AxisOptionsT options;
  options.axis = axis;
  return options;
}

inline fb::AxesOptionsT axes_options(std::vector<int32_t> axes) {
  fb::AxesOptionsT options;
  options.axes = std::move(axes);
  return options;
}

inline fb::TransposeOptionsT transpose_options(std::vector<int32_t> perm) {
  fb::TransposeOptionsT options;
  options.perm = std::move(perm);
  return options;
}

inline fb::CastOptionsT cast_options(fb::DType to) {
  fb::CastOptionsT options;
  options.to = to;
  return options;
}

inline fb::ReshapeOptionsT reshape_options(std::vector<int32_t> shape) {
  fb::ReshapeOptionsT options;
  options.shape = std::move(shape);
  return options;
}

inline fb::ClipOptionsT clip_options(float min, float max) {
  fb::ClipOptionsT options;
  options.min = min;
  options.max = max;
  return options;
}

}  // namespace linnet::ir

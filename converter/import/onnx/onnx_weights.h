#pragma once

#include <string>
#include <vector>

#include "converter/import/onnx/onnx_node.h"

namespace linnet::onnx_import {

// How an op's weights change layout: viewed as `view`, axes taken in the order `perm`, viewed as
// `result`. Output channels are axis `channels_in` before and `channels_out` after.
struct WeightLayout {
  std::vector<int32_t> view;
  std::vector<int32_t> perm;
  std::vector<int32_t> result;
  int channels_in = 0;
  int channels_out = 0;
};

// The constant behind input i, directly or through a dequantize node, and -1 otherwise.
int weights_source(OnnxNode& node, int i);

// Input i in the new layout: an f32 constant, or a dequantize node over a quantized constant that
// is per tensor or per output channel (other quantized weights become f32). Fails, naming `what`,
// when the input is not constant.
int laid_out_weights(OnnxNode& node, int i, const WeightLayout& layout, const std::string& what);

// A bias for `channels` outputs: constant, or dequantized constant, of that many values; -1 if
// input i is absent.
int bias_input(OnnxNode& node, int i, int32_t channels);

}  // namespace linnet::onnx_import

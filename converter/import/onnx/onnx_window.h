#pragma once

#include <functional>
#include <vector>

#include "converter/import/onnx/onnx_node.h"

namespace linnet::onnx_import {

// The sliding window of Conv, ConvTranspose and the pools, from their attributes.
struct OnnxWindow {
  fb::Window window;
  fb::AutoPad auto_pad = fb::AutoPad::none;
};

// `kernel` holds one or two sizes (1-D becomes a window of height 1). auto_pad VALID means no pads.
OnnxWindow read_window(OnnxNode& node, const std::vector<int32_t>& kernel);

// Runs `body` on NHWC: NCW or NCHW in, the same out. Fails for other ranks.
int in_nhwc(OnnxNode& node, int x, const std::function<int(int)>& body);

}  // namespace linnet::onnx_import

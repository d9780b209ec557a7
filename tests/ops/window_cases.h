#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "tests/ops/op_case.h"

// Shared by the tests of sliding-window ops: windows, and a convolution in double that places every
// tap by the definition, with none of the runtime's geometry.

namespace linnet::test {

struct WindowCase {
  int kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  int top = 0, left = 0, bottom = 0, right = 0;

  fb::Window table() const {
    return fb::Window(kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, top, left,
                      bottom, right);
  }
  int out_h(int h) const {
    return (h + top + bottom - dilation_h * (kernel_h - 1) - 1) / stride_h + 1;
  }
  int out_w(int w) const {
    return (w + left + right - dilation_w * (kernel_w - 1) - 1) / stride_w + 1;
  }
};

template <typename Options>
void set_window(const WindowCase& window, Options* options) {
  options->window = std::make_unique<fb::Window>(window.table());
}

// x [n, h, w, ci] with weights [co, kh, kw, ci / group] and bias [co] (or none), clamped.
struct ConvReference {
  const Array& x;
  std::vector<double> weights;
  Shape32 weights_shape;
  std::vector<double> bias;
  WindowCase window;
  int group = 1;
  double low = -INFINITY, high = INFINITY;

  Shape32 shape() const {
    return {x.shape[0], window.out_h(x.shape[1]), window.out_w(x.shape[2]), weights_shape[0]};
  }
  std::vector<double> values() const {
    const std::vector<double> in = real(x);
    const Shape32 y = shape();
    const int h = x.shape[1], w = x.shape[2], ci = x.shape[3], cg = ci / group, co = y[3];
    std::vector<double> result;
    for (int n = 0; n < y[0]; ++n)
      for (int oh = 0; oh < y[1]; ++oh)
        for (int ow = 0; ow < y[2]; ++ow)
          for (int o = 0; o < co; ++o) {
            double sum = bias.empty() ? 0 : bias[static_cast<size_t>(o)];
            const int first = o / (co / group) * cg;
            for (int i = 0; i < window.kernel_h; ++i)
              for (int j = 0; j < window.kernel_w; ++j) {
                const int row = oh * window.stride_h + i * window.dilation_h - window.top;
                const int col = ow * window.stride_w + j * window.dilation_w - window.left;
                if (row < 0 || row >= h || col < 0 || col >= w) continue;
                for (int c = 0; c < cg; ++c) {
                  const int at = ((n * h + row) * w + col) * ci + first + c;
                  const int tap = ((o * window.kernel_h + i) * window.kernel_w + j) * cg + c;
                  sum += in[static_cast<size_t>(at)] * weights[static_cast<size_t>(tap)];
                }
              }
            result.push_back(std::min(std::max(sum, low), high));
          }
    return result;
  }
};

}  // namespace linnet::test

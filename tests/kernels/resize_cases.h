#pragma once

#include <cmath>
#include <vector>

#include "kernels/resize_linear_f32/resize_linear_f32.h"

// Tables of half-pixel coordinates for the tests of the resize kernels.

namespace linnet::test {

struct LinearAxis {
  std::vector<int32_t> first, second;
  std::vector<float> weight;
  LinearTable table() const { return {first.data(), second.data(), weight.data()}; }
};

inline LinearAxis linear_axis(size_t in, size_t out) {
  LinearAxis axis;
  for (size_t i = 0; i < out; ++i) {
    const double scale = static_cast<double>(in) / static_cast<double>(out);
    double at = (static_cast<double>(i) + 0.5) * scale - 0.5;
    at = std::min(std::max(at, 0.0), static_cast<double>(in - 1));
    const int32_t first = static_cast<int32_t>(std::floor(at));
    axis.first.push_back(first);
    axis.second.push_back(std::min(first + 1, static_cast<int32_t>(in) - 1));
    axis.weight.push_back(static_cast<float>(at - first));
  }
  return axis;
}

struct ResizeCase {
  size_t n, h, w, c, oh, ow, row_begin, row_end;
};

inline std::vector<ResizeCase> resize_cases() {
  std::vector<ResizeCase> cases;
  for (const size_t c : {1u, 3u, 8u, 20u, 33u}) {
    cases.push_back({1, 4, 5, c, 8, 10, 0, 8});
    cases.push_back({2, 7, 6, c, 3, 4, 0, 6});
    cases.push_back({1, 1, 1, c, 3, 2, 0, 3});
    cases.push_back({2, 3, 5, c, 5, 9, 2, 8});
  }
  return cases;
}

}  // namespace linnet::test

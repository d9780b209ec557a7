#pragma once

#include <cmath>
#include <vector>

#include "kernels/resize_linear_f32/resize_linear_f32.h"
#include "tests/kernels/random_inputs.h"

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

inline ResizeCase random_resize_case(ShapeRandom& random) {
  ResizeCase s = {random.pick(1, 2),
                  random.pick(1, 7),
                  random.pick(1, 7),
                  random.size(50),
                  random.pick(1, 8),
                  random.pick(1, 8),
                  0,
                  0};
  s.row_end = s.n * s.oh;
  if (random.one_in(3)) {
    s.row_begin = random.pick(0, s.row_end);
    s.row_end = random.pick(s.row_begin, s.row_end);
  }
  return s;
}

inline std::vector<int32_t> random_indices(ShapeRandom& random, size_t in, size_t out) {
  std::vector<int32_t> indices(out);
  for (int32_t& v : indices) v = static_cast<int32_t>(random.pick(0, in - 1));
  return indices;
}

// A table of any indices and weights, 0 and 1 among them.
inline LinearTable random_table(ShapeRandom& random, size_t in, size_t out, Fences& fences) {
  std::vector<float> weight(out);
  for (float& v : weight) v = static_cast<float>(random.pick(0, 64)) / 64.0f;
  const int32_t* first = fences.copy(random_indices(random, in, out));
  const int32_t* second = fences.copy(random_indices(random, in, out));
  return {first, second, fences.copy(weight)};
}

}  // namespace linnet::test

#pragma once

#include <vector>

#include "kernels/pool_window/pool_window.h"
#include "tests/kernels/random_shapes.h"

// Windows that tests of the pooling kernels go through, and the plain walk over one window.

namespace linnet::test {

inline std::vector<PoolWindow> pool_cases() {
  std::vector<PoolWindow> cases;
  for (const ptrdiff_t c : {1, 3, 8, 17, 32, 45, 64, 100, 261}) {
    for (const bool include : {false, true}) {
      //                n  h  w  c  oh ow kernel strides dilation pads
      cases.push_back({1, 6, 6, c, 3, 3, 2, 2, 2, 2, 1, 1, 0, 0, 0, 0, include, 0, 3});
      cases.push_back({2, 7, 5, c, 7, 5, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, include, 0, 14});
      cases.push_back({1, 7, 7, c, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0, 2, 2, include, 0, 4});  // ceil
      cases.push_back({1, 9, 8, c, 5, 4, 3, 2, 1, 2, 2, 3, 0, 1, 0, 1, include, 1, 4});  // dilated
      cases.push_back({1, 4, 5, c, 1, 1, 4, 5, 1, 1, 1, 1, 0, 0, 0, 0, include, 0, 1});  // global
      cases.push_back({1, 2, 2, c, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, include, 0, 4});  // all pad
      cases.push_back({1, 5, 5, c, 3, 3, 3, 3, 3, 3, 1, 1, 2, 2, 0, 0, include, 0, 3});  // past end
    }
  }
  return cases;
}

inline PoolWindow random_pool_window(ShapeRandom& random) {
  const auto pick = [&](size_t low, size_t high) {
    return static_cast<ptrdiff_t>(random.pick(low, high));
  };
  PoolWindow p{};
  p.n = pick(1, 2);
  p.h = pick(1, 9);
  p.w = pick(1, 9);
  p.c = static_cast<ptrdiff_t>(random.size(random.one_in(8) ? 130 : 50));
  p.oh = pick(1, 6);
  p.ow = pick(1, 6);
  p.kernel_h = pick(1, 4);
  p.kernel_w = pick(1, 4);
  p.stride_h = pick(1, 3);
  p.stride_w = pick(1, 3);
  const bool dilated = random.one_in(3), padded = random.one_in(2);
  p.dilation_h = dilated ? pick(1, 3) : 1;
  p.dilation_w = dilated ? pick(1, 3) : 1;
  if (padded) {
    p.pad_top = pick(0, 4);
    p.pad_left = pick(0, 4);
    p.pad_bottom = pick(0, 4);
    p.pad_right = pick(0, 4);
  }
  if (random.one_in(8)) {  // global
    p.kernel_h = p.h;
    p.kernel_w = p.w;
    p.oh = p.ow = 1;
  }
  p.count_include_pad = random.one_in(2);
  p.row_end = p.n * p.oh;
  if (random.one_in(3)) {
    p.row_begin = pick(0, static_cast<size_t>(p.row_end));
    p.row_end = pick(static_cast<size_t>(p.row_begin), static_cast<size_t>(p.row_end));
  }
  return p;
}

inline size_t input_size(const PoolWindow& p) { return static_cast<size_t>(p.n * p.h * p.w * p.c); }
inline size_t output_size(const PoolWindow& p) {
  return static_cast<size_t>(p.n * p.oh * p.ow * p.c);
}

// The output index `at`: which row it belongs to, and every tap by brute force. f(index of x) for
// taps on the input; returns how many positions count for an average.
template <class F>
int for_taps(const PoolWindow& p, size_t at, F f) {
  const ptrdiff_t index = static_cast<ptrdiff_t>(at);
  const ptrdiff_t c = index % p.c, ox = index / p.c % p.ow, row = index / p.c / p.ow;
  const ptrdiff_t oy = row % p.oh, n = row / p.oh;
  int count = 0;
  for (ptrdiff_t ky = 0; ky < p.kernel_h; ++ky) {
    for (ptrdiff_t kx = 0; kx < p.kernel_w; ++kx) {
      const ptrdiff_t y = oy * p.stride_h - p.pad_top + ky * p.dilation_h;
      const ptrdiff_t x = ox * p.stride_w - p.pad_left + kx * p.dilation_w;
      const bool inside = y >= 0 && y < p.h && x >= 0 && x < p.w;
      const bool padded = y < p.h + p.pad_bottom && x < p.w + p.pad_right;
      if (inside) f(static_cast<size_t>(((n * p.h + y) * p.w + x) * p.c + c));
      if (inside || (p.count_include_pad && padded)) ++count;
    }
  }
  return count;
}

inline bool computed(const PoolWindow& p, size_t at) {
  const ptrdiff_t row = static_cast<ptrdiff_t>(at) / p.c / p.ow;
  return row >= p.row_begin && row < p.row_end;
}

}  // namespace linnet::test

#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <random>
#include <vector>

#include "tests/kernels/random_shapes.h"

// Windows, sizes and strides for the tests of the depthwise kernels.

namespace linnet::test {

struct DepthwiseCase {
  size_t h, w, c;
  size_t kernel_h, kernel_w, stride_h, stride_w;
  size_t dilation_h = 1, dilation_w = 1, pad_top = 0, pad_left = 0;
  size_t out_h = 0, out_w = 0;
  size_t row_begin = 0, row_end = 0;
  size_t x_gap = 0, y_gap = 0;  // elements after every pixel
  bool bias = true;
  bool clamp = false;

  size_t x_pixel() const { return c + x_gap; }
  size_t x_row() const { return w * x_pixel() + 2 * x_gap; }
  size_t y_pixel() const { return c + y_gap; }
  size_t y_row() const { return out_w * y_pixel() + y_gap; }
  // Exactly as large as the contract says: reading more is seen by the sanitizer.
  size_t x_size() const { return (h - 1) * x_row() + (w - 1) * x_pixel() + c; }
  size_t y_size() const { return (out_h - 1) * y_row() + (out_w - 1) * y_pixel() + c; }

  // Whether the element `at` of y is to be written, and which output it is.
  bool output_at(size_t at, size_t* oh, size_t* ow, size_t* channel) const {
    *oh = at / y_row();
    *ow = at % y_row() / y_pixel();
    *channel = at % y_row() % y_pixel();
    return *oh >= row_begin && *oh < row_end && *ow < out_w && *channel < c;
  }
};

inline std::ostream& operator<<(std::ostream& out, const DepthwiseCase& s) {
  return out << "image " << s.h << "x" << s.w << "x" << s.c << " kernel " << s.kernel_h << "x"
             << s.kernel_w << " stride " << s.stride_h << "," << s.stride_w << " dilation "
             << s.dilation_h << "," << s.dilation_w << " pads " << s.pad_top << "," << s.pad_left
             << " out " << s.out_h << "x" << s.out_w << " rows " << s.row_begin << "-" << s.row_end
             << " gaps " << s.x_gap << "," << s.y_gap;
}

template <class Args>
void set_window(const DepthwiseCase& s, Args* args) {
  args->x_row = s.x_row();
  args->x_pixel = s.x_pixel();
  args->y_row = s.y_row();
  args->y_pixel = s.y_pixel();
  args->h = s.h;
  args->w = s.w;
  args->c = s.c;
  args->row_begin = s.row_begin;
  args->row_end = s.row_end;
  args->out_w = s.out_w;
  args->kernel_h = s.kernel_h;
  args->kernel_w = s.kernel_w;
  args->stride_h = s.stride_h;
  args->stride_w = s.stride_w;
  args->dilation_h = s.dilation_h;
  args->dilation_w = s.dilation_w;
  args->pad_top = s.pad_top;
  args->pad_left = s.pad_left;
}

// Calls visit(tap, index of the pixel in x) for each tap inside the image.
template <class Visit>
void for_taps_inside(const DepthwiseCase& s, size_t oh, size_t ow, Visit visit) {
  for (size_t i = 0; i < s.kernel_h; ++i) {
    for (size_t j = 0; j < s.kernel_w; ++j) {
      const long row =
          static_cast<long>(oh * s.stride_h + i * s.dilation_h) - static_cast<long>(s.pad_top);
      const long col =
          static_cast<long>(ow * s.stride_w + j * s.dilation_w) - static_cast<long>(s.pad_left);
      if (row < 0 || row >= static_cast<long>(s.h)) continue;
      if (col < 0 || col >= static_cast<long>(s.w)) continue;
      visit(i * s.kernel_w + j,
            static_cast<size_t>(row) * s.x_row() + static_cast<size_t>(col) * s.x_pixel());
    }
  }
}

// The window with outputs, a part of their rows, gaps, bias and clamp.
template <class Pick>
DepthwiseCase with_outputs(DepthwiseCase s, const Pick& pick) {
  const size_t reach_h = (s.kernel_h - 1) * s.dilation_h + 1;
  const size_t reach_w = (s.kernel_w - 1) * s.dilation_w + 1;
  const size_t h = s.h + 2 * s.pad_top, w = s.w + 2 * s.pad_left;
  s.out_h = h >= reach_h ? (h - reach_h) / s.stride_h + 1 : pick(1, 3);
  s.out_w = w >= reach_w ? (w - reach_w) / s.stride_w + 1 : pick(1, 3);
  s.row_begin = pick(0, s.out_h - 1);
  s.row_end = pick(s.row_begin, s.out_h);
  if (pick(0, 1) == 0) {
    s.row_begin = 0;
    s.row_end = s.out_h;
  }
  s.x_gap = pick(0, 1) * pick(0, 9);
  s.y_gap = pick(0, 1) * pick(0, 9);
  s.bias = pick(0, 3) != 0;
  s.clamp = pick(0, 1) != 0;
  return s;
}

// Three kinds: 3x3 and 5x5, as fast tiles take them; dilated and wide; anything.
inline DepthwiseCase random_depthwise_case(ShapeRandom& random) {
  const auto pick = [&](size_t low, size_t high) { return random.pick(low, high); };
  DepthwiseCase s{};
  const size_t kind = pick(0, 3), kernel = 3 + 2 * pick(0, 1);
  if (kind <= 1) {
    const size_t stride = pick(1, 2), w = pick(1, random.one_in(8) ? 40 : 10);
    s = {pick(1, 8), w, random.size(random.one_in(10) ? 130 : 40), kernel, kernel, stride, stride};
    s.pad_top = pick(0, kernel / 2 + 1);
  } else if (kind == 2) {
    s = {pick(1, 5), pick(1, 24), random.size(40), kernel, kernel, 1, 1, pick(1, 3), pick(2, 5)};
    s.pad_top = pick(0, 2 * kernel);
  } else {
    s = {pick(1, 10), pick(1, 10), random.size(40), pick(1, 7), pick(1, 7),
         pick(1, 3),  pick(1, 3),  pick(1, 3),      pick(1, 3)};
    s.pad_top = pick(0, 8);
  }
  s.pad_left = pick(0, 1) == 0 ? s.pad_top : pick(0, 5);
  return with_outputs(s, pick);
}

// Fast windows with all kinds of borders and channel counts, then anything at all.
inline std::vector<DepthwiseCase> depthwise_cases() {
  std::mt19937 random(7);
  const auto pick = [&](size_t low, size_t high) { return low + random() % (high - low + 1); };
  std::vector<DepthwiseCase> cases;
  const auto add = [&](DepthwiseCase s, size_t pad) {
    s.pad_top = s.pad_left = pad;
    cases.push_back(with_outputs(s, pick));
  };
  for (const size_t kernel : std::initializer_list<size_t>{3, 5}) {
    for (const size_t stride : std::initializer_list<size_t>{1, 2}) {
      for (const size_t c : std::initializer_list<size_t>{
               1, 3, 4, 7, 8, 12, 15, 16, 17, 24, 31, 32, 33, 40, 50, 64, 65, 96, 97, 130}) {
        for (const size_t size : std::initializer_list<size_t>{1, 2, 3, 5, 6, 7, 8, 13}) {
          add({size, size + pick(0, 2), c, kernel, kernel, stride, stride},
              pick(0, kernel / 2 + 1));
        }
      }
    }
  }
  for (int i = 0; i < 300; ++i) {
    add({pick(1, 14), pick(1, 14), pick(1, 40), pick(1, 7), pick(1, 7), pick(1, 3), pick(1, 3),
         pick(1, 3), pick(1, 3)},
        pick(0, 8));
  }
  for (int i = 0; i < 150; ++i) {  // dilated windows, wide enough for fast tiles
    const size_t kernel = 3 + 2 * pick(0, 1);
    add({pick(1, 9), pick(1, 40), pick(1, 80), kernel, kernel, 1, 1, pick(1, 3), pick(2, 5)},
        pick(0, 2 * kernel));
  }
  for (const size_t kernel : std::initializer_list<size_t>{3, 5}) {  // wide rows
    for (const size_t c : std::initializer_list<size_t>{5, 16, 32, 40, 96, 144}) {
      for (const size_t stride : std::initializer_list<size_t>{1, 2}) {
        add({5, pick(25, 50), c, kernel, kernel, stride, stride}, pick(0, kernel / 2));
      }
    }
  }
  add({40, 5, 9, 35, 3, 1, 1}, 2);     // more rows of taps than the fast tiles take
  add({34, 34, 17, 32, 32, 1, 1}, 1);  // as many taps as depthwise_s8 takes
  return cases;
}

}  // namespace linnet::test

#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// Gathers the patches of a convolution into rows, so that the convolution is a GEMM. Works on
// bytes: the same kernel serves s8, u8, f16 and f32 tensors.
//
// Row r is output pixel first + r, counted in row order over an output of width out_w: its
// kernel_h·kernel_w·pixel_bytes bytes are the taps in (kh, kw, channel) order. Taps outside the
// image are filled with pad_value (f32: 0; s8: the zero point).

namespace linnet {

struct Im2colArgs {
  const void* x;       // first channel of the group, of pixel (0, 0) of one image
  size_t x_row;        // bytes from one image row to the next
  size_t x_pixel;      // bytes from one pixel to the next: all channels
  size_t pixel_bytes;  // bytes that are taken of each pixel: the group's channels; <= x_pixel
  void* rows;          // [count] patches; bytes between a patch and the next may change
  size_t row_stride;   // bytes, >= kernel_h·kernel_w·pixel_bytes
  size_t first;        // first output pixel: oh·out_w + ow
  size_t count;        // output pixels
  size_t h;            // input
  size_t w;
  size_t out_w;
  size_t kernel_h;  // all >= 1
  size_t kernel_w;
  size_t stride_h;
  size_t stride_w;
  size_t dilation_h;
  size_t dilation_w;
  size_t pad_top;  // any
  size_t pad_left;
  uint8_t pad_value;
};

// x and rows must not overlap. Reads nothing before x or behind the bytes taken of the last pixel,
// writes nothing outside the rows, of which the last ends with its patch. Stateless, thread-safe.
using Im2colFn = void(const Im2colArgs&);

extern const KernelFamily<Im2colFn> kIm2col;

void im2col_scalar(const Im2colArgs& args);

}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>

// Which taps of a sliding window lie inside the image, for the depthwise kernels. Private to them.

namespace linnet {
namespace {

struct TapRange {
  size_t begin;
  size_t end;  // begin == end: none
};

// The taps t in [0, kernel) for which out·stride + t·dilation − pad is in [0, size).
inline TapRange taps_inside(size_t out, size_t stride, size_t dilation, size_t pad, size_t kernel,
                            size_t size) {
  const size_t origin = out * stride;
  if (origin >= pad && origin + (kernel - 1) * dilation < pad + size) return {0, kernel};
  size_t begin = origin >= pad ? 0 : (pad - origin + dilation - 1) / dilation;
  size_t end = origin >= pad + size ? 0 : (pad + size - origin + dilation - 1) / dilation;
  if (end > kernel) end = kernel;
  if (begin > end) begin = end;
  return {begin, end};
}

struct OutputRange {
  size_t begin;
  size_t end;
};

// The outputs in [0, count) whose taps are all inside: one contiguous range.
inline OutputRange outputs_inside(size_t count, size_t stride, size_t dilation, size_t pad,
                                  size_t kernel, size_t size) {
  const size_t reach = (kernel - 1) * dilation + 1;
  size_t begin = (pad + stride - 1) / stride;
  size_t end = pad + size >= reach ? (pad + size - reach) / stride + 1 : 0;
  if (end > count) end = count;
  if (begin > end) begin = end;
  return {begin, end};
}

}  // namespace
}  // namespace linnet

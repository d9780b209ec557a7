#include <cstring>

#include "kernels/im2col/im2col.h"

namespace linnet {
namespace {

struct TapRange {
  size_t begin;
  size_t end;
};

// The taps t in [0, kernel) for which origin + t·dilation − pad is in [0, size).
TapRange taps_inside(size_t origin, size_t dilation, size_t pad, size_t kernel, size_t size) {
  if (origin >= pad && origin + (kernel - 1) * dilation < pad + size) return {0, kernel};
  size_t begin = origin >= pad ? 0 : (pad - origin + dilation - 1) / dilation;
  size_t end = origin >= pad + size ? 0 : (pad + size - origin + dilation - 1) / dilation;
  if (end > kernel) end = kernel;
  if (begin > end) begin = end;
  return {begin, end};
}

// Short runs (the first layer takes 9 bytes at a time) are not worth a library call.
inline uint8_t* copy_run(uint8_t* to, const uint8_t* from, size_t bytes) {
  if (bytes > 32) {
    std::memcpy(to, from, bytes);
  } else if (bytes >= 16) {
    std::memcpy(to, from, 16);
    std::memcpy(to + bytes - 16, from + bytes - 16, 16);
  } else if (bytes >= 8) {
    std::memcpy(to, from, 8);
    std::memcpy(to + bytes - 8, from + bytes - 8, 8);
  } else {
    for (size_t i = 0; i < bytes; ++i) to[i] = from[i];
  }
  return to + bytes;
}

// One row of taps of one patch.
inline uint8_t* copy_taps(const Im2colArgs& args, const uint8_t* row, size_t origin, TapRange cols,
                          uint8_t* to) {
  const size_t bytes = args.pixel_bytes;
  const size_t left = cols.begin * bytes;
  const size_t right = (args.kernel_w - cols.end) * bytes;
  if (left != 0) std::memset(to, args.pad_value, left);
  to += left;
  if (cols.begin < cols.end) {
    const uint8_t* from =
        row + (origin + cols.begin * args.dilation_w - args.pad_left) * args.x_pixel;
    const size_t step = args.dilation_w * args.x_pixel;
    if (step == bytes) {
      to = copy_run(to, from, (cols.end - cols.begin) * bytes);
    } else {
      for (size_t j = cols.begin; j < cols.end; ++j, from += step) to = copy_run(to, from, bytes);
    }
  }
  if (right != 0) std::memset(to, args.pad_value, right);
  return to + right;
}

}  // namespace

void im2col_scalar(const Im2colArgs& args) {
  if (args.count == 0) return;
  const auto* x = static_cast<const uint8_t*>(args.x);
  auto* patch = static_cast<uint8_t*>(args.rows);
  const size_t line = args.kernel_w * args.pixel_bytes;
  size_t oh = args.first / args.out_w;
  size_t ow = args.first % args.out_w;
  TapRange rows =
      taps_inside(oh * args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
  for (size_t r = 0; r < args.count; ++r, patch += args.row_stride) {
    const size_t top = oh * args.stride_h;
    const size_t left = ow * args.stride_w;
    const TapRange cols = taps_inside(left, args.dilation_w, args.pad_left, args.kernel_w, args.w);
    uint8_t* to = patch;
    if (rows.begin != 0) std::memset(to, args.pad_value, rows.begin * line);
    to += rows.begin * line;
    for (size_t i = rows.begin; i < rows.end; ++i) {
      const uint8_t* row = x + (top + i * args.dilation_h - args.pad_top) * args.x_row;
      to = copy_taps(args, row, left, cols, to);
    }
    if (rows.end != args.kernel_h) {
      std::memset(to, args.pad_value, (args.kernel_h - rows.end) * line);
    }
    if (++ow == args.out_w) {
      ow = 0;
      ++oh;
      rows = taps_inside(oh * args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
    }
  }
}

}  // namespace linnet

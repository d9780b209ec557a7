#include <cstring>

#include "kernels/im2col/im2col.h"

// Where a line of taps is short (9 bytes in the first layer of a network in int8), patches that lie
// wholly inside the image are copied by one loop for all that stand side by side, each line in
// whole pieces of 16 bytes: what is too much is overwritten by the line or the patch that follows.
// All others are copied one by one and exactly.

namespace linnet {
namespace {

constexpr size_t kPiece = 16;
constexpr size_t kMaxPieces = 6;  // longer lines are worth a library call

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

// The outputs of a row whose columns of taps are all inside: one contiguous range.
TapRange outputs_inside(const Im2colArgs& args) {
  const size_t reach = (args.kernel_w - 1) * args.dilation_w + 1;
  if (args.pad_left + args.w < reach) return {0, 0};
  const size_t end = (args.pad_left + args.w - reach) / args.stride_w + 1;
  return {(args.pad_left + args.stride_w - 1) / args.stride_w, end < args.out_w ? end : args.out_w};
}

// Short runs are not worth a library call.
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

// The patch of output (oh, ow), whose taps `rows` are inside the image.
void copy_patch(const Im2colArgs& args, size_t oh, size_t ow, TapRange rows, uint8_t* to) {
  const auto* x = static_cast<const uint8_t*>(args.x);
  const size_t line = args.kernel_w * args.pixel_bytes;
  const size_t left = ow * args.stride_w;
  const TapRange cols = taps_inside(left, args.dilation_w, args.pad_left, args.kernel_w, args.w);
  if (rows.begin != 0) std::memset(to, args.pad_value, rows.begin * line);
  to += rows.begin * line;
  for (size_t i = rows.begin; i < rows.end; ++i) {
    const size_t row = oh * args.stride_h + i * args.dilation_h - args.pad_top;
    to = copy_taps(args, x + row * args.x_row, left, cols, to);
  }
  if (rows.end != args.kernel_h) {
    std::memset(to, args.pad_value, (args.kernel_h - rows.end) * line);
  }
}

// Patches whose lines of taps are short and contiguous in the image.
struct ShortLines {
  size_t lines;
  size_t line;        // bytes
  size_t image_line;  // from line to line of the image
  size_t image_step;  // from patch to patch in the image
  size_t row_stride;
};

// LINES: the number of lines, or 0 for lines.lines. The description comes by value, because bytes
// that are written might change it otherwise.
template <size_t LINES, size_t PIECES>
void copy_pieces(ShortLines lines, const uint8_t* from, size_t count, uint8_t* patch) {
  for (; count > 0; --count, from += lines.image_step, patch += lines.row_stride) {
    const uint8_t* image = from;
    uint8_t* to = patch;
#pragma GCC unroll 3
    for (size_t i = 0; i < (LINES != 0 ? LINES : lines.lines); ++i) {
#pragma GCC unroll 6
      for (size_t p = 0; p < PIECES; ++p) {
        std::memcpy(to + p * kPiece, image + p * kPiece, kPiece);
      }
      image += lines.image_line;
      to += lines.line;
    }
  }
}

using CopyFn = void(ShortLines, const uint8_t*, size_t, uint8_t*);

constexpr CopyFn* kCopyThree[kMaxPieces] = {copy_pieces<3, 1>, copy_pieces<3, 2>,
                                            copy_pieces<3, 3>, copy_pieces<3, 4>,
                                            copy_pieces<3, 5>, copy_pieces<3, 6>};
constexpr CopyFn* kCopyAny[kMaxPieces] = {copy_pieces<0, 1>, copy_pieces<0, 2>, copy_pieces<0, 3>,
                                          copy_pieces<0, 4>, copy_pieces<0, 5>, copy_pieces<0, 6>};

// How many of `count` stretches of memory, the first ending at `end` and each other one `step`
// bytes later, end at or before `limit`.
size_t count_below(size_t count, size_t end, size_t step, size_t limit) {
  if (end > limit) return 0;
  if (step == 0) return count;
  const size_t fit = (limit - end) / step + 1;
  return fit < count ? fit : count;
}

// What copies by pieces; `copy` is null where that does not pay.
struct PieceCopier {
  ShortLines lines;
  CopyFn* copy;
  TapRange outputs;  // of a row, that lie inside
  size_t over;       // bytes that the pieces of a line take too much
  size_t image_end;  // bytes from args.x
  size_t rows_end;   // bytes from args.rows
};

PieceCopier make_copier(const Im2colArgs& args) {
  PieceCopier p{};
  const size_t line = args.kernel_w * args.pixel_bytes;
  const size_t step = args.dilation_w * args.x_pixel;
  if (args.kernel_w > 1 && step != args.pixel_bytes) return p;
  if (line == 0 || line > kMaxPieces * kPiece) return p;
  p.lines = {args.kernel_h, line, args.dilation_h * args.x_row, args.stride_w * args.x_pixel,
             args.row_stride};
  const size_t pieces = (line + kPiece - 1) / kPiece;
  p.copy = (args.kernel_h == 3 ? kCopyThree : kCopyAny)[pieces - 1];
  p.outputs = outputs_inside(args);
  p.over = pieces * kPiece - line;
  p.image_end = (args.h - 1) * args.x_row + (args.w - 1) * args.x_pixel + args.pixel_bytes;
  p.rows_end = (args.count - 1) * args.row_stride + args.kernel_h * line;
  return p;
}

// Copies up to `count` patches, beginning with that of (oh, ow), all of whose rows of taps are
// inside, to args.rows + to. Returns how many: those that are wholly inside and none of whose
// pieces goes beyond the end of the image or of the rows.
size_t copy_inside(const Im2colArgs& args, const PieceCopier& p, size_t oh, size_t ow, size_t count,
                   size_t to) {
  if (p.copy == nullptr || ow < p.outputs.begin || ow >= p.outputs.end) return 0;
  if (count > p.outputs.end - ow) count = p.outputs.end - ow;
  const size_t from = (oh * args.stride_h - args.pad_top) * args.x_row +
                      (ow * args.stride_w - args.pad_left) * args.x_pixel;
  const size_t last = (p.lines.lines - 1) * p.lines.image_line + p.lines.line + p.over;
  const size_t patch = p.lines.lines * p.lines.line + p.over;
  count = count_below(count, from + last, p.lines.image_step, p.image_end);
  count = count_below(count, to + patch, p.lines.row_stride, p.rows_end);
  p.copy(p.lines, static_cast<const uint8_t*>(args.x) + from, count,
         static_cast<uint8_t*>(args.rows) + to);
  return count;
}

}  // namespace

void im2col_scalar(const Im2colArgs& args) {
  if (args.count == 0) return;
  const PieceCopier pieces = make_copier(args);
  size_t oh = args.first / args.out_w;
  size_t ow = args.first % args.out_w;
  for (size_t r = 0; r < args.count;) {
    const TapRange rows =
        taps_inside(oh * args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
    const size_t last = args.count - r < args.out_w - ow ? ow + args.count - r : args.out_w;
    const bool whole = rows.end - rows.begin == args.kernel_h;
    while (ow < last) {
      const size_t to = r * args.row_stride;
      size_t copied = whole ? copy_inside(args, pieces, oh, ow, last - ow, to) : 0;
      if (copied == 0) {
        copy_patch(args, oh, ow, rows, static_cast<uint8_t*>(args.rows) + to);
        copied = 1;
      }
      r += copied;
      ow += copied;
    }
    ow = 0;
    ++oh;
  }
}

}  // namespace linnet

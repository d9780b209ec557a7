#include <algorithm>

#include "runtime/ops/conv_plan.h"

namespace linnet {
namespace {

// The input as the kernels take it.
struct Source {
  const std::byte* x;
  size_t x_image, x_row, x_pixel;  // bytes
  const float* scale;              // quantized inputs of f32 results
  const int32_t* zero;
  uint8_t pad;  // byte that stands for real 0
};

float* scratch_floats(const RunContext& run, size_t offset) {
  return reinterpret_cast<float*>(run.scratch + offset);
}

// Per tensor: the range of all values, then codes in the layout of x.
void quantize_whole(const RunContext& run, const ConvPlan& p) {
  const float* x = static_cast<const float*>(run.inputs[0]->data);
  const size_t count = p.x_pixels * p.pixel_values;
  float* partial = scratch_floats(run, p.partial);
  std::fill_n(partial, run.pool.threads() * 2, 0.0f);
  run.pool.parallel_for(count, kElementChunk, [&](size_t thread, size_t begin, size_t end) {
    float lo = 0.0f, hi = 0.0f;
    p.minmax({.x = x + begin, .count = end - begin, .lo = &lo, .hi = &hi});
    partial[2 * thread] = std::min(partial[2 * thread], lo);
    partial[2 * thread + 1] = std::max(partial[2 * thread + 1], hi);
  });
  float lo = 0.0f, hi = 0.0f;
  for (size_t i = 0; i < run.pool.threads(); ++i) {
    lo = std::min(lo, partial[2 * i]);
    hi = std::max(hi, partial[2 * i + 1]);
  }
  const DynamicScale scale = dynamic_scale(lo, hi, p.matmul.a_signed());
  *scratch_floats(run, p.scales) = scale.scale;
  *reinterpret_cast<int32_t*>(run.scratch + p.zeros) = scale.zero_point;
  uint8_t* codes = reinterpret_cast<uint8_t*>(run.scratch + p.quantized);
  run.pool.parallel_for(count, kElementChunk, [&](size_t, size_t begin, size_t end) {
    float unused_scale = 0.0f;
    int32_t unused_zero = 0;
    p.quantize({.x = x + begin,
                .x_stride = end - begin,
                .y = codes + begin,
                .y_stride = end - begin,
                .m = 1,
                .k = end - begin,
                .k_padded = end - begin,
                .signed_output = p.matmul.a_signed(),
                .fixed = &scale,
                .scale = &unused_scale,
                .zero_point = &unused_zero});
  });
}

void quantize_each_row(const RunContext& run, const ConvPlan& p) {
  const float* x = static_cast<const float*>(run.inputs[0]->data);
  uint8_t* codes = reinterpret_cast<uint8_t*>(run.scratch + p.quantized);
  int32_t* zeros = reinterpret_cast<int32_t*>(run.scratch + p.zeros);
  float* scales = scratch_floats(run, p.scales);
  run.pool.parallel_for(p.x_pixels, row_chunk(p.pixel_values),
                        [&](size_t, size_t begin, size_t end) {
                          p.quantize({.x = x + begin * p.pixel_values,
                                      .x_stride = p.pixel_values,
                                      .y = codes + begin * p.quantized_row,
                                      .y_stride = p.quantized_row,
                                      .m = end - begin,
                                      .k = p.pixel_values,
                                      .k_padded = p.quantized_row,
                                      .signed_output = p.matmul.a_signed(),
                                      .fixed = nullptr,
                                      .scale = scales + begin,
                                      .zero_point = zeros + begin});
                        });
}

Source prepare_source(const RunContext& run, const ConvPlan& p) {
  const size_t size = p.matmul.a_size();
  Source s{.x = static_cast<const std::byte*>(run.inputs[0]->data),
           .x_image = p.x_image * size,
           .x_row = p.x_row * size,
           .x_pixel = p.x_pixel * size,
           .scale = &p.matmul.x.scale,
           .zero = &p.matmul.x.zero_point,
           .pad = static_cast<uint8_t>(p.matmul.x.zero_point)};
  if (!p.matmul.dynamic) return s;
  p.per_row ? quantize_each_row(run, p) : quantize_whole(run, p);
  s.x = run.scratch + p.quantized;
  s.x_pixel = p.quantized_row;
  s.scale = scratch_floats(run, p.scales);
  s.zero = reinterpret_cast<const int32_t*>(run.scratch + p.zeros);
  s.pad = static_cast<uint8_t>(*s.zero);
  return s;
}

std::byte* gathered_block(const RunContext& run, const ConvPlan& p, size_t block) {
  return run.scratch + p.gathered + block * p.gathered_block;
}

// The first value of an image that a part sees.
const std::byte* part_of_image(const ConvPlan& p, const ConvPart& part, const Source& s,
                               size_t image) {
  return s.x + image * s.x_image + part.x_offset * p.matmul.a_size();
}

void gather(const ConvPlan& p, const ConvPart& part, const Source& s, const std::byte* x,
            size_t first, size_t count, std::byte* rows) {
  if (part.blob.k == 0) return;
  const WindowGeometry& g = part.window;
  p.im2col({.x = x,
            .x_row = s.x_row,
            .x_pixel = s.x_pixel,
            .pixel_bytes = part.blob.k / g.taps() * p.matmul.a_size(),
            .rows = rows,
            .row_stride = p.row_bytes,
            .first = first,
            .count = count,
            .h = g.h,
            .w = g.w,
            .out_w = g.out_w,
            .kernel_h = g.kernel_h,
            .kernel_w = g.kernel_w,
            .stride_h = g.stride_h,
            .stride_w = g.stride_w,
            .dilation_h = g.dilation_h,
            .dilation_w = g.dilation_w,
            .pad_top = g.pad_top,
            .pad_left = g.pad_left,
            .pad_value = s.pad});
}

// Multiplies `count` rows for the output pixels from `first` on: in one call where the pixels of
// neighbouring rows are evenly spaced, else a call for each output row.
void multiply(const ConvPlan& p, const ConvPart& part, MatmulRows rows, std::byte* y,
              const float* residual, size_t first, size_t count, size_t n_begin, size_t n_end) {
  const size_t out_w = part.window.out_w, size = p.matmul.c_size();
  const bool even = part.y_row == out_w * part.y_pixel;
  const std::byte* a = static_cast<const std::byte*>(rows.a);
  rows.c_stride = part.y_pixel;
  for (size_t done = 0; done < count;) {
    const size_t pixel = first + done;
    rows.m = even ? count : std::min(count - done, out_w - pixel % out_w);
    rows.a = a + done * rows.a_stride * p.matmul.a_size();
    const size_t to = pixel / out_w * part.y_row + pixel % out_w * part.y_pixel;
    rows.c = y + to * size;
    rows.residual = residual ? residual + to : nullptr;
    run_matmul(p.matmul, part.blob, rows, n_begin, n_end);
    done += rows.m;
  }
}

void run_item(const RunContext& run, const ConvPlan& p, const Source& s, size_t thread,
              size_t item) {
  const size_t range = item % p.column_ranges;
  item /= p.column_ranges;
  const size_t tile = item % p.tiles;
  const size_t block = item / p.tiles;
  const size_t image = block % p.images;
  const ConvPart& part = p.parts[block / p.images];
  const size_t pixels = part.window.out_pixels(), first = tile * p.tile;
  const size_t n_begin = range * p.columns;
  if (first >= pixels || n_begin >= part.blob.n) return;
  const size_t count = std::min(p.tile, pixels - first);
  const std::byte* x = part_of_image(p, part, s, image);
  const size_t to = image * p.y_image + part.y_offset;
  std::byte* y = static_cast<std::byte*>(run.outputs[0]->data) + to * p.matmul.c_size();
  const float* residual =
      p.matmul.residual ? static_cast<const float*>(run.inputs[3]->data) + to : nullptr;
  MatmulRows rows{.a = nullptr,
                  .a_stride = 0,
                  .m = count,
                  .a_scale = s.scale,
                  .a_zero = s.zero,
                  .a_scale_stride = 0,
                  .c = nullptr,
                  .c_stride = 0,
                  .residual = nullptr};
  if (part.direct) {
    rows.a = x + first * s.x_pixel;
    rows.a_stride = s.x_pixel / p.matmul.a_size();
    if (p.per_row && p.matmul.dynamic) {
      rows.a_scale += first;
      rows.a_zero += first;
      rows.a_scale_stride = 1;
    }
  } else {
    std::byte* gathered = gathered_block(run, p, p.gathers_first ? block : thread);
    if (p.gathers_first) {
      gathered += first * p.row_bytes;
    } else {
      gather(p, part, s, x, first, count, gathered);
    }
    rows.a = gathered;
    rows.a_stride = p.row_bytes / p.matmul.a_size();
  }
  multiply(p, part, rows, y, residual, first, count, n_begin,
           std::min(part.blob.n, n_begin + p.columns));
}

// The rows of all parts and images, which several column ranges then read.
void gather_all(const RunContext& run, const ConvPlan& p, const Source& s) {
  constexpr size_t kRows = 8;  // of an item
  const size_t items = (p.tiles * p.tile + kRows - 1) / kRows;
  run.pool.parallel_for(p.part_count * p.images * items, 1, [&](size_t, size_t item, size_t) {
    const size_t block = item / items, first = item % items * kRows;
    const ConvPart& part = p.parts[block / p.images];
    const size_t pixels = part.window.out_pixels();
    if (part.direct || first >= pixels) return;
    gather(p, part, s, part_of_image(p, part, s, block % p.images), first,
           std::min(kRows, pixels - first), gathered_block(run, p, block) + first * p.row_bytes);
  });
}

}  // namespace

void run_conv(const RunContext& run) {
  const ConvPlan& p = *static_cast<const ConvPlan*>(run.params);
  if (run.outputs[0]->shape.elements() == 0) return;
  const Source source = prepare_source(run, p);
  if (p.gathers_first) gather_all(run, p, source);
  const size_t items = p.part_count * p.images * p.tiles * p.column_ranges;
  run.pool.parallel_for(items, 1, [&](size_t thread, size_t begin, size_t end) {
    for (size_t item = begin; item < end; ++item) run_item(run, p, source, thread, item);
  });
}

}  // namespace linnet

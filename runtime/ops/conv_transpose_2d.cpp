#include <algorithm>

#include "kernels/pack/conv_transpose_phases.h"
#include "runtime/ops/conv_plan.h"
#include "runtime/ops/xnnpack_op.h"

namespace linnet {
namespace {

// Parts are prepared for each group and phase; a file may not ask for more.
constexpr size_t kMaxParts = 65536;

struct Sizes {
  size_t n, ci, co, group;
  size_t group_in() const { return ci / group; }
  size_t group_out() const { return co / group; }
};

// One axis: the transposed convolution's sizes, then what one phase makes of them.
struct Axis {
  size_t in, out, kernel, stride, dilation, pad;
};

struct Phase {
  TransposeTaps taps;
  size_t first, count;  // outputs first, first + stride, …
  size_t pad, skip;     // input positions before the image, or left out at its begin
};

Phase make_phase(const Axis& a, size_t phase) {
  Phase p{};
  p.taps = transpose_taps(a.kernel, a.stride, a.dilation, phase);
  p.first = (phase + a.stride - a.pad % a.stride) % a.stride;
  p.count = p.first < a.out ? (a.out - 1 - p.first) / a.stride + 1 : 0;
  const size_t q = (p.first + a.pad - phase) / a.stride;
  p.pad = p.taps.reach > q ? p.taps.reach - q : 0;
  p.skip = q > p.taps.reach ? std::min(q - p.taps.reach, a.in) : 0;
  return p;
}

Status check_sizes(const PlanContext& ctx, const fb::ConvTranspose2dOptions& options, Sizes* out) {
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1);
  LINNET_TRY(ctx.expect_rank(x, 4));
  LINNET_TRY(ctx.expect_rank(w, 4));
  const int32_t group = options.group();
  if (group < 1 || w.shape[0] % group != 0 || x.shape[3] % group != 0 ||
      (group > 1 && (w.shape[0] == 0 || x.shape[3] == 0))) {
    return ctx.error("%d groups do not divide %d input and %d output channels",
                     static_cast<int>(group), static_cast<int>(x.shape[3]),
                     static_cast<int>(w.shape[0]));
  }
  const fb::Window& window = *options.window();
  if (w.shape[1] != window.kernel_h() || w.shape[2] != window.kernel_w() ||
      w.shape[3] != x.shape[3] / group) {
    return ctx.error("weights '%s' do not fit the kernel and the input channels", w.name);
  }
  const auto size = [](int32_t v) { return static_cast<size_t>(v); };
  *out = {size(x.shape[0]), size(x.shape[3]), size(w.shape[0]), size(group)};
  return {};
}

Status resolve_axis(const PlanContext& ctx, const char* name, const int32_t (&v)[7], Axis* out) {
  const auto [in, kernel, stride, dilation, pad_begin, pad_end, output_pad] = v;
  if (kernel < 1 || stride < 1 || dilation < 1 || pad_begin < 0 || pad_end < 0 || output_pad < 0) {
    return ctx.error("%s: kernel, stride or dilation is below 1, or a pad below 0", name);
  }
  const int64_t extent = (int64_t{kernel} - 1) * dilation + 1;
  const int64_t size =
      in == 0 ? 0 : (int64_t{in} - 1) * stride - pad_begin - pad_end + extent + output_pad;
  if (size < 0 || extent > INT32_MAX || size > INT32_MAX || size + pad_begin > INT32_MAX) {
    return ctx.error("%s: the output would have size %lld", name, static_cast<long long>(size));
  }
  const auto u = [](int64_t n) { return static_cast<size_t>(n); };
  *out = {u(in), u(size), u(kernel), u(stride), u(dilation), u(pad_begin)};
  return {};
}

ConvPart make_part(const ConvPlan& p, const Sizes& s, const Axis& rows, const Axis& columns,
                   const Phase& py, const Phase& px, size_t group) {
  ConvPart part{};
  part.window = {.h = rows.in - py.skip,
                 .w = columns.in - px.skip,
                 .out_h = py.count,
                 .out_w = px.count,
                 .kernel_h = py.taps.count,
                 .kernel_w = px.taps.count,
                 .stride_h = 1,
                 .stride_w = 1,
                 .dilation_h = py.taps.dilation,
                 .dilation_w = px.taps.dilation,
                 .pad_top = py.pad,
                 .pad_left = px.pad,
                 .pad_bottom = 0,
                 .pad_right = 0};
  part.direct = part.window.pointwise() && py.skip == 0 && px.skip == 0 && py.count == rows.in &&
                px.count == columns.in;
  part.x_offset = group * s.group_in();
  // With nothing left of the image no value is read, and the offset stays inside it.
  if (part.window.h > 0 && part.window.w > 0)
    part.x_offset += py.skip * p.x_row + px.skip * p.x_pixel;
  part.y_offset = (py.first * columns.out + px.first) * s.co + group * s.group_out();
  part.y_row = rows.stride * columns.out * s.co;
  part.y_pixel = columns.stride * s.co;
  return part;
}

// Walks the packed matrices in file order. Parts without outputs are left out, those without taps
// have no matrix.
Status make_parts(PlanContext& ctx, const Sizes& s, const Axis& rows, const Axis& columns,
                  ConvPlan* p) {
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1);
  size_t most = 0;
  if (!checked_product({s.group, rows.stride, columns.stride}, &most) || most > kMaxParts) {
    return ctx.unsupported("%zu groups and strides %zu, %zu make more than %zu phases", s.group,
                           rows.stride, columns.stride, kMaxParts);
  }
  ConvPart* parts = allocate_array<ConvPart>(ctx, most);
  if (!parts) return ctx.out_of_memory();
  uint64_t end = 0;
  for (size_t i = 0; i < most; ++i) {
    const size_t phase = i % (rows.stride * columns.stride),
                 group = i / (rows.stride * columns.stride);
    const Phase py = make_phase(rows, phase / columns.stride);
    const Phase px = make_phase(columns, phase % columns.stride);
    const size_t k = py.taps.count * px.taps.count * s.group_in();
    const bool stored = py.taps.count * px.taps.count > 0;
    const uint64_t start = stored ? packed_blob_start(end) : end;
    const uint64_t size = stored ? matmul_blob_size(p->matmul, s.group_out(), k) : 0;
    if (start > w.size || size > w.size - start) {
      return ctx.error("the packed weights '%s' end before phase %zu of group %zu", w.name, phase,
                       group);
    }
    end = start + size;
    if (py.count * px.count == 0) continue;
    ConvPart& part = parts[p->part_count++];
    part = make_part(*p, s, rows, columns, py, px, group);
    part.direct = part.direct && !(x.known && x.dtype == LINNET_S8);
    const size_t channel = group * s.group_out();
    if (stored) {
      LINNET_TRY(prepare_blob(ctx, p->matmul, static_cast<const std::byte*>(w.data) + start,
                              channel, s.group_out(), k, s.n * py.count * px.count, &part.blob));
    } else {
      LINNET_TRY(prepare_empty_blob(ctx, p->matmul, channel, s.group_out(), &part.blob));
    }
  }
  if (end != w.size) {
    return ctx.error("the packed weights '%s' have %zu bytes, not %llu", w.name, w.size,
                     static_cast<unsigned long long>(end));
  }
  p->parts = parts;
  return {};
}

Status try_xnnpack(PlanContext& ctx, const Sizes& s, const Axis& rows, const Axis& columns,
                   const ConvPlan& p, uint64_t macs, bool* planned) {
  // XNNPACK wants the pads at the end, and an output pad below the stride.
  const auto pad_end = [](const Axis& a) {
    return static_cast<int64_t>((a.in - 1) * a.stride + (a.kernel - 1) * a.dilation + 1) -
           static_cast<int64_t>(a.out + a.pad);
  };
  if (rows.in == 0 || columns.in == 0) return {};
  const auto split = [](int64_t end, const Axis& a, size_t* pad, uint32_t* adjust) {
    *pad = end > 0 ? static_cast<size_t>(end) : 0;
    *adjust = end < 0 ? static_cast<uint32_t>(-end) : 0;
    return *adjust < a.stride;
  };
  XnnpackConvPlan conv{};
  WindowGeometry& g = conv.window;
  if (!split(pad_end(rows), rows, &g.pad_bottom, &conv.adjust_h) ||
      !split(pad_end(columns), columns, &g.pad_right, &conv.adjust_w)) {
    return {};
  }
  g.h = rows.in;
  g.w = columns.in;
  g.out_h = rows.out;
  g.out_w = columns.out;
  g.kernel_h = rows.kernel;
  g.kernel_w = columns.kernel;
  g.stride_h = rows.stride;
  g.stride_w = columns.stride;
  g.dilation_h = rows.dilation;
  g.dilation_w = columns.dilation;
  g.pad_top = rows.pad;
  g.pad_left = columns.pad;
  conv.n = s.n;
  conv.ci = s.ci;
  conv.co = s.co;
  conv.group = s.group;
  conv.transposed = true;
  conv.lo = p.matmul.lo;
  conv.hi = p.matmul.hi;
  conv.macs = macs;
  return try_xnnpack_conv(ctx, conv, planned);
}

}  // namespace

Status plan_conv_transpose_2d(PlanContext& ctx) {
  const fb::ConvTranspose2dOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(ctx.expect_inputs(2, 3));
  LINNET_TRY(ctx.expect_outputs(1, 1));
  Sizes s{};
  LINNET_TRY(check_sizes(ctx, *options, &s));
  const Shape& x = ctx.input(0)->shape;
  const fb::Window& v = *options->window();
  Axis rows{}, columns{};
  LINNET_TRY(resolve_axis(ctx, "height",
                          {x[1], v.kernel_h(), v.stride_h(), v.dilation_h(), v.pad_top(),
                           v.pad_bottom(), options->output_pad_h()},
                          &rows));
  LINNET_TRY(resolve_axis(ctx, "width",
                          {x[2], v.kernel_w(), v.stride_w(), v.dilation_w(), v.pad_left(),
                           v.pad_right(), options->output_pad_w()},
                          &columns));
  LINNET_TRY(ctx.set_shape(0, {x[0], static_cast<int32_t>(rows.out),
                               static_cast<int32_t>(columns.out), static_cast<int32_t>(s.co)}));
  ConvPlan p{};
  LINNET_TRY(plan_matmul(ctx, s.co, options->clamp_min(), options->clamp_max(), &p.matmul));
  p.images = s.n;
  p.x_pixel = p.pixel_values = s.ci;
  p.x_row = columns.in * s.ci;
  p.x_image = rows.in * columns.in * s.ci;
  p.y_image = rows.out * columns.out * s.co;
  p.x_pixels = s.n * rows.in * columns.in;
  LINNET_TRY(make_parts(ctx, s, rows, columns, &p));
  const uint64_t macs = uint64_t{p.x_pixels} * rows.kernel * columns.kernel * s.group_in() * s.co;
  bool planned = false;
  LINNET_TRY(try_xnnpack(ctx, s, rows, columns, p, macs, &planned));
  return planned ? Status() : finish_conv_plan(ctx, &p, macs);
}

}  // namespace linnet

#include "runtime/ops/window.h"

#include <algorithm>

namespace linnet {
namespace {

struct Axis {
  int64_t size, kernel, stride, dilation, pad_begin, pad_end;
  int64_t out = 0;
};

// Sets out, and with automatic padding the pads. All inputs are int32, so int64 cannot overflow.
Status resolve_axis(const PlanContext& ctx, const char* name, fb::AutoPad auto_pad, bool ceil_mode,
                    Axis* axis) {
  Axis& a = *axis;
  if (a.kernel < 1 || a.stride < 1 || a.dilation < 1) {
    return ctx.error("%s: kernel %d, stride %d and dilation %d must be at least 1", name,
                     static_cast<int>(a.kernel), static_cast<int>(a.stride),
                     static_cast<int>(a.dilation));
  }
  const int64_t extent = (a.kernel - 1) * a.dilation + 1;
  if (extent > INT32_MAX) return ctx.error("%s: kernel times dilation is too large", name);
  if (auto_pad == fb::AutoPad::none) {
    if (a.pad_begin < 0 || a.pad_end < 0) return ctx.error("%s: a pad is negative", name);
    const int64_t span = a.size == 0 ? -1 : a.size + a.pad_begin + a.pad_end - extent;
    if (span < 0 && a.size > 0) {
      return ctx.error("%s: a window of %d does not fit in %d and its padding", name,
                       static_cast<int>(extent), static_cast<int>(a.size));
    }
    a.out = span < 0 ? 0 : (span + (ceil_mode ? a.stride - 1 : 0)) / a.stride + 1;
    if (ceil_mode && a.out > 0 && (a.out - 1) * a.stride >= a.size + a.pad_begin) --a.out;
  } else {
    a.out = (a.size + a.stride - 1) / a.stride;
    const int64_t total = std::max<int64_t>(0, (a.out - 1) * a.stride + extent - a.size);
    const int64_t small = total / 2;
    a.pad_begin = auto_pad == fb::AutoPad::same_upper ? small : total - small;
    a.pad_end = total - a.pad_begin;
  }
  if (a.size + a.pad_begin + a.pad_end + extent + a.stride > INT32_MAX) {
    return ctx.error("%s: sizes and padding are too large", name);
  }
  return {};
}

}  // namespace

Status resolve_window(const PlanContext& ctx, const fb::Window& window, fb::AutoPad auto_pad,
                      bool ceil_mode, int32_t h, int32_t w, WindowGeometry* out) {
  if (auto_pad > fb::AutoPad::MAX) return ctx.error("the kind of automatic padding is unknown");
  Axis rows{h,
            window.kernel_h(),
            window.stride_h(),
            window.dilation_h(),
            window.pad_top(),
            window.pad_bottom()};
  Axis cols{w,
            window.kernel_w(),
            window.stride_w(),
            window.dilation_w(),
            window.pad_left(),
            window.pad_right()};
  LINNET_TRY(resolve_axis(ctx, "height", auto_pad, ceil_mode, &rows));
  LINNET_TRY(resolve_axis(ctx, "width", auto_pad, ceil_mode, &cols));
  const auto size = [](int64_t v) { return static_cast<size_t>(v); };
  *out = {.h = size(h),
          .w = size(w),
          .out_h = size(rows.out),
          .out_w = size(cols.out),
          .kernel_h = size(rows.kernel),
          .kernel_w = size(cols.kernel),
          .stride_h = size(rows.stride),
          .stride_w = size(cols.stride),
          .dilation_h = size(rows.dilation),
          .dilation_w = size(cols.dilation),
          .pad_top = size(rows.pad_begin),
          .pad_left = size(cols.pad_begin),
          .pad_bottom = size(rows.pad_end),
          .pad_right = size(cols.pad_end)};
  return {};
}

}  // namespace linnet

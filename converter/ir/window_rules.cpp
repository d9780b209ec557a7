#include <fmt/format.h>

#include <stdexcept>

#include "converter/ir/shape_rules.h"

namespace linnet::ir {

namespace {

// One spatial axis of a window.
struct Axis {
  int64_t in, kernel, stride, dilation, pad_begin, pad_end;
  int64_t span() const { return (kernel - 1) * dilation + 1; }
};

int32_t checked(int64_t size) {
  if (size < 1 || size > INT32_MAX) {
    throw std::invalid_argument(
        fmt::format("a window larger than its padded input gives size {}", size));
  }
  return static_cast<int32_t>(size);
}

int32_t forward(const Axis& a, bool same, bool ceil_mode) {
  if (a.in < 0) return -1;
  if (same) return checked((a.in + a.stride - 1) / a.stride);
  const int64_t room = a.in + a.pad_begin + a.pad_end - a.span();
  if (room < 0) return checked(0);
  int64_t out = room / a.stride + 1;
  if (ceil_mode && room % a.stride != 0 && out * a.stride < a.in + a.pad_begin) ++out;
  return checked(out);
}

int32_t backward(const Axis& a, int64_t output_pad) {
  if (a.in < 0) return -1;
  return checked((a.in - 1) * a.stride + a.span() + output_pad - a.pad_begin - a.pad_end);
}

// Far beyond any tensor, and small enough that products of two fit in 64 bits.
constexpr int32_t kMost = 1 << 24;

void check_window(const fb::Window& w) {
  const bool positive = w.kernel_h() > 0 && w.kernel_w() > 0 && w.stride_h() > 0 &&
                        w.stride_w() > 0 && w.dilation_h() > 0 && w.dilation_w() > 0;
  const bool padded =
      w.pad_top() >= 0 && w.pad_left() >= 0 && w.pad_bottom() >= 0 && w.pad_right() >= 0;
  for (int32_t size : {w.kernel_h(), w.kernel_w(), w.stride_h(), w.stride_w(), w.dilation_h(),
                       w.dilation_w(), w.pad_top(), w.pad_left(), w.pad_bottom(), w.pad_right()}) {
    if (size > kMost) throw std::invalid_argument(fmt::format("a window with a size of {}", size));
  }
  if (!positive || !padded) {
    throw std::invalid_argument(
        "a window needs a positive kernel, stride and dilation, and pads of at least 0");
  }
}

Axis axis_h(int32_t in, const fb::Window& w) {
  return {in, w.kernel_h(), w.stride_h(), w.dilation_h(), w.pad_top(), w.pad_bottom()};
}

Axis axis_w(int32_t in, const fb::Window& w) {
  return {in, w.kernel_w(), w.stride_w(), w.dilation_w(), w.pad_left(), w.pad_right()};
}

void check_channels(int32_t found, int64_t expected) {
  if (found >= 0 && expected >= 0 && found != expected) {
    throw std::invalid_argument(
        fmt::format("the input has {} channels, the weights are for {}", found, expected));
  }
}

}  // namespace

Dims window_dims(const ShapeInputs& in) {
  const Dims& x = in.dims(0);
  if (x.size() != 4)
    throw std::invalid_argument(fmt::format("a window op on a tensor of rank {}", x.size()));
  const auto slide = [&](const fb::Window& w, bool same, bool ceil_mode, int32_t channels) {
    check_window(w);
    return Dims{x[0], forward(axis_h(x[1], w), same, ceil_mode),
                forward(axis_w(x[2], w), same, ceil_mode), channels};
  };
  switch (in.node.op) {
    case OpType::conv_2d: {
      const auto& o = in.node.as<fb::Conv2dOptionsT>();
      const Dims& weights = in.dims(1);
      if (weights.size() != 4) throw std::invalid_argument("convolution weights must have rank 4");
      check_channels(x[3], int64_t{weights[3]} * o.group);
      return slide(*o.window, o.auto_pad != fb::AutoPad::none, false, weights[0]);
    }
    case OpType::depthwise_conv_2d: {
      const auto& o = in.node.as<fb::DepthwiseConv2dOptionsT>();
      const Dims& weights = in.dims(1);
      if (weights.size() != 3) throw std::invalid_argument("depthwise weights must have rank 3");
      check_channels(x[3], weights[2]);
      return slide(*o.window, o.auto_pad != fb::AutoPad::none, false, weights[2]);
    }
    case OpType::conv_transpose_2d: {
      const auto& o = in.node.as<fb::ConvTranspose2dOptionsT>();
      const Dims& weights = in.dims(1);
      if (weights.size() != 4) throw std::invalid_argument("convolution weights must have rank 4");
      check_channels(x[3], int64_t{weights[3]} * o.group);
      check_window(*o.window);
      return {x[0], backward(axis_h(x[1], *o.window), o.output_pad_h),
              backward(axis_w(x[2], *o.window), o.output_pad_w), weights[0]};
    }
    default: {
      const auto& o = in.node.as<fb::Pool2dOptionsT>();
      return slide(*o.window, o.auto_pad != fb::AutoPad::none, o.ceil_mode, x[3]);
    }
  }
}

}  // namespace linnet::ir

#include "kernels/xnnpack/xnnpack_operator.h"

#include <xnnpack.h>

#include <new>

namespace linnet {

namespace {

enum class Kind : uint8_t {
  conv,
  conv_transpose,
  fully_connected,
  average_pool,
  max_pool,
  softmax
};

// pthreadpool's and XNNPACK's start-up is safe to repeat, and a function-local static is made once.
bool ready() {
  static const bool ok = xnn_initialize(nullptr) == xnn_status_success;
  return ok;
}

}  // namespace

struct XnnpackOperator {
  Kind kind;
  xnn_operator_t handle = nullptr;
  size_t in = 0, out = 0;  // channels of one pixel
};

namespace {

XnnpackOperator* finish(Kind kind, xnn_status status, xnn_operator_t handle, size_t in,
                        size_t out) {
  if (status != xnn_status_success) return nullptr;
  XnnpackOperator* op = new (std::nothrow) XnnpackOperator{kind, handle, in, out};
  if (!op) xnn_delete_operator(handle);
  return op;
}

}  // namespace

XnnpackOperator* xnnpack_conv_2d(const XnnpackConv& c) {
  if (!ready()) return nullptr;
  const XnnpackWindow& w = c.window;
  const size_t in = c.groups * c.group_in, out = c.groups * c.group_out;
  xnn_operator_t handle = nullptr;
  const xnn_status status = xnn_create_convolution2d_nhwc_f32(
      w.pad_top, w.pad_right, w.pad_bottom, w.pad_left, w.kernel_h, w.kernel_w, w.stride_h,
      w.stride_w, w.dilation_h, w.dilation_w, c.groups, c.group_in, c.group_out, in, out, c.weights,
      c.bias, c.clamp_min, c.clamp_max, c.depthwise ? XNN_FLAG_DEPTHWISE_CONVOLUTION : 0, nullptr,
      nullptr, &handle);
  return finish(Kind::conv, status, handle, in, out);
}

XnnpackOperator* xnnpack_conv_transpose_2d(const XnnpackConv& c) {
  if (!ready()) return nullptr;
  const XnnpackWindow& w = c.window;
  const size_t in = c.groups * c.group_in, out = c.groups * c.group_out;
  xnn_operator_t handle = nullptr;
  const xnn_status status = xnn_create_deconvolution2d_nhwc_f32(
      w.pad_top, w.pad_right, w.pad_bottom, w.pad_left, w.kernel_h, w.kernel_w, w.stride_h,
      w.stride_w, w.dilation_h, w.dilation_w, c.groups, c.group_in, c.group_out, in, out, c.weights,
      c.bias, c.clamp_min, c.clamp_max, 0, nullptr, nullptr, &handle);
  return finish(Kind::conv_transpose, status, handle, in, out);
}

XnnpackOperator* xnnpack_fully_connected(size_t n, size_t k, const float* weights,
                                         const float* bias, float clamp_min, float clamp_max) {
  if (!ready()) return nullptr;
  xnn_operator_t handle = nullptr;
  const xnn_status status = xnn_create_fully_connected_nc_f32(
      k, n, k, n, weights, bias, clamp_min, clamp_max, 0, nullptr, nullptr, &handle);
  return finish(Kind::fully_connected, status, handle, k, n);
}

XnnpackOperator* xnnpack_average_pool_2d(const XnnpackWindow& w) {
  if (!ready()) return nullptr;
  xnn_operator_t handle = nullptr;
  const xnn_status status = xnn_create_average_pooling2d_nhwc_f32(
      w.pad_top, w.pad_right, w.pad_bottom, w.pad_left, w.kernel_h, w.kernel_w, w.stride_h,
      w.stride_w, -__builtin_inff(), __builtin_inff(), 0, &handle);
  return finish(Kind::average_pool, status, handle, 0, 0);
}

XnnpackOperator* xnnpack_max_pool_2d(const XnnpackWindow& w) {
  if (!ready()) return nullptr;
  xnn_operator_t handle = nullptr;
  const xnn_status status = xnn_create_max_pooling2d_nhwc_f32(
      w.pad_top, w.pad_right, w.pad_bottom, w.pad_left, w.kernel_h, w.kernel_w, w.stride_h,
      w.stride_w, w.dilation_h, w.dilation_w, -__builtin_inff(), __builtin_inff(), 0, &handle);
  return finish(Kind::max_pool, status, handle, 0, 0);
}

XnnpackOperator* xnnpack_softmax() {
  if (!ready()) return nullptr;
  xnn_operator_t handle = nullptr;
  const xnn_status status = xnn_create_softmax_nc_f32(0, &handle);
  return finish(Kind::softmax, status, handle, 0, 0);
}

bool xnnpack_reshape(XnnpackOperator* op, const XnnpackShape& s, void* pool, size_t* workspace) {
  const pthreadpool_t threads = static_cast<pthreadpool_t>(pool);
  size_t bytes = 0, alignment = 0, out_h = s.out_h, out_w = s.out_w;
  xnn_status status = xnn_status_invalid_parameter;
  switch (op->kind) {
    case Kind::conv:
      status = xnn_reshape_convolution2d_nhwc_f32(op->handle, s.n, s.h, s.w, &bytes, &alignment,
                                                  &out_h, &out_w, threads);
      break;
    case Kind::conv_transpose:
      status = xnn_reshape_deconvolution2d_nhwc_f32(op->handle, s.n, s.h, s.w, s.adjust_h,
                                                    s.adjust_w, &out_h, &out_w, threads);
      break;
    case Kind::fully_connected:
      status = xnn_reshape_fully_connected_nc_f32(op->handle, s.n, threads);
      break;
    case Kind::average_pool:
      status = xnn_reshape_average_pooling2d_nhwc_f32(op->handle, s.n, s.h, s.w, s.c, s.c, s.c,
                                                      &bytes, &alignment, &out_h, &out_w, threads);
      break;
    case Kind::max_pool:
      status = xnn_reshape_max_pooling2d_nhwc_f32(op->handle, s.n, s.h, s.w, s.c, s.c, s.c, &out_h,
                                                  &out_w, threads);
      break;
    case Kind::softmax:
      status = xnn_reshape_softmax_nc_f32(op->handle, s.c, s.c, s.c, s.n, threads);
      break;
  }
  *workspace = bytes;
  return status == xnn_status_success && alignment <= 64 && out_h == s.out_h && out_w == s.out_w;
}

bool xnnpack_run(XnnpackOperator* op, const float* x, float* y, void* workspace, void* pool) {
  xnn_status status = xnn_status_invalid_parameter;
  switch (op->kind) {
    case Kind::conv:
      status = xnn_setup_convolution2d_nhwc_f32(op->handle, workspace, x, y);
      break;
    case Kind::conv_transpose:
      status = xnn_setup_deconvolution2d_nhwc_f32(op->handle, x, y);
      break;
    case Kind::fully_connected:
      status = xnn_setup_fully_connected_nc_f32(op->handle, x, y);
      break;
    case Kind::average_pool:
      status = xnn_setup_average_pooling2d_nhwc_f32(op->handle, workspace, x, y);
      break;
    case Kind::max_pool:
      status = xnn_setup_max_pooling2d_nhwc_f32(op->handle, x, y);
      break;
    case Kind::softmax:
      status = xnn_setup_softmax_nc_f32(op->handle, x, y);
      break;
  }
  return status == xnn_status_success &&
         xnn_run_operator(op->handle, static_cast<pthreadpool_t>(pool)) == xnn_status_success;
}

void xnnpack_destroy(void* object) {
  XnnpackOperator* op = static_cast<XnnpackOperator*>(object);
  xnn_delete_operator(op->handle);
  delete op;
}

}  // namespace linnet

#include "kernels/xnnpack/xnnpack_operator.h"

#include <xnnpack.h>

#include <memory>
#include <new>

#include "kernels/xnnpack/xnnpack_provider.h"

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
  XnnpackWeightsView view{};  // of operators with weights
};

namespace {

// Makes the operator with create(weights cache, &handle); null if that fails.
template <typename Create>
XnnpackOperator* make(Kind kind, XnnpackWeights* packed, const void* key, Create create) {
  if (!ready()) return nullptr;
  std::unique_ptr<XnnpackOperator> op(new (std::nothrow) XnnpackOperator{kind});
  if (!op) return nullptr;
  if (packed) xnnpack_connect(packed, key, &op->view);
  const xnn_status status = create(packed ? &op->view.provider : nullptr, &op->handle);
  return status == xnn_status_success ? op.release() : nullptr;
}

}  // namespace

XnnpackOperator* xnnpack_conv_2d(const XnnpackConv& c) {
  const XnnpackWindow& w = c.window;
  const size_t in = c.groups * c.group_in, out = c.groups * c.group_out;
  const uint32_t flags = c.depthwise ? XNN_FLAG_DEPTHWISE_CONVOLUTION : 0;
  return make(Kind::conv, c.packed, c.key, [&](xnn_weights_cache_t cache, xnn_operator_t* op) {
    return xnn_create_convolution2d_nhwc_f32(
        w.pad_top, w.pad_right, w.pad_bottom, w.pad_left, w.kernel_h, w.kernel_w, w.stride_h,
        w.stride_w, w.dilation_h, w.dilation_w, c.groups, c.group_in, c.group_out, in, out,
        c.weights, c.bias, c.clamp_min, c.clamp_max, flags, nullptr, cache, op);
  });
}

XnnpackOperator* xnnpack_conv_transpose_2d(const XnnpackConv& c) {
  const XnnpackWindow& w = c.window;
  const size_t in = c.groups * c.group_in, out = c.groups * c.group_out;
  const auto create = [&](xnn_weights_cache_t cache, xnn_operator_t* op) {
    return xnn_create_deconvolution2d_nhwc_f32(
        w.pad_top, w.pad_right, w.pad_bottom, w.pad_left, w.kernel_h, w.kernel_w, w.stride_h,
        w.stride_w, w.dilation_h, w.dilation_w, c.groups, c.group_in, c.group_out, in, out,
        c.weights, c.bias, c.clamp_min, c.clamp_max, 0, nullptr, cache, op);
  };
  return make(Kind::conv_transpose, c.packed, c.key, create);
}

XnnpackOperator* xnnpack_fully_connected(XnnpackWeights* packed, const void* key, size_t n,
                                         size_t k, const float* weights, const float* bias,
                                         float clamp_min, float clamp_max) {
  const auto create = [&](xnn_weights_cache_t cache, xnn_operator_t* op) {
    return xnn_create_fully_connected_nc_f32(k, n, k, n, weights, bias, clamp_min, clamp_max, 0,
                                             nullptr, cache, op);
  };
  return make(Kind::fully_connected, packed, key, create);
}

XnnpackOperator* xnnpack_average_pool_2d(const XnnpackWindow& w) {
  const auto create = [&](xnn_weights_cache_t, xnn_operator_t* op) {
    return xnn_create_average_pooling2d_nhwc_f32(w.pad_top, w.pad_right, w.pad_bottom, w.pad_left,
                                                 w.kernel_h, w.kernel_w, w.stride_h, w.stride_w,
                                                 -__builtin_inff(), __builtin_inff(), 0, op);
  };
  return make(Kind::average_pool, nullptr, nullptr, create);
}

XnnpackOperator* xnnpack_max_pool_2d(const XnnpackWindow& w) {
  const auto create = [&](xnn_weights_cache_t, xnn_operator_t* op) {
    return xnn_create_max_pooling2d_nhwc_f32(
        w.pad_top, w.pad_right, w.pad_bottom, w.pad_left, w.kernel_h, w.kernel_w, w.stride_h,
        w.stride_w, w.dilation_h, w.dilation_w, -__builtin_inff(), __builtin_inff(), 0, op);
  };
  return make(Kind::max_pool, nullptr, nullptr, create);
}

XnnpackOperator* xnnpack_softmax() {
  return make(Kind::softmax, nullptr, nullptr, [](xnn_weights_cache_t, xnn_operator_t* op) {
    return xnn_create_softmax_nc_f32(0, op);
  });
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

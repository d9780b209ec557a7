#include <cmath>

#include "kernels/depthwise_f32/depthwise_f32.h"
#include "kernels/depthwise_f32/depthwise_window.h"

namespace linnet {

void depthwise_f32_scalar(const DepthwiseF32Args& args) {
  for (size_t oh = args.row_begin; oh < args.row_end; ++oh) {
    const TapRange rows =
        taps_inside(oh, args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
    for (size_t ow = 0; ow < args.out_w; ++ow) {
      const TapRange cols =
          taps_inside(ow, args.stride_w, args.dilation_w, args.pad_left, args.kernel_w, args.w);
      for (size_t c = 0; c < args.c; ++c) {
        float acc = args.bias != nullptr ? args.bias[c] : 0.0f;
        for (size_t i = rows.begin; i < rows.end; ++i) {
          const size_t ih = oh * args.stride_h + i * args.dilation_h - args.pad_top;
          for (size_t j = cols.begin; j < cols.end; ++j) {
            const size_t iw = ow * args.stride_w + j * args.dilation_w - args.pad_left;
            acc = fmaf(args.x[ih * args.x_row + iw * args.x_pixel + c],
                       args.weights[(i * args.kernel_w + j) * args.c + c], acc);
          }
        }
        if (acc < args.clamp_min) acc = args.clamp_min;
        if (acc > args.clamp_max) acc = args.clamp_max;
        args.y[oh * args.y_row + ow * args.y_pixel + c] = acc;
      }
    }
  }
}

}  // namespace linnet

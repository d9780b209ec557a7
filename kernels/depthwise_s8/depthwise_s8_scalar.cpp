#include <cstring>

#include "kernels/depthwise_f32/depthwise_window.h"
#include "kernels/depthwise_s8/depthwise_s8.h"
#include "kernels/requantize.h"

// Prepared: scale [c] f32, bias [c] s32, weights [kernel_h][kernel_w][c] s8.

namespace linnet {

size_t depthwise_s8_prepared_bytes(size_t c, size_t kernel_h, size_t kernel_w) {
  if (kernel_h == 0 || kernel_w == 0 || kernel_h > kDepthwiseS8MaxTaps / kernel_w) return 0;
  // Enough for the layouts of all ISAs: 64 bytes, then for every channel of up to 64 more bias,
  // scale, a byte of zero points and 32-bit words of pairs (AVX2) or quads (AVX-512) of taps. A
  // last row that has no other to go with stands there more than once.
  const size_t words = (kernel_h + 1) / 2 * kernel_w + 6;
  const size_t channel_bytes = 8 + 4 * words + 1;
  const size_t blocks = c / 64 + 1;
  if (blocks > SIZE_MAX / 2 / 64 / channel_bytes) return 0;
  return 64 + blocks * 64 * channel_bytes;
}

void depthwise_s8_prepare_scalar(const DepthwiseS8PrepareArgs& args, void* prepared) {
  auto* to = static_cast<unsigned char*>(prepared);
  const size_t word_bytes = args.c * 4;
  memcpy(to, args.scale, word_bytes);
  if (args.bias != nullptr) {
    memcpy(to + word_bytes, args.bias, word_bytes);
  } else {
    memset(to + word_bytes, 0, word_bytes);
  }
  memcpy(to + 2 * word_bytes, args.weights, args.kernel_h * args.kernel_w * args.c);
}

void depthwise_s8_scalar(const DepthwiseS8Args& args) {
  const auto* scale = static_cast<const float*>(args.prepared);
  const auto* bias = reinterpret_cast<const int32_t*>(scale + args.c);
  const auto* weights = reinterpret_cast<const int8_t*>(bias + args.c);
  for (size_t oh = args.row_begin; oh < args.row_end; ++oh) {
    const TapRange rows =
        taps_inside(oh, args.stride_h, args.dilation_h, args.pad_top, args.kernel_h, args.h);
    for (size_t ow = 0; ow < args.out_w; ++ow) {
      const TapRange cols =
          taps_inside(ow, args.stride_w, args.dilation_w, args.pad_left, args.kernel_w, args.w);
      for (size_t c = 0; c < args.c; ++c) {
        uint32_t acc = static_cast<uint32_t>(bias[c]);  // unsigned: overflow wraps around
        for (size_t i = rows.begin; i < rows.end; ++i) {
          const size_t ih = oh * args.stride_h + i * args.dilation_h - args.pad_top;
          for (size_t j = cols.begin; j < cols.end; ++j) {
            const size_t iw = ow * args.stride_w + j * args.dilation_w - args.pad_left;
            const int32_t x = args.x[ih * args.x_row + iw * args.x_pixel + c] - args.x_zero;
            acc += static_cast<uint32_t>(x * weights[(i * args.kernel_w + j) * args.c + c]);
          }
        }
        args.y[oh * args.y_row + ow * args.y_pixel + c] = requantize_s8(
            static_cast<int32_t>(acc), scale[c], args.y_zero, args.clamp_min, args.clamp_max);
      }
    }
  }
}

}  // namespace linnet

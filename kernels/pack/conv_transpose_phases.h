#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>

// The order in which the weights of convolutions stand in a model file, shared by the packer and
// the ops.
//
// A tensor of panels is a sequence of packed matrices [n][k] (panels.h, pack_panels_f32.h); each
// starts at the next multiple of 64 bytes (packed_blob_start) and nothing follows the last.
//   conv_2d            one for each group g: rows co of the group, k = (kh, kw, ci of the group)
//   fully_connected    one
//   conv_transpose_2d  for each group g, for each row phase py < stride_h, for each column phase
//                      px < stride_w: rows co of the group, k = (row tap, column tap, ci of the
//                      group). Phases without taps are left out.
//
// Transposed convolution adds x[i]·w[kernel index j] to y[i·stride + j·dilation − pad]. The outputs
// with (o + pad) mod stride == phase see only the kernel indices with (j·dilation) mod stride ==
// phase; with q = (o + pad − phase) / stride they are
//   y[o] = Σ_t w[first − t·step] · x[q − reach + t·dilation]         t = 0 … count−1
// an ordinary convolution with stride 1 over q (the fields are those of TransposeTaps). Inputs
// outside the image count as nothing.

namespace linnet {

// The taps of one phase along one axis, in the order in which they are packed: input ascending,
// kernel index descending.
struct TransposeTaps {
  size_t count;     // 0: outputs of this phase are the bias alone
  size_t first;     // kernel index of tap 0, the largest
  size_t step;      // kernel index falls by this from tap to tap
  size_t dilation;  // input position grows by this from tap to tap
  size_t reach;     // input position of tap 0 is q − reach
};

// kernel, stride, dilation >= 1, phase < stride; (kernel − 1)·dilation must fit in size_t.
constexpr TransposeTaps transpose_taps(size_t kernel, size_t stride, size_t dilation,
                                       size_t phase) {
  const size_t common = std::gcd(stride, dilation);
  const size_t step = stride / common;  // kernel indices of one phase repeat at this distance
  TransposeTaps taps{0, 0, step, dilation / common, 0};
  // Candidates repeat after `step` indices, so the smallest index of the phase is below it.
  for (size_t j = 0; j < step && j < kernel; ++j) {
    if (j * dilation % stride != phase) continue;
    taps.count = (kernel - 1 - j) / step + 1;
    taps.first = j + (taps.count - 1) * step;
    taps.reach = (taps.first * dilation - phase) / stride;
    break;
  }
  return taps;
}

// Where a packed matrix may start: `end`, the end of the one before it, rounded up to 64 bytes.
// Saturates, as the sizes of panels.h do.
constexpr uint64_t packed_blob_start(uint64_t end) {
  return end > UINT64_MAX - 63 ? UINT64_MAX : (end + 63) / 64 * 64;
}

}  // namespace linnet

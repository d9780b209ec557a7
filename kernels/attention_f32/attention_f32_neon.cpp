#if defined(__aarch64__)

// The tiles stand in the order of execution, as in gemm_f32_tiles_neon.h.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-schedule-insns")
#endif

#include "kernels/attention_f32/attention_f32.h"
#include "kernels/attention_f32/attention_f32_body.h"
#include "kernels/attention_f32/attention_loads_neon.h"

namespace linnet {
namespace {

// 6 x 2 x 2 registers keep the sums, 4 the keys and 2 a query of the 32.
struct AttentionNeon : AttentionLoadsNeon {
  using V = linnet::F8;
  static constexpr int kRows = 6;
  static float sum16(const V* x) { return sum(x[0] + x[1]); }
  static float max16(const V* x) {
    const V eight = max_of(x[0], x[1]);
    return vmaxvq_f32(vmaxq_f32(eight.lo, eight.hi));
  }
};

}  // namespace

void attention_f32_neon(const AttentionF32Args& args) { attention_f32_body<AttentionNeon>(args); }

}  // namespace linnet

#endif

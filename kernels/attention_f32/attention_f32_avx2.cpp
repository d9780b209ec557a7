#include "kernels/attention_f32/attention_f32.h"
#include "kernels/attention_f32/attention_f32_body.h"
#include "kernels/attention_f32/attention_loads_avx2.h"

namespace linnet {
namespace {

// 6 x 2 keeps 12 sums, 2 vectors of keys and 1 query in the 16 registers.
struct AttentionAvx2 : AttentionLoadsAvx2 {
  using V = linnet::F8;
  static constexpr int kRows = 6;
  static float sum16(const V* x) { return sum(x[0] + x[1]); }
  static float max16(const V* x) { return max(max_of(x[0], x[1])); }
};

}  // namespace

void attention_f32_avx2(const AttentionF32Args& args) { attention_f32_body<AttentionAvx2>(args); }

}  // namespace linnet

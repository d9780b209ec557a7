#include "kernels/attention_f32/attention_f32.h"
#include "kernels/attention_f32/attention_f32_body.h"
#include "kernels/attention_f32/attention_loads_avx2.h"
#include "kernels/vec/vec_avx512.h"

namespace linnet {
namespace {

// 12 x 2 keeps 24 sums, 2 vectors of keys and 1 query in the 32 registers.
struct AttentionAvx512 : AttentionLoadsAvx2 {
  using V = F32x16;
  static constexpr int kRows = 12;
  static F8 low(V x) { return _mm512_castps512_ps256(x.v); }
  static F8 high(V x) { return _mm512_extractf32x8_ps(x.v, 1); }
  static float sum16(const V* x) { return sum(low(*x) + high(*x)); }
  static float max16(const V* x) { return max(max_of(low(*x), high(*x))); }
};

}  // namespace

void attention_f32_avx512(const AttentionF32Args& args) {
  attention_f32_body<AttentionAvx512>(args);
}

}  // namespace linnet

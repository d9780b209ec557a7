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

  // Nibbles index a block's 16 values: no conversion.
  template <KvFormat F>
  static void load32(const uint8_t* row, size_t head_dim, size_t i, F8* x) {
    if constexpr (F != KvFormat::s4) return AttentionLoadsAvx2::load32<F>(row, head_dim, i, x);
    const __m256 scale = half_scale(row, head_dim, i / kKvBlock);
    const __m256 first = _mm256_mul_ps(scale, _mm256_setr_ps(-8, -7, -6, -5, -4, -3, -2, -1));
    const __m256 second = _mm256_mul_ps(scale, _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7));
    const auto look_up = [&](__m256i nibbles) -> F8 {  // by the low 4 bits
      return _mm256_permutex2var_ps(first, nibbles, second);
    };
    const auto* from = reinterpret_cast<const __m128i*>(row + i / 2);
    const __m128i pairs = _mm_loadu_si128(from);
    const __m256i a = _mm256_cvtepu8_epi32(pairs);
    const __m256i b = _mm256_cvtepu8_epi32(_mm_unpackhi_epi64(pairs, pairs));
    x[0] = look_up(a);
    x[1] = look_up(b);
    x[2] = look_up(_mm256_srli_epi32(a, 4));
    x[3] = look_up(_mm256_srli_epi32(b, 4));
  }

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

#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32.h"
#include "kernels/gather_panels_s4_f32/gather_panels_s4_f32_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void gather_panels_s4_f32_avx2(const GatherPanelsS4F32Args& args) {
  const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(args.table));
  gather_panels_s4_f32_body<F8>(args, [=](uint64_t codes) {
    const __m128i eight = _mm_cvtsi64_si128(static_cast<int64_t>(codes));
    return to_float(S8x32(_mm256_cvtepi8_epi32(_mm_shuffle_epi8(table, eight))));
  });
}

}  // namespace linnet

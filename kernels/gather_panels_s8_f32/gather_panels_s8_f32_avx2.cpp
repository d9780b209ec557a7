#include "kernels/gather_panels_s8_f32/gather_panels_s8_f32.h"
#include "kernels/gather_panels_s8_f32/gather_panels_s8_f32_body.h"
#include "kernels/vec/vec_avx2.h"

namespace linnet {

void gather_panels_s8_f32_avx2(const GatherPanelsS8F32Args& args) {
  gather_panels_s8_f32_body<F8>(args, [](uint64_t bytes) {
    const __m128i eight = _mm_cvtsi64_si128(static_cast<int64_t>(bytes));
    return to_float(S8x32(_mm256_cvtepi8_epi32(eight)));
  });
}

}  // namespace linnet

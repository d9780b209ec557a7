#include "kernels/quantize_rows/quantize_rows.h"

#include "kernels/requantize.h"

namespace linnet {
namespace {

constexpr KernelVariant<QuantizeRowsFn> kVariants[] = {
#if defined(LINNET_X86)
    {Isa::avx2, quantize_rows_avx2},
#endif
#if defined(LINNET_AARCH64)
    {Isa::neon, quantize_rows_neon},
#endif
    {Isa::scalar, quantize_rows_scalar},
};

}  // namespace

constexpr KernelFamily<QuantizeRowsFn> kQuantizeRows = {"quantize_rows", kVariants,
                                                        sizeof(kVariants) / sizeof(kVariants[0])};

DynamicScale dynamic_scale(float lo, float hi, bool signed_output) {
  float scale = (hi - lo) / 255.0f;
  if (!(scale < __builtin_inff())) scale = hi / 255.0f - lo / 255.0f;
  if (scale < 0x1p-126f) return {1.0f, signed_output ? -128 : 0};
  float zero = 0.0f - lo / scale;
  zero = zero < 255.0f ? zero : 255.0f;
  const int32_t rounded = static_cast<int32_t>(round_half_even(zero));
  return {scale, signed_output ? rounded - 128 : rounded};
}

}  // namespace linnet

#include "kernels/compare_f32/compare_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<CompareF32Fn> kVariants[] = {
    {Isa::scalar, compare_f32_scalar},
};

}  // namespace

constexpr KernelFamily<CompareF32Fn> kCompareF32 = {"compare_f32", kVariants,
                                                    sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet

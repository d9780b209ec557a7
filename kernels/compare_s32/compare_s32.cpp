#include "kernels/compare_s32/compare_s32.h"

namespace linnet {
namespace {

constexpr KernelVariant<CompareS32Fn> kVariants[] = {
    {Isa::scalar, compare_s32_scalar},
};

}  // namespace

constexpr KernelFamily<CompareS32Fn> kCompareS32 = {"compare_s32", kVariants,
                                                    sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet

#include "kernels/binary_s32/binary_s32.h"

namespace linnet {
namespace {

constexpr KernelVariant<BinaryS32Fn> kVariants[] = {
    {Isa::scalar, binary_s32_scalar},
};

}  // namespace

constexpr KernelFamily<BinaryS32Fn> kBinaryS32 = {"binary_s32", kVariants,
                                                  sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet

#include "kernels/argmax_f32/argmax_f32.h"

namespace linnet {
namespace {

constexpr KernelVariant<ArgmaxF32Fn> kVariants[] = {
    {Isa::scalar, argmax_f32_scalar},
};

}  // namespace

constexpr KernelFamily<ArgmaxF32Fn> kArgmaxF32 = {"argmax_f32", kVariants,
                                                  sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet

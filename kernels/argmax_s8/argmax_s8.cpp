#include "kernels/argmax_s8/argmax_s8.h"

namespace linnet {
namespace {

constexpr KernelVariant<ArgmaxS8Fn> kVariants[] = {
    {Isa::scalar, argmax_s8_scalar},
};

}  // namespace

constexpr KernelFamily<ArgmaxS8Fn> kArgmaxS8 = {"argmax_s8", kVariants,
                                                sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet

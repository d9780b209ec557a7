#include "kernels/im2col/im2col.h"

namespace linnet {
namespace {

constexpr KernelVariant<Im2colFn> kVariants[] = {
    {Isa::scalar, im2col_scalar},
};

}  // namespace

constexpr KernelFamily<Im2colFn> kIm2col = {"im2col", kVariants,
                                            sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet

#include "kernels/resize_nearest/resize_nearest.h"

namespace linnet {
namespace {

constexpr KernelVariant<ResizeNearestFn> kVariants[] = {
    {Isa::scalar, resize_nearest_scalar},
};

}  // namespace

constexpr KernelFamily<ResizeNearestFn> kResizeNearest = {"resize_nearest", kVariants,
                                                          sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet

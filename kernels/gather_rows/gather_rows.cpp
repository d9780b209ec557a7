#include "kernels/gather_rows/gather_rows.h"

namespace linnet {
namespace {

constexpr KernelVariant<GatherRowsFn> kVariants[] = {
    {Isa::scalar, gather_rows_scalar},
};

}  // namespace

constexpr KernelFamily<GatherRowsFn> kGatherRows = {"gather_rows", kVariants,
                                                    sizeof(kVariants) / sizeof(kVariants[0])};

}  // namespace linnet

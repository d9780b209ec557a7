#pragma once

#include "runtime/ops/op.h"

namespace linnet {

// Plans an op whose output holds the bytes of input 0 in the same order under `shape`, in place
// where the session allows it. Checks that dtypes, quantization and element counts agree.
Status plan_same_bytes(PlanContext& ctx, const Shape& shape);

// Sorts `axes` of a shape of `rank` into `set`, normalized. Errors: out of range, duplicates.
Status axis_set(const PlanContext& ctx, std::span<const int32_t> axes, int rank, uint32_t* set);

// The list stored in the options, or when that is empty the s32 value of input i, or nothing.
Status list_or_input(const PlanContext& ctx, const flatbuffers::Vector<int32_t>* list, int i,
                     std::span<const int32_t>* out);

}  // namespace linnet

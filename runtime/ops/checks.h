#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/ops/op.h"

// Checks and small services that most ops share.

namespace linnet {

// least … most inputs, the first `least` present, exactly `outputs` outputs, and none of them
// packed.
Status expect_arity(const PlanContext& ctx, int least, int most, int outputs = 1);

// real = scale * (q - zero_point), one pair for the tensor.
struct Affine {
  float scale = 1.0f;
  int32_t zero_point = 0;
};

// The quantization of an s8 or u8 activation. Errors: missing, per axis, a scale that is not
// positive, normal and finite, a zero point outside the type.
Status activation_quantization(const PlanContext& ctx, const Tensor& tensor, Affine* out);

// For ops that move values without computing: same dtype with addressable elements, and for 8-bit
// types the same quantization (or none at both).
Status expect_movable(const PlanContext& ctx, const Tensor& from, const Tensor& to);

// Neither bound is NaN, and low <= high.
Status expect_range(const PlanContext& ctx, float low, float high);

// Bounds of stored s8 values.
struct ClampS8 {
  int32_t min = -128;
  int32_t max = 127;
};

// The real bounds [low, high] in units of `y`, rounded as quantize rounds and saturated.
ClampS8 quantize_clamp(float low, float high, const Affine& y);

// Rounds a ratio of scales to the float that a kernel takes. Error beyond ±2^64 (or NaN): within
// it, no sum of products that a kernel forms can overflow to NaN.
Status expect_ratio(const PlanContext& ctx, double value, float* out);

// Multiplies sizes. False, leaving *product alone, when the result passes SIZE_MAX / 2.
bool checked_product(std::initializer_list<size_t> factors, size_t* product);

// "family isa", in memory of the plan.
const char* kernel_label(PlanContext& ctx, const char* family, Isa isa);

// The best variant of a family for the session, and its label.
template <typename Fn>
Fn* pick_kernel(PlanContext& ctx, const KernelFamily<Fn>& family, const char** label) {
  const KernelVariant<Fn>& variant = family.pick(ctx.isa());
  *label = kernel_label(ctx, family.name, variant.isa);
  return variant.run;
}

// A copy of `value` that lives as long as the plan; null when there is no memory.
template <typename T>
T* keep_params(PlanContext& ctx, const T& value) {
  T* kept = ctx.allocate<T>(1);
  if (kept) *kept = value;
  return kept;
}

// Like allocate(), but null always means no memory, also for count 0.
template <typename T>
T* allocate_array(PlanContext& ctx, size_t count) {
  return ctx.allocate<T>(count > 0 ? count : 1);
}

inline size_t element_count(const Tensor& tensor) {
  return static_cast<size_t>(tensor.shape.elements());
}

// Elements that one chunk of an elementwise step handles: enough to outweigh the handing out.
inline constexpr size_t kElementChunk = 16384;

// The same in rows of `row` elements; at least one row.
constexpr size_t row_chunk(size_t row) {
  return row >= kElementChunk ? 1 : kElementChunk / (row > 0 ? row : 1);
}

}  // namespace linnet

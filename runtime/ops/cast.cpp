#include <type_traits>

#include "kernels/convert_f16_f32/convert_f16_f32.h"
#include "runtime/ops/checks.h"

namespace linnet {
namespace {

struct Params {
  ConvertF16F32Fn* from_f16;
  ConvertF32F16Fn* to_f16;
};

// Floats are cut toward zero; values outside the target saturate, NaN becomes 0.
template <typename To, typename From>
To convert(From x) {
  if constexpr (std::is_same_v<To, bool>) {
    return x != From{0};
  } else if constexpr (std::is_same_v<From, float> && !std::is_same_v<To, float>) {
    // The bounds are powers of two (or one below, exact for 8 bits), so floats hold them.
    constexpr float kLow = sizeof(To) == 4 ? -0x1p31f : std::is_signed_v<To> ? -128.0f : 0.0f;
    constexpr float kEnd = sizeof(To) == 4 ? 0x1p31f : std::is_signed_v<To> ? 128.0f : 256.0f;
    constexpr To kMax = sizeof(To) == 4 ? static_cast<To>(INT32_MAX) : static_cast<To>(kEnd - 1);
    if (!(x == x)) return 0;
    return x <= kLow ? static_cast<To>(kLow) : x >= kEnd ? kMax : static_cast<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

template <typename From, typename To>
void run_convert(const RunContext& run) {
  const From* x = static_cast<const From*>(run.inputs[0]->data);
  To* y = static_cast<To*>(run.outputs[0]->data);
  run.pool.parallel_for(element_count(*run.outputs[0]), kElementChunk,
                        [&](size_t, size_t begin, size_t end) {
                          for (size_t i = begin; i < end; ++i) y[i] = convert<To, From>(x[i]);
                        });
}

void run_from_f16(const RunContext& run) {
  run.pool.parallel_for(
      element_count(*run.outputs[0]), kElementChunk, [&](size_t, size_t begin, size_t end) {
        static_cast<const Params*>(run.params)
            ->from_f16({.x = static_cast<const uint16_t*>(run.inputs[0]->data) + begin,
                        .y = static_cast<float*>(run.outputs[0]->data) + begin,
                        .count = end - begin});
      });
}

void run_to_f16(const RunContext& run) {
  run.pool.parallel_for(element_count(*run.outputs[0]), kElementChunk,
                        [&](size_t, size_t begin, size_t end) {
                          static_cast<const Params*>(run.params)
                              ->to_f16({.x = static_cast<const float*>(run.inputs[0]->data) + begin,
                                        .y = static_cast<uint16_t*>(run.outputs[0]->data) + begin,
                                        .count = end - begin});
                        });
}

template <typename From>
RunFn convert_from(linnet_dtype to) {
  switch (to) {
    case LINNET_F32:
      return run_convert<From, float>;
    case LINNET_S32:
      return run_convert<From, int32_t>;
    case LINNET_S8:
      return run_convert<From, int8_t>;
    case LINNET_U8:
      return run_convert<From, uint8_t>;
    case LINNET_BOOL:
      return run_convert<From, bool>;
    default:
      return nullptr;
  }
}

// bool inputs are read as bytes: any byte but 0 is true.
RunFn find_conversion(linnet_dtype from, linnet_dtype to) {
  if (to == LINNET_F16) return from == LINNET_F32 ? run_to_f16 : nullptr;
  switch (from) {
    case LINNET_F32:
      return convert_from<float>(to);
    case LINNET_S32:
      return convert_from<int32_t>(to);
    case LINNET_S8:
      return convert_from<int8_t>(to);
    case LINNET_U8:
    case LINNET_BOOL:
      return convert_from<uint8_t>(to);
    case LINNET_F16:
      return to == LINNET_F32 ? run_from_f16 : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace

// Between f32, s32, s8, u8 and bool, and between f32 and f16. 8-bit tensors are plain numbers here.
Status plan_cast(PlanContext& ctx) {
  const fb::CastOptions* options = nullptr;
  LINNET_TRY(ctx.options(&options));
  LINNET_TRY(expect_arity(ctx, 1, 1));
  const Tensor &x = *ctx.input(0), &y = ctx.output(0);
  if (static_cast<int>(options->to()) != static_cast<int>(y.dtype)) {
    return ctx.error("the dtype in the options is not that of '%s'", y.name);
  }
  if (x.quantization.present() || y.quantization.present()) {
    return ctx.unsupported("a cast of quantized values: use quantize, dequantize or requantize");
  }
  const RunFn run = find_conversion(x.dtype, y.dtype);
  if (!run) {
    return ctx.unsupported("a cast from %s to %s", linnet_dtype_name(x.dtype),
                           linnet_dtype_name(y.dtype));
  }
  LINNET_TRY(ctx.set_shape(0, x.shape));
  const Params* params = keep_params(ctx, Params{.from_f16 = kConvertF16F32.pick(ctx.isa()).run,
                                                 .to_f16 = kConvertF32F16.pick(ctx.isa()).run});
  if (!params) return ctx.out_of_memory();
  ctx.set_run(run, params, "cast");
  return {};
}

}  // namespace linnet

#include "runtime/ops/matmul_plan.h"

#include <cfloat>

#include "kernels/pack/pack_panels_s4.h"
#include "kernels/pack/panels.h"
#include "runtime/model/group_orders.h"

namespace linnet {
namespace {

Status choose_kind(const PlanContext& ctx, MatmulPlan* p) {
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1), &y = ctx.output(0);
  LINNET_TRY(ctx.expect_dtype(x, {LINNET_F32, LINNET_S8}));
  if (x.dtype == LINNET_F32) {
    LINNET_TRY(ctx.expect_dtype(w, {LINNET_F32, LINNET_F16, LINNET_S8, LINNET_S4}));
    LINNET_TRY(ctx.expect_dtype(y, {LINNET_F32}));
    p->dynamic = w.dtype == LINNET_S8 || w.dtype == LINNET_S4;
    p->kind = w.dtype == LINNET_F32   ? MatmulKind::f32
              : w.dtype == LINNET_F16 ? MatmulKind::f32_f16
              : w.dtype == LINNET_S8  ? MatmulKind::s8_f32
                                      : MatmulKind::s4_f32;
    p->reason = p->dynamic ? "the input is quantized as it is run" : "";
    return {};
  }
  LINNET_TRY(ctx.expect_dtype(w, {LINNET_S8}));
  LINNET_TRY(ctx.expect_dtype(y, {LINNET_S8, LINNET_F32}));
  p->dynamic = false;
  p->kind = y.dtype == LINNET_S8 ? MatmulKind::s8 : MatmulKind::s8_f32;
  p->reason = "int8 input and weights";
  return {};
}

void choose_kernel(PlanContext& ctx, MatmulPlan* p) {
  switch (p->kind) {
    case MatmulKind::f32:
      p->f32 = pick_kernel(ctx, kGemmF32, &p->label);
      break;
    case MatmulKind::f32_f16:
      p->f32_f16 = pick_kernel(ctx, kGemmF32F16, &p->label);
      break;
    case MatmulKind::s8:
      p->s8 = pick_kernel(ctx, kGemmS8S8, &p->label);
      break;
    case MatmulKind::s8_f32:
      p->s8_f32 = pick_kernel(ctx, kGemmS8S8F32, &p->label);
      break;
    case MatmulKind::s4_f32:
      p->s4_f32 = pick_kernel(ctx, kGemmS8S4F32, &p->label);
      break;
  }
  if (p->kind == MatmulKind::s8 || p->kind == MatmulKind::s8_f32) {
    p->order = kGroupOrder.pick(ctx.isa()).run;
  }
}

// Scales of s8 weights: one for the tensor or one for each channel, as `weight_scale(i)`.
Status check_weight_scales(const PlanContext& ctx, const Tensor& w, size_t channels) {
  const Quantization& q = w.quantization;
  const bool per_channel = q.axis == 0 && q.scale.size() == channels;
  if (!per_channel && !(q.axis < 0 && q.scale.size() == 1)) {
    return ctx.error("'%s' needs one scale, or one for each of %zu output channels", w.name,
                     channels);
  }
  for (const float s : q.scale) {
    if (!(s >= FLT_MIN && s <= FLT_MAX)) {
      return ctx.error("a scale of '%s' is %g, not a normal positive number", w.name,
                       static_cast<double>(s));
    }
  }
  for (const int32_t zero : q.zero_point) {
    if (zero != 0) return ctx.error("the weights '%s' have a zero point other than 0", w.name);
  }
  return {};
}

double weight_scale(const Tensor& w, size_t channel) {
  const auto& scale = w.quantization.scale;
  return static_cast<double>(scale[scale.size() == 1 ? 0 : channel]);
}

// Fills p->scale: what the kernel multiplies each channel's sum by.
Status plan_scales(PlanContext& ctx, size_t channels, MatmulPlan* p) {
  const Tensor &x = *ctx.input(0), &w = *ctx.input(1), &y = ctx.output(0);
  if (x.dtype == LINNET_S8) LINNET_TRY(activation_quantization(ctx, x, &p->x));
  if (w.dtype != LINNET_S8) return {};
  LINNET_TRY(check_weight_scales(ctx, w, channels));
  double factor = 1.0;
  if (p->kind == MatmulKind::s8) {
    Affine to;
    LINNET_TRY(activation_quantization(ctx, y, &to));
    factor = static_cast<double>(p->x.scale) / static_cast<double>(to.scale);
    p->y_zero = to.zero_point;
    p->clamp = quantize_clamp(p->lo, p->hi, to);
  }
  float* scale = allocate_array<float>(ctx, channels);
  if (!scale) return ctx.out_of_memory();
  for (size_t i = 0; i < channels; ++i) {
    LINNET_TRY(expect_ratio(ctx, weight_scale(w, i) * factor, &scale[i]));
  }
  p->scale = scale;
  return {};
}

Status plan_bias(PlanContext& ctx, size_t channels, MatmulPlan* p) {
  const Tensor* bias = ctx.input(2);
  if (!bias) return {};
  if (bias->panels || !bias->known) return ctx.error("the bias '%s' must be constant", bias->name);
  if (element_count(*bias) != channels) {
    return ctx.error("the bias '%s' has %zu values, must have %zu", bias->name,
                     element_count(*bias), channels);
  }
  if (p->kind == MatmulKind::s8) {
    LINNET_TRY(ctx.expect_dtype(*bias, {LINNET_S32}));
    p->bias_s32 = static_cast<const int32_t*>(bias->data);
    return {};
  }
  if (bias->dtype == LINNET_S32 && ctx.input(0)->dtype == LINNET_S8) {
    float* real = allocate_array<float>(ctx, channels);
    if (!real) return ctx.out_of_memory();
    for (size_t i = 0; i < channels; ++i) {
      const double unit = static_cast<double>(p->x.scale) * weight_scale(*ctx.input(1), i);
      real[i] = static_cast<float>(static_cast<const int32_t*>(bias->data)[i] * unit);
    }
    p->bias = real;
    return {};
  }
  LINNET_TRY(ctx.expect_dtype(*bias, {LINNET_F32}));
  p->bias = static_cast<const float*>(bias->data);
  return {};
}

Status plan_residual(PlanContext& ctx, MatmulPlan* p) {
  const Tensor *residual = ctx.input(3), &y = ctx.output(0);
  if (!residual) return {};
  if (p->kind == MatmulKind::s8 || p->kind == MatmulKind::s4_f32) {
    return ctx.error("the residual '%s' needs an f32 result and f32, f16 or s8 weights",
                     residual->name);
  }
  LINNET_TRY(ctx.expect_dtype(*residual, {LINNET_F32}));
  if (residual->panels || !(residual->shape == y.shape)) {
    return ctx.error("the residual '%s' must have the shape of the result", residual->name);
  }
  p->residual = true;
  ctx.reuse_input(0, 3);
  return {};
}

Status plan_codes(const PlanContext& ctx, MatmulPlan* p) {
  const Tensor& w = *ctx.input(1);
  if (w.dtype != LINNET_S4) return {};
  p->block = w.quantization.block;
  if (!panel_block_supported(p->block)) {
    return ctx.error("'%s' has blocks of %zu values, must be 32, 64 or 128", w.name, p->block);
  }
  p->table = w.quantization.table ? w.quantization.table : kInt4Table;
  for (int i = 0; i < 16; ++i) {
    if (p->table[i] == -128) return ctx.error("the code table of '%s' holds -128", w.name);
  }
  return {};
}

// Takes the input's zero point into the bias of s8 results. `row_sums` null: all 0.
Status fold_bias(PlanContext& ctx, const MatmulPlan& plan, const int32_t* row_sums,
                 MatmulBlob* blob) {
  if (plan.kind != MatmulKind::s8) return {};
  int32_t* folded = allocate_array<int32_t>(ctx, blob->n);
  if (!folded) return ctx.out_of_memory();
  for (size_t i = 0; i < blob->n; ++i) {
    // Sums wrap around, as the kernels' do.
    const uint32_t bias =
        plan.bias_s32 ? static_cast<uint32_t>(plan.bias_s32[blob->channel + i]) : 0;
    const uint32_t sum = row_sums ? static_cast<uint32_t>(row_sums[i]) : 0;
    folded[i] = static_cast<int32_t>(bias - static_cast<uint32_t>(plan.x.zero_point) * sum);
  }
  blob->folded_bias = folded;
  return {};
}

// The tables of k groups, where the kernel gains from them.
void order_groups(const PlanContext& ctx, const MatmulPlan& plan, size_t rows, MatmulBlob* blob) {
  if (!plan.order || !group_order_pays(rows, blob->n, blob->k)) return;
  GroupOrderArgs args;
  args.w = reinterpret_cast<const int8_t*>(blob->w);
  args.w_panel_stride = blob->panel_bytes;
  args.panels = static_cast<size_t>(panel_count(blob->n));
  args.k = blob->k;
  blob->order = ctx.group_orders()->find_or_make(plan.order, args);
  blob->order_bytes = group_order_bytes(blob->k);
}

}  // namespace

Status plan_matmul(PlanContext& ctx, size_t channels, float lo, float hi, MatmulPlan* out) {
  const Tensor& w = *ctx.input(1);
  *out = {};
  out->channels = channels;
  out->lo = lo;
  out->hi = hi;
  LINNET_TRY(expect_range(ctx, lo, hi));
  if (!w.panels || !w.known) return ctx.error("the weights '%s' are not packed constants", w.name);
  if (w.winograd != 0 && ctx.node().op() != fb::OpType::conv_2d) {
    return ctx.error("the weights '%s' are packed for conv_2d by Winograd's method", w.name);
  }
  if (ctx.input(0)->panels)
    return ctx.error("the input '%s' holds packed weights", ctx.input(0)->name);
  LINNET_TRY(choose_kind(ctx, out));
  LINNET_TRY(plan_scales(ctx, channels, out));
  LINNET_TRY(plan_bias(ctx, channels, out));
  LINNET_TRY(plan_residual(ctx, out));
  LINNET_TRY(plan_codes(ctx, out));
  choose_kernel(ctx, out);
  return {};
}

uint64_t matmul_blob_size(const MatmulPlan& plan, size_t n, size_t k) {
  switch (plan.kind) {
    case MatmulKind::f32:
      return panel_mul(panel_mul(panel_padded_rows(n), k), 4);
    case MatmulKind::f32_f16:
      return panel_mul(panel_mul(panel_padded_rows(n), k), 2);
    case MatmulKind::s8:
    case MatmulKind::s8_f32:
      return panels_size_s8(n, k);
    case MatmulKind::s4_f32:
      return panels_size_s4(n, k, plan.block);
  }
  return UINT64_MAX;
}

Status prepare_blob(PlanContext& ctx, const MatmulPlan& plan, const std::byte* data, size_t channel,
                    size_t n, size_t k, size_t rows, MatmulBlob* out) {
  *out = {};
  out->n = n;
  out->k = k;
  out->channel = channel;
  out->w = data;
  // The sizes fit: the caller has compared matmul_blob_size() with the tensor's.
  if (plan.kind == MatmulKind::f32) {
    out->panel_bytes = 8 * k * sizeof(float);
  } else if (plan.kind == MatmulKind::f32_f16) {
    out->panel_bytes = 8 * k * sizeof(uint16_t);
  } else if (plan.kind == MatmulKind::s4_f32) {
    out->panel_bytes = static_cast<size_t>(panel_bytes_s4(k, plan.block));
    out->tail = data + panel_comp_offset_s4(n, k, plan.block);
  } else {
    out->panel_bytes = static_cast<size_t>(panel_bytes_s8(k));
    out->tail = data + panel_row_sums_offset_s8(n, k);
    order_groups(ctx, plan, rows, out);
  }
  return fold_bias(ctx, plan, static_cast<const int32_t*>(out->tail), out);
}

Status prepare_empty_blob(PlanContext& ctx, const MatmulPlan& plan, size_t channel, size_t n,
                          MatmulBlob* out) {
  *out = {};
  out->n = n;
  out->channel = channel;
  return fold_bias(ctx, plan, nullptr, out);
}

}  // namespace linnet

#include "runtime/ops/op.h"

#include "runtime/core/checked.h"

namespace linnet {
namespace {

// Longest list of dtypes or dimensions in an error text.
constexpr size_t kListSize = 96;

void append(char (&text)[kListSize], const char* more) {
  size_t used = 0;
  while (text[used] != '\0') ++used;
  for (; *more != '\0' && used + 1 < kListSize; ++more) text[used++] = *more;
  text[used] = '\0';
}

const char* node_name(const fb::Node& node) { return node.name() ? node.name()->c_str() : ""; }

}  // namespace

Status PlanContext::error(const char* format, ...) const {
  va_list args;
  va_start(args, format);
  const Status status = Status::verror(LINNET_BAD_MODEL, format, args);
  va_end(args);
  return status.prefixed("%s '%.80s'", fb::EnumNameOpType(node_->op()), node_name(*node_));
}

Status PlanContext::unsupported(const char* format, ...) const {
  va_list args;
  va_start(args, format);
  const Status status = Status::verror(LINNET_UNSUPPORTED, format, args);
  va_end(args);
  return status.prefixed("%s '%.80s'", fb::EnumNameOpType(node_->op()), node_name(*node_));
}

Status PlanContext::out_of_memory() const {
  return Status::error(LINNET_OUT_OF_MEMORY,
                       "%s '%.80s': no memory, or the session's limit is reached",
                       fb::EnumNameOpType(node_->op()), node_name(*node_));
}

Status PlanContext::bad_options() const {
  return node_->options_type() == fb::OpOptions::NONE
             ? error("its options are missing")
             : error("its options are those of another op, %s",
                     fb::EnumNameOpOptions(node_->options_type()));
}

Status PlanContext::expect_inputs(int least, int most) const {
  if (input_count() < least || input_count() > most) {
    return error("it has %d inputs, must have %d to %d", input_count(), least, most);
  }
  for (int i = 0; i < least; ++i) {
    if (!input(i)) return error("input %d is missing", i);
  }
  return {};
}

Status PlanContext::expect_outputs(int least, int most) const {
  if (output_count() >= least && output_count() <= most) return {};
  return error("it has %d outputs, must have %d to %d", output_count(), least, most);
}

Status PlanContext::expect_dtype(const Tensor& tensor,
                                 std::initializer_list<linnet_dtype> allowed) const {
  char list[kListSize] = "";
  for (const linnet_dtype dtype : allowed) {
    if (tensor.dtype == dtype) return {};
    if (list[0] != '\0') append(list, ", ");
    append(list, linnet_dtype_name(dtype));
  }
  return error("tensor '%.80s' is %s, must be %s", tensor.name, linnet_dtype_name(tensor.dtype),
               list);
}

Status PlanContext::expect_rank(const Tensor& tensor, int rank) const {
  if (tensor.shape.rank() == rank) return {};
  return error("tensor '%.80s' has rank %d, must have %d", tensor.name, tensor.shape.rank(), rank);
}

Status PlanContext::expect_same_dtype(const Tensor& a, const Tensor& b) const {
  if (a.dtype == b.dtype) return {};
  return error("tensor '%.80s' is %s but '%.80s' is %s", a.name, linnet_dtype_name(a.dtype), b.name,
               linnet_dtype_name(b.dtype));
}

Status PlanContext::normalize_axis(int axis, int rank, int* out) const {
  if (axis < -rank || axis >= rank) return error("axis %d is outside rank %d", axis, rank);
  *out = axis < 0 ? axis + rank : axis;
  return {};
}

Status PlanContext::known_s32(int i, std::span<const int32_t>* out) const {
  const Tensor* tensor = input(i);
  if (!tensor) return error("input %d is missing", i);
  LINNET_TRY(expect_dtype(*tensor, {LINNET_S32}));
  if (!tensor->known) {
    return unsupported("tensor '%.80s' must be a constant, or computed from shapes and constants",
                       tensor->name);
  }
  *out = {static_cast<const int32_t*>(tensor->data), static_cast<size_t>(tensor->shape.elements())};
  return {};
}

Status PlanContext::set_shape(int i, const Shape& shape) {
  if (i < 0 || i >= output_count()) return error("it has no output %d", i);
  Tensor& tensor = *outputs_[static_cast<size_t>(i)];
  for (int d = 0; d < shape.rank(); ++d) {
    if (shape[d] < 0)
      return error("dimension %d of output '%.80s' would be %d", d, tensor.name, shape[d]);
  }
  size_t bytes = 0;
  const size_t element = dtype_size(tensor.dtype);
  if (element == 0 || tensor.panels)
    return error("output '%.80s' cannot be packed weights", tensor.name);
  // Two bits stay free, so that what is derived from a size (padding, doubling) fits as well.
  if (!checked_elements<size_t>(shape.dims(), element, &bytes) || bytes > SIZE_MAX / 4) {
    return error("output '%.80s' would be too large", tensor.name);
  }
  if (tensor.quantization.axis >= 0) {
    return error("output '%.80s' is quantized per axis; activations have one scale", tensor.name);
  }
  tensor.shape = shape;
  tensor.size = bytes;
  return {};
}

void PlanContext::set_run(RunFn run, const void* params, const char* kernel, const char* reason,
                          uint64_t macs) {
  run_ = run;
  params_ = params;
  kernel_ = kernel;
  reason_ = reason;
  macs_ = macs;
}

}  // namespace linnet

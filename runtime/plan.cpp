#include "runtime/plan.h"

#include "runtime/core/checked.h"

namespace linnet {
namespace {

// Values up to this size are computed while planning when everything they depend on is known.
constexpr size_t kMostEvaluated = 64 * 1024;

// Marks an output whose shape plan() has not set.
constexpr size_t kNoSize = SIZE_MAX;

Status no_memory() {
  return Status::error(LINNET_OUT_OF_MEMORY,
                       "no memory to plan the model, or the session's limit is reached");
}

// The services of Plan for the plan() of one op.
class NodePlanContext final : public PlanContext {
 public:
  NodePlanContext(const Step& step, const PlanOptions& options, bool xnnpack_allowed,
                  PlanMemory* memory)
      : memory_(memory), account_(options.account) {
    node_ = step.node;
    inputs_ = step.inputs;
    outputs_ = step.outputs;
    isa_ = options.isa;
    caches_ = options.caches;
    threads_ = options.pool->threads();
    xnnpack_allowed_ = xnnpack_allowed;
    xnnpack_forced_ = options.xnnpack_forced;
    xnnpack_weights_ = options.xnnpack_weights;
    group_orders_ = options.group_orders;
    pool_handle_ = options.pool->handle();
  }
  bool keep(void* object, void (*destroy)(void*)) override {
    return memory_->keep(object, destroy, account_);
  }

  // Takes over what the op asked for.
  Status finish(Step* step) const {
    if (!run_) return Status::error(LINNET_INTERNAL, "the op has no run function");
    for (const Tensor* output : outputs_) {
      if (output->size == kNoSize)
        return Status::error(LINNET_INTERNAL, "the op sets no shape for '%.80s'", output->name);
    }
    step->run = run_;
    step->params = params_;
    step->kernel = kernel_;
    step->reason = reason_;
    step->macs = macs_;
    step->uses_pool_handle = pool_handle_used_;
    step->scratch_size = scratch_;
    const bool reuse_valid = reuse_input_ >= 0 && reuse_input_ < input_count() &&
                             inputs_[static_cast<size_t>(reuse_input_)] && reuse_output_ >= 0 &&
                             reuse_output_ < output_count();
    if (reuse_valid) {
      step->reuse_input = reuse_input_;
      step->reuse_output = reuse_output_;
    }
    return {};
  }

 protected:
  void* allocate_bytes(size_t bytes) override { return memory_->allocate(bytes, account_); }

 private:
  PlanMemory* memory_;
  MemoryAccount* account_;
};

}  // namespace

void Plan::clear() {
  forget();
  arena_.reset();
}

void Plan::forget() {
  ready_ = false;
  figures_ = {};
  uses_pool_handle_ = false;
  steps_.reset();
  edges_.reset();
  output_infos_.reset();
  tensors_.reset();
  memory_.clear();
}

Status Plan::build(const Model& model, std::span<const Shape> shapes, const PlanOptions& options) {
  forget();
  options_ = options;
  // XNNPACK can use threads of our own only.
  const bool can_thread = options.pool->handle() || options.pool->threads() == 1;
  xnnpack_allowed_ = options.xnnpack && can_thread && model.float_only();
  if (xnnpack_allowed_) options_.xnnpack_weights = model.xnnpack_weights();
  options_.group_orders = &model.group_orders();
  Status status = start(model, shapes);
  const auto& nodes = *model.graph().nodes();
  for (uint32_t i = 0; i < nodes.size() && status.ok(); ++i)
    status = prepare_step(*nodes.Get(i), steps_[i]);
  if (status.ok()) status = place_arena(model);
  if (status.ok()) status = describe_outputs();
  if (!status.ok()) {
    clear();
    return status;
  }
  ready_ = true;
  figures_.prepared = options_.account->used() - arena_.size();
  return {};
}

// Copies the model's tensors, sets the input shapes, and gives each step its lists.
Status Plan::start(const Model& model, std::span<const Shape> shapes) {
  const auto& nodes = *model.graph().nodes();
  MemoryAccount* account = options_.account;
  if (!tensors_.make(model.tensors().size(), account) ||
      !edges_.make(model.edge_count(), account) || !steps_.make(nodes.size(), account)) {
    return no_memory();
  }
  for (size_t i = 0; i < tensors_.size(); ++i) tensors_[i] = model.tensors()[i];
  for (size_t i = 0; i < shapes.size(); ++i) {
    const int32_t id = model.graph().inputs()->Get(static_cast<uint32_t>(i));
    Tensor& tensor = tensors_[static_cast<size_t>(id)];
    if (!checked_elements<size_t>(shapes[i].dims(), dtype_size(tensor.dtype), &tensor.size) ||
        tensor.size > SIZE_MAX / 4) {
      return Status::error(LINNET_INVALID_ARGUMENT, "input %zu '%.80s' is too large", i,
                           tensor.name);
    }
    tensor.shape = shapes[i];
  }
  Tensor** edge = edges_.data();
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const fb::Node& node = *nodes.Get(i);
    Tensor** first = edge;
    for (const int32_t id : *node.inputs())
      *edge++ = id < 0 ? nullptr : &tensors_[static_cast<size_t>(id)];
    Tensor** middle = edge;
    for (const int32_t id : *node.outputs()) *edge++ = &tensors_[static_cast<size_t>(id)];
    steps_[i].node = &node;
    steps_[i].inputs = {first, middle};
    steps_[i].outputs = {middle, edge};
  }
  return {};
}

Status Plan::prepare_step(const fb::Node& node, Step& step) {
  for (Tensor* output : step.outputs) output->size = kNoSize;
  NodePlanContext context(step, options_, xnnpack_allowed_, &memory_);
  LINNET_TRY(find_op(node.op())->plan(context));
  if (const Status status = context.finish(&step); !status.ok()) {
    return status.prefixed("%s '%.80s'", fb::EnumNameOpType(node.op()),
                           node.name() ? node.name()->c_str() : "");
  }
  if (can_evaluate(step)) return evaluate_step(step);
  uses_pool_handle_ = uses_pool_handle_ || step.uses_pool_handle;
  return {};
}

// Shape arithmetic and small constants. A step whose outputs are all empty counts, whatever it
// reads.
bool Plan::can_evaluate(const Step& step) const {
  bool empty = true;
  for (const Tensor* output : step.outputs) empty = empty && output->size == 0;
  if (empty) return true;
  for (const Tensor* output : step.outputs) {
    const bool type =
        output->dtype == LINNET_S32 || output->dtype == LINNET_BOOL || output->dtype == LINNET_F32;
    if (!type || output->size > kMostEvaluated) return false;
  }
  if (step.node->op() == fb::OpType::shape) return true;  // reads no values
  for (const Tensor* input : step.inputs) {
    if (input && !input->known) return false;
  }
  return true;
}

Status Plan::evaluate_step(Step& step) {
  bool empty = true;
  for (Tensor* output : step.outputs) {
    output->data = memory_.allocate(output->size, options_.account);
    if (!output->data) return no_memory();
    output->known = true;
    empty = empty && output->size == 0;
  }
  step.reason = "depends on shapes and constants only";
  if (empty) {
    step.reason = "its outputs hold no values";
  } else {
    Buffer<std::byte> scratch;
    if (step.scratch_size > SIZE_MAX / 4 ||
        !scratch.make(step.scratch_size + kReadSlack, options_.account)) {
      return no_memory();
    }
    step.run({step.inputs, step.outputs, step.params, scratch.data(), *options_.pool});
  }
  step.run = nullptr;
  step.kernel = "plan";
  step.macs = 0;
  step.scratch_size = 0;
  step.reuse_input = step.reuse_output = -1;
  return {};
}

Status Plan::describe_outputs() {
  size_t count = 0;
  for (const Step& step : steps_) count += step.outputs.size();
  if (!output_infos_.make(count, options_.account)) return no_memory();
  linnet_tensor* next = output_infos_.data();
  for (Step& step : steps_) {
    step.output_infos = next;
    for (const Tensor* output : step.outputs) *next++ = describe(*output);
  }
  return {};
}

linnet_tensor describe(const Tensor& tensor) {
  linnet_tensor out{};
  out.name = tensor.name;
  out.dtype = tensor.dtype;
  out.rank = tensor.shape.rank();
  bool known = true;
  for (int i = 0; i < tensor.shape.rank(); ++i) {
    out.dims[i] = tensor.shape[i];
    known = known && tensor.shape[i] >= 0;
  }
  if ((tensor.dtype == LINNET_S8 || tensor.dtype == LINNET_U8) && tensor.quantization.axis < 0) {
    out.scale = tensor.quantization.tensor_scale();
    out.zero_point = tensor.quantization.tensor_zero_point();
  }
  if (known) out.size = static_cast<size_t>(tensor.shape.elements()) * dtype_size(tensor.dtype);
  return out;
}

}  // namespace linnet

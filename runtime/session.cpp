#include "runtime/session.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

namespace linnet {
namespace {

// "scalar, avx2, …": the instruction sets that this machine has, or all there are.
void list_isas(IsaSet set, char* text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (int i = 0; i < kIsaCount; ++i) {
    const char* name = isa_name(static_cast<Isa>(i));
    const size_t length = std::strlen(name);
    if (!set.has(static_cast<Isa>(i)) || used + length + 3 > size) continue;
    if (used > 0) {
      std::memcpy(text + used, ", ", 2);
      used += 2;
    }
    std::memcpy(text + used, name, length + 1);
    used += length;
  }
}

// The instruction sets a session may use: all, or up to the one that the option, else LINNET_ISA,
// names.
Status choose_isa(const char* option, IsaSet* out) {
  const IsaSet available = detect_isa();
  const char* name = option ? option : std::getenv("LINNET_ISA");
  *out = available;
  if (!name || name[0] == '\0') return {};
  const char* source = option ? "option isa" : "LINNET_ISA";
  char list[128];
  Isa limit{};
  if (!parse_isa(name, &limit)) {
    list_isas(IsaSet(~0u), list, sizeof(list));
    return Status::error(LINNET_INVALID_ARGUMENT,
                         "%s: unknown instruction set '%.32s'; there are %s", source, name, list);
  }
  if (!available.has(limit)) {
    list_isas(available, list, sizeof(list));
    return Status::error(LINNET_UNSUPPORTED, "%s: this machine lacks %s; it has %s", source,
                         isa_name(limit), list);
  }
  *out = limit_isa(available, limit);
  return {};
}

}  // namespace

Status Session::create(Model* model, const linnet_session_options& options, Session** out) {
  void* memory = system_allocate(sizeof(Session));
  if (!memory) return Status::error(LINNET_OUT_OF_MEMORY, "no memory for a session");
  Session* session = new (memory) Session(model);
  if (const Status status = session->start(options); !status.ok()) {
    session->close();
    return status;
  }
  *out = session;
  return {};
}

Session::~Session() {
  plan_.clear();
  model_->release();
}

void Session::close() {
  this->~Session();
  system_release(this);
}

Status Session::start(const linnet_session_options& options) {
  if (options.threads < 0)
    return Status::error(LINNET_INVALID_ARGUMENT, "option threads is %d", options.threads);
  account_.set_limit(options.memory_limit);
  LINNET_TRY(choose_isa(options.isa, &options_.isa));
  options_.caches = detect_caches();
  options_.xnnpack = options.xnnpack != 0;
  options_.xnnpack_forced = options.xnnpack == 2;
  options_.keep_all = options.keep_all != 0;
  options_.account = &account_;
  options_.pool = &pool_;
  LINNET_TRY(
      pool_.start(static_cast<size_t>(options.threads), options.parallel, options.parallel_user));
  if (!shapes_.make(static_cast<size_t>(model_->input_count()), &account_)) {
    return Status::error(LINNET_OUT_OF_MEMORY, "no memory for a session, or its limit is reached");
  }
  for (size_t i = 0; i < shapes_.size(); ++i) shapes_[i] = model_->input(static_cast<int>(i)).shape;
  return shapes_known() ? plan() : Status();
}

bool Session::shapes_known() const {
  for (const Shape& shape : shapes_) {
    for (const int32_t dim : shape.dims()) {
      if (dim < 0) return false;
    }
  }
  return true;
}

Status Session::check_index(int i, int count, const char* what) const {
  if (i >= 0 && i < count) return {};
  return Status::error(LINNET_INVALID_ARGUMENT, "%s %d, but there are %d", what, i, count);
}

const Tensor& Session::input_tensor(int i) const {
  return plan_.tensor(model_->graph().inputs()->Get(static_cast<uint32_t>(i)));
}

const Tensor& Session::output_tensor(int i) const {
  return plan_.tensor(model_->graph().outputs()->Get(static_cast<uint32_t>(i)));
}

Status Session::set_input_shape(int i, std::span<const int32_t> dims) {
  LINNET_TRY(check_index(i, model_->input_count(), "input"));
  const Tensor& declared = model_->input(i);
  if (static_cast<int>(dims.size()) != declared.shape.rank()) {
    return Status::error(LINNET_INVALID_ARGUMENT, "input %d '%.80s' has rank %d, not %zu", i,
                         declared.name, declared.shape.rank(), dims.size());
  }
  Shape shape;
  for (size_t d = 0; d < dims.size(); ++d) {
    const int32_t fixed = declared.shape[static_cast<int>(d)];
    if (fixed >= 0 && dims[d] != fixed) {
      return Status::error(LINNET_INVALID_ARGUMENT,
                           "input %d '%.80s': dimension %zu must be %d, not %d", i, declared.name,
                           d, fixed, dims[d]);
    }
    if (fixed < 0 && dims[d] < 1) {
      return Status::error(LINNET_INVALID_ARGUMENT,
                           "input %d '%.80s': dimension %zu must be 1 or more, not %d", i,
                           declared.name, d, dims[d]);
    }
    shape.push_back(dims[d]);
  }
  Shape& current = shapes_[static_cast<size_t>(i)];
  if (!(current == shape)) shapes_changed_ = true;
  current = shape;
  return {};
}

Status Session::plan() {
  if (planned()) return {};
  for (size_t i = 0; i < shapes_.size(); ++i) {
    for (int d = 0; d < shapes_[i].rank(); ++d) {
      if (shapes_[i][d] >= 0) continue;
      return Status::error(
          LINNET_INVALID_ARGUMENT,
          "input %zu '%.80s': dimension %d is not known; set the input's shape first", i,
          model_->input(static_cast<int>(i)).name, d);
    }
  }
  LINNET_TRY(plan_.build(*model_, shapes_.span(), options_));
  shapes_changed_ = false;
  return {};
}

Status Session::input(int i, linnet_tensor* out) {
  LINNET_TRY(check_index(i, model_->input_count(), "input"));
  if (shapes_known()) {
    LINNET_TRY(plan());
    *out = describe(input_tensor(i));
    out->data = input_tensor(i).data;
    return {};
  }
  Tensor tensor = model_->input(i);
  tensor.shape = shapes_[static_cast<size_t>(i)];
  *out = describe(tensor);
  return {};
}

Status Session::output(int i, linnet_tensor* out) {
  LINNET_TRY(check_index(i, model_->output_count(), "output"));
  if (!shapes_known()) {
    *out = describe(model_->output(i));
    return {};
  }
  LINNET_TRY(plan());
  *out = describe(output_tensor(i));
  out->data = output_tensor(i).data;
  return {};
}

Status Session::write(int i, const void* data, size_t size) {
  LINNET_TRY(check_index(i, model_->input_count(), "input"));
  LINNET_TRY(plan());
  const Tensor& tensor = input_tensor(i);
  if (size != tensor.size) {
    return Status::error(LINNET_INVALID_ARGUMENT, "input %d '%.80s' takes %zu bytes, not %zu", i,
                         tensor.name, tensor.size, size);
  }
  if (size > 0) std::memcpy(tensor.data, data, size);
  return {};
}

Status Session::read(int i, void* data, size_t size) {
  LINNET_TRY(check_index(i, model_->output_count(), "output"));
  LINNET_TRY(plan());
  const Tensor& tensor = output_tensor(i);
  if (size != tensor.size) {
    return Status::error(LINNET_INVALID_ARGUMENT, "output %d '%.80s' has %zu bytes, not %zu", i,
                         tensor.name, tensor.size, size);
  }
  if (size > 0) std::memcpy(data, tensor.data, size);
  return {};
}

Status Session::run(double seconds) {
  if (std::isnan(seconds))
    return Status::error(LINNET_INVALID_ARGUMENT, "the deadline is not a number");
  const int64_t begin = platform::monotonic_ns();
  // Ten years and more are the same as no deadline, and would overflow.
  constexpr double kLongest = 3e8;
  deadline_ns_ =
      seconds > 0 && seconds < kLongest ? begin + static_cast<int64_t>(seconds * 1e9) : 0;
  LINNET_TRY(plan());
  pool_.set_stop_flag(&cancel_, &deadline_ns_);
  Status status;
  if (plan_.uses_pool_handle()) {
    status = run_steps(begin);
  } else {
    pool_.assemble([&] { status = run_steps(begin); });
  }
  pool_.set_stop_flag(nullptr, nullptr);
  if (cancel_.exchange(false, std::memory_order_relaxed) && status.ok()) {
    status = Status::error(LINNET_CANCELLED, "the run was cancelled");
  }
  return status;
}

// The run's end by cancel or deadline, if it has come.
Status Session::check_stop(const Step& step) const {
  if (!pool_.stop()) return {};
  const char* node = step.node->name() ? step.node->name()->c_str() : "";
  if (cancel_.load(std::memory_order_relaxed)) {
    return Status::error(LINNET_CANCELLED, "the run was cancelled at node '%.80s'", node);
  }
  return Status::error(LINNET_DEADLINE, "the run's time was over at node '%.80s'", node);
}

Status Session::run_steps(int64_t begin_ns) {
  const std::span<const Step> steps = plan_.steps();
  if (!steps.empty()) LINNET_TRY(check_stop(steps.front()));
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    const int64_t start_ns = observer_ ? platform::monotonic_ns() : 0;
    if (step.run) step.run({step.inputs, step.outputs, step.params, step.scratch, pool_});
    // A stopped step has left work undone: nobody may look at its outputs.
    LINNET_TRY(check_stop(step));
    if (observer_) LINNET_TRY(observe(step, static_cast<int32_t>(i), begin_ns, start_ns));
  }
  return {};
}

Status Session::observe(const Step& step, int32_t index, int64_t begin_ns, int64_t start_ns) {
  const int64_t end_ns = platform::monotonic_ns();
  linnet_step info{};
  LINNET_TRY(this->step(index, &info));
  info.start_ns = static_cast<uint64_t>(start_ns - begin_ns);
  info.duration_ns = static_cast<uint64_t>(end_ns - start_ns);
  for (size_t o = 0; o < step.outputs.size(); ++o)
    step.output_infos[o].data = step.outputs[o]->data;
  const int answer = observer_(observer_user_, &info);
  for (size_t o = 0; o < step.outputs.size(); ++o) step.output_infos[o].data = nullptr;
  return answer == 0
             ? Status()
             : Status::error(LINNET_CANCELLED, "the observer cancelled the run at step %d", index);
}

void Session::set_observer(linnet_observer observer, void* user) {
  observer_ = observer;
  observer_user_ = user;
}

Status Session::step(int32_t i, linnet_step* out) const {
  LINNET_TRY(check_index(i, step_count(), "step"));
  const Step& step = plan_.steps()[static_cast<size_t>(i)];
  *out = {};
  out->index = i;
  out->op = fb::EnumNameOpType(step.node->op());
  out->node = step.node->name() ? step.node->name()->c_str() : "";
  out->kernel = step.kernel;
  out->reason = step.reason;
  out->macs = step.macs;
  out->output_count = static_cast<int32_t>(step.outputs.size());
  out->outputs = step.output_infos;
  return {};
}

Status Session::memory(linnet_memory* out) const {
  if (!planned()) return Status::error(LINNET_INVALID_ARGUMENT, "the session has no plan yet");
  *out = plan_.memory();
  out->shared = model_->group_orders().bytes();
  return {};
}

}  // namespace linnet

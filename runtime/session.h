#pragma once

#include <atomic>

#include "runtime/core/thread_pool.h"
#include "runtime/plan.h"

namespace linnet {

// One thread's way to run a model: input shapes, a plan for them, a thread pool. All functions are
// for one thread at a time; cancel() may be called from any. The contract of each is that of
// linnet_session_* in linnet.h, whose argument checks (null, struct sizes) stand in c_api.cpp.
class Session {
 public:
  // Holds the model. Errors: INVALID_ARGUMENT (options), UNSUPPORTED (an ISA that the CPU lacks),
  // OUT_OF_MEMORY, and those of plan() if all input shapes are known.
  static Status create(Model* model, const linnet_session_options& options, Session** out);
  void close();

  Status set_input_shape(int i, std::span<const int32_t> dims);
  // Makes the plan fit the input shapes; does nothing if it does.
  Status plan();
  Status input(int i, linnet_tensor* out);
  Status output(int i, linnet_tensor* out);
  Status write(int i, const void* data, size_t size);
  Status read(int i, void* data, size_t size);
  Status run(double seconds);
  void cancel() { cancel_.store(true, std::memory_order_relaxed); }
  void set_observer(linnet_observer observer, void* user);

  int32_t step_count() const { return planned() ? static_cast<int32_t>(plan_.steps().size()) : 0; }
  Status step(int32_t i, linnet_step* out) const;
  Status memory(linnet_memory* out) const;

 private:
  explicit Session(Model* model) : model_(model) { model_->retain(); }
  ~Session();
  Status start(const linnet_session_options& options);
  bool planned() const { return plan_.ready() && !shapes_changed_; }
  bool shapes_known() const;
  const Tensor& input_tensor(int i) const;
  const Tensor& output_tensor(int i) const;
  Status check_index(int i, int count, const char* what) const;
  Status run_steps(int64_t begin_ns);
  Status check_stop(const Step& step) const;
  Status observe(const Step& step, int32_t index, int64_t begin_ns, int64_t start_ns);

  Model* model_;
  MemoryAccount account_;  // outlives all that follows
  ThreadPool pool_;
  PlanOptions options_;
  Buffer<Shape> shapes_;  // of the inputs; -1 where the caller has yet to say
  bool shapes_changed_ = false;
  Plan plan_;
  std::atomic<bool> cancel_{false};
  int64_t deadline_ns_ = 0;
  linnet_observer observer_ = nullptr;
  void* observer_user_ = nullptr;
};

}  // namespace linnet

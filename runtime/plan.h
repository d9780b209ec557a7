#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/core/arena.h"
#include "runtime/core/buffer.h"
#include "runtime/core/plan_memory.h"
#include "runtime/model/model.h"
#include "runtime/ops/op.h"

namespace linnet {

// One prepared node.
struct Step {
  const fb::Node* node = nullptr;
  RunFn run = nullptr;  // null: nothing to do while running (evaluated while planning)
  const void* params = nullptr;
  std::span<Tensor* const> inputs;
  std::span<Tensor* const> outputs;
  std::byte* scratch = nullptr;
  const char* kernel = "";
  const char* reason = "";
  uint64_t macs = 0;
  bool uses_pool_handle = false;
  linnet_tensor* output_infos = nullptr;
  // Only while planning.
  size_t scratch_size = 0;
  int reuse_output = -1, reuse_input = -1;
};

// What a plan depends on besides the model and its input shapes.
struct PlanOptions {
  IsaSet isa;
  CacheSizes caches;
  bool xnnpack = true;
  bool xnnpack_forced = false;                // wherever it can run, faster or not
  XnnpackWeights* xnnpack_weights = nullptr;  // filled in while planning
  GroupOrders* group_orders = nullptr;        // filled in while planning
  bool keep_all = false;
  MemoryAccount* account = nullptr;  // pays for everything; outlives the plan
  ThreadPool* pool = nullptr;
};

// A model made ready for one set of input shapes. Built and used by one thread.
class Plan {
 public:
  // Plans anew, dropping what was planned before. `shapes` has one entry per graph input, its
  // dimensions known. On an error the plan is empty and can be built again.
  Status build(const Model& model, std::span<const Shape> shapes, const PlanOptions& options);
  // Also releases the arena.
  void clear();

  bool ready() const { return ready_; }
  std::span<const Step> steps() const { return steps_.span(); }
  const Tensor& tensor(int id) const { return tensors_[static_cast<size_t>(id)]; }
  const linnet_memory& memory() const { return figures_; }
  // Steps use ThreadPool::handle(): they must run outside ThreadPool::assemble().
  bool uses_pool_handle() const { return uses_pool_handle_; }

 private:
  struct Life;
  void forget();  // all but the arena
  Status start(const Model& model, std::span<const Shape> shapes);
  Status prepare_step(const fb::Node& node, Step& step);
  Status evaluate_step(Step& step);
  bool can_evaluate(const Step& step) const;
  Status place_arena(const Model& model);
  Status make_arena(std::span<ArenaBuffer> buffers);
  uint64_t count_weights(std::span<const Life> lives) const;
  void find_lives(const Model& model, std::span<Life> lives) const;
  void merge_in_place(std::span<Life> lives) const;
  Status describe_outputs();
  size_t index_of(const Tensor* tensor) const {
    return static_cast<size_t>(tensor - tensors_.data());
  }

  PlanOptions options_;
  bool xnnpack_allowed_ = false;
  bool ready_ = false;
  bool uses_pool_handle_ = false;
  PlanMemory memory_;
  Buffer<Tensor> tensors_;
  Buffer<Tensor*> edges_;
  Buffer<Step> steps_;
  Buffer<linnet_tensor> output_infos_;
  Buffer<std::byte> arena_;  // kept from plan to plan where its size fits
  linnet_memory figures_{};
};

// The public description of a tensor, without data.
linnet_tensor describe(const Tensor& tensor);

}  // namespace linnet

#pragma once

#include <type_traits>

#include "kernels/isa.h"
#include "runtime/core/status.h"
#include "runtime/core/tensor.h"
#include "runtime/core/thread_pool.h"
#include "schema/model_generated.h"

// An op is one file, runtime/ops/<op>.cpp: its shape rule, its checks, the choice of kernels and
// the run function. Everything that can fail fails in plan(); run() only computes.

namespace linnet {

class GroupOrders;
struct XnnpackWeights;

// What run() gets. All pointers are valid for the run; outputs never alias inputs unless the op
// asked for it by reuse_input().
struct RunContext {
  std::span<Tensor* const> inputs;  // null: absent optional input
  std::span<Tensor* const> outputs;
  const void* params;  // what plan() handed to set_run()
  std::byte* scratch;  // scratch bytes asked for by plan(), 64-byte aligned
  ThreadPool& pool;
};

using RunFn = void (*)(const RunContext&);

// What plan() gets: the node, its inputs (shape, dtype, quantization final), its outputs (name,
// dtype, quantization from the file; plan() sets the shape), and the services of the session under
// plan. Memory from allocate() lives as long as the plan.
class PlanContext {
 public:
  virtual ~PlanContext() = default;

  int input_count() const { return static_cast<int>(inputs_.size()); }
  int output_count() const { return static_cast<int>(outputs_.size()); }
  // Null where an optional input is absent or the list is shorter.
  const Tensor* input(int i) const {
    return i < input_count() ? inputs_[static_cast<size_t>(i)] : nullptr;
  }
  const Tensor& output(int i) const { return *outputs_[static_cast<size_t>(i)]; }
  const fb::Node& node() const { return *node_; }
  IsaSet isa() const { return isa_; }
  // For sizes of tiles, on which no result depends.
  const CacheSizes& caches() const { return caches_; }
  size_t threads() const { return threads_; }

  // Options of the node: a table of type T, or an error that names the node.
  template <typename T>
  Status options(const T** out) const {
    *out = node_->template options_as<T>();
    return *out ? Status() : bad_options();
  }

  // Errors name op, node and, by their text, the tensor: "conv_2d 'stem': weights 'w' have 3 …".
  [[gnu::format(printf, 2, 3)]] Status error(const char* format, ...) const;        // BAD_MODEL
  [[gnu::format(printf, 2, 3)]] Status unsupported(const char* format, ...) const;  // UNSUPPORTED
  // Checks used by most ops.
  Status expect_inputs(int least, int most) const;  // the first `least` must be present
  Status expect_outputs(int least, int most) const;
  Status expect_dtype(const Tensor& tensor, std::initializer_list<linnet_dtype> allowed) const;
  Status expect_rank(const Tensor& tensor, int rank) const;
  Status expect_same_dtype(const Tensor& a, const Tensor& b) const;
  // `axis` in [-rank, rank) -> [0, rank).
  Status normalize_axis(int axis, int rank, int* out) const;
  // The value of an s32 input that is known while planning (a constant, or computed from shapes).
  Status known_s32(int i, std::span<const int32_t>* out) const;

  // Sets the output's shape; fails if rank, a dimension or the byte size passes the limits.
  Status set_shape(int i, const Shape& shape);

  // Zeroed memory for tables and prepared weights, 64-byte aligned. Null: memory limit or no
  // memory; return out_of_memory() then.
  template <typename T>
  T* allocate(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return count > SIZE_MAX / sizeof(T) ? nullptr
                                        : static_cast<T*>(allocate_bytes(count * sizeof(T)));
  }
  Status out_of_memory() const;
  // Bytes that run() finds at RunContext::scratch; shared with other steps.
  void need_scratch(size_t bytes) { scratch_ = bytes > scratch_ ? bytes : scratch_; }
  // Output o may take over the buffer of input i when that input dies here and has the same size.
  void reuse_input(int o, int i) {
    reuse_output_ = o;
    reuse_input_ = i;
  }
  // The function of the step, its parameters (from allocate()), the kernel's name and the reason
  // for it (string literals or memory from allocate()), and its multiply-accumulates.
  void set_run(RunFn run, const void* params, const char* kernel, const char* reason = "",
               uint64_t macs = 0);
  // XNNPACK may be used: built in, allowed by the session, and the model is float only.
  bool xnnpack_allowed() const { return xnnpack_allowed_; }
  // XNNPACK is to be used wherever it can be, faster or not: tests.
  bool xnnpack_forced() const { return xnnpack_forced_; }
  // What the model's XNNPACK operators share; null: each packs its own weights.
  XnnpackWeights* xnnpack_weights() const { return xnnpack_weights_; }
  // Tables of k groups that the model's int8 products share; never null.
  GroupOrders* group_orders() const { return group_orders_; }
  // The pthreadpool_t of RunContext::pool, or null, for a run() that hands it to another library.
  void* use_pool_handle() {
    pool_handle_used_ = true;
    return pool_handle_;
  }
  // Keeps an object until the plan goes, then calls destroy(object). False: no memory (destroy was
  // called).
  virtual bool keep(void* object, void (*destroy)(void*)) = 0;

 protected:
  virtual void* allocate_bytes(size_t bytes) = 0;
  Status bad_options() const;

  const fb::Node* node_ = nullptr;
  std::span<Tensor* const> inputs_;
  std::span<Tensor* const> outputs_;
  IsaSet isa_;
  size_t threads_ = 1;
  bool xnnpack_allowed_ = false;
  bool xnnpack_forced_ = false;
  XnnpackWeights* xnnpack_weights_ = nullptr;
  GroupOrders* group_orders_ = nullptr;
  void* pool_handle_ = nullptr;
  bool pool_handle_used_ = false;
  size_t scratch_ = 0;
  int reuse_output_ = -1, reuse_input_ = -1;
  RunFn run_ = nullptr;
  const void* params_ = nullptr;
  const char* kernel_ = "";
  const char* reason_ = "";
  uint64_t macs_ = 0;
  CacheSizes caches_;
};

struct OpDef {
  fb::OpType type;
  const char* name;
  Status (*plan)(PlanContext&);
};

// The op of a verified type; never null for a type that the schema knows.
const OpDef* find_op(fb::OpType type);

}  // namespace linnet

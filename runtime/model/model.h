#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "platforms/platform.h"
#include "runtime/core/buffer.h"
#include "runtime/core/status.h"
#include "runtime/core/tensor.h"
#include "runtime/model/group_orders.h"
#include "schema/model_generated.h"

namespace linnet {

struct XnnpackWeights;

// A verified model file. Immutable once open() returned it, so any number of threads may use it.
// Lives until the last hold is released. Loading allocates at most 64 bytes and 16 per byte of
// header.
class Model {
 public:
  // The new model carries one hold. Errors: IO_ERROR, BAD_MODEL, UNSUPPORTED, OUT_OF_MEMORY.
  static Status open_file(const char* path, bool verify_all_segments, Model** out);
  // `data` is borrowed and must be aligned to kAlignment (INVALID_ARGUMENT).
  static Status open_memory(const void* data, size_t size, bool verify_all_segments, Model** out);
  void retain() { holds_.fetch_add(1, std::memory_order_relaxed); }
  void release();

  const fb::Graph& graph() const { return *header_->graph(); }
  // One entry per tensor of the graph: name, dtype, quantization, declared shape (-1: unknown), and
  // for constants the mapped bytes.
  std::span<const Tensor> tensors() const { return tensors_.span(); }
  int input_count() const { return static_cast<int>(graph().inputs()->size()); }
  int output_count() const { return static_cast<int>(graph().outputs()->size()); }
  const Tensor& input(int i) const {
    return tensor(graph().inputs()->Get(static_cast<uint32_t>(i)));
  }
  const Tensor& output(int i) const {
    return tensor(graph().outputs()->Get(static_cast<uint32_t>(i)));
  }
  const Tensor& tensor(int id) const { return tensors_[static_cast<size_t>(id)]; }
  // Null if the key is absent.
  const char* metadata(const char* key) const;
  // No tensor is s8, u8 or s4.
  bool float_only() const { return float_only_; }
  // What XNNPACK operators of all sessions share, made when first asked for; null: no memory, or a
  // build without XNNPACK.
  XnnpackWeights* xnnpack_weights() const;
  // What int8 kernels of all sessions share.
  GroupOrders& group_orders() const { return group_orders_; }
  // Entries of all inputs and outputs lists of all nodes.
  size_t edge_count() const { return edge_count_; }

 private:
  Model() = default;
  ~Model();
  static Model* make();
  Status load(const std::byte* data, size_t size, bool verify_all_segments);
  Status fill_tensors();

  std::atomic<int> holds_{1};
  platform::FileMapping mapping_;
  const std::byte* data_ = nullptr;
  const fb::Model* header_ = nullptr;
  Buffer<Tensor> tensors_;
  bool float_only_ = true;
  size_t edge_count_ = 0;
  mutable std::atomic<XnnpackWeights*> xnnpack_weights_{nullptr};
  mutable GroupOrders group_orders_;
};

}  // namespace linnet

#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "kernels/gemm_s8s8/group_order.h"

namespace linnet {

// The tables of k groups (kernels/gemm_s8s8/group_order.h) for a model's weights: made when a plan
// first asks for them, shared by all plans of all sessions, kept as long as the model. Thread-safe.
class GroupOrders {
 public:
  GroupOrders() = default;
  ~GroupOrders();
  GroupOrders(const GroupOrders&) = delete;
  GroupOrders& operator=(const GroupOrders&) = delete;

  // Bytes that all tables together may take. A file whose tensors do not overlap needs less than a
  // quarter of its size.
  void set_limit(uint64_t bytes) { limit_ = bytes; }

  // What `make` makes of `args`, of which order and order_stride are left out. Null: no memory, or
  // the limit is reached. Kernels can do without.
  const std::byte* find_or_make(GroupOrderFn* make, GroupOrderArgs args);
  uint64_t bytes();

 private:
  struct Entry;
  static constexpr size_t kBuckets = 256;

  std::mutex mutex_;
  Entry* buckets_[kBuckets] = {};
  uint64_t bytes_ = 0;
  uint64_t limit_ = UINT64_MAX;
};

}  // namespace linnet

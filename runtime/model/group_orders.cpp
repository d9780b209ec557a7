#include "runtime/model/group_orders.h"

#include <new>

#include "runtime/core/allocator.h"

namespace linnet {

// In front of each block of tables.
struct alignas(kAlignment) GroupOrders::Entry {
  Entry* next;
  GroupOrderFn* make;
  const int8_t* w;
  size_t panels;
  size_t k;

  std::byte* tables() { return reinterpret_cast<std::byte*>(this + 1); }
};

GroupOrders::~GroupOrders() {
  for (Entry* entry : buckets_) {
    while (entry) {
      Entry* const next = entry->next;
      system_release(entry);
      entry = next;
    }
  }
}

const std::byte* GroupOrders::find_or_make(GroupOrderFn* make, GroupOrderArgs args) {
  const auto address = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(args.w));
  Entry*& bucket = buckets_[(address / 32 * 0x9e3779b97f4a7c15u) >> 56];
  // Held while a table is made: who asks for the same one would have to wait in any case.
  const std::lock_guard lock(mutex_);
  for (Entry* entry = bucket; entry; entry = entry->next) {
    if (entry->make == make && entry->w == args.w && entry->panels == args.panels &&
        entry->k == args.k) {
      return entry->tables();
    }
  }
  args.order_stride = group_order_bytes(args.k);
  // The tables are smaller than the weights, so that their size fits.
  const size_t bytes = sizeof(Entry) + args.panels * args.order_stride;
  if (bytes > limit_ - bytes_) return nullptr;
  void* const memory = system_allocate(bytes);
  if (!memory) return nullptr;
  Entry* const entry = new (memory) Entry{bucket, make, args.w, args.panels, args.k};
  args.order = entry->tables();
  make(args);
  bucket = entry;
  bytes_ += bytes;
  return entry->tables();
}

uint64_t GroupOrders::bytes() {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace linnet

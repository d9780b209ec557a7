#include "runtime/core/plan_memory.h"

#include <new>

#include "runtime/core/arena.h"
#include "runtime/core/checked.h"

namespace linnet {

// Stands at the head of each allocation; the caller's bytes follow at the next multiple of
// kAlignment.
struct PlanMemory::Block {
  Block* next;
  MemoryAccount* account;
  size_t bytes;
  void* object;
  void (*destroy)(void*);
};

void* PlanMemory::allocate(size_t bytes, MemoryAccount* account) {
  static_assert(sizeof(Block) <= kAlignment);
  size_t total = 0;
  if (!checked_add(bytes, kAlignment + kReadSlack, &total)) return nullptr;
  void* memory = account->allocate(total);
  if (!memory) return nullptr;
  blocks_ = new (memory) Block{blocks_, account, total, nullptr, nullptr};
  return static_cast<std::byte*>(memory) + kAlignment;
}

bool PlanMemory::keep(void* object, void (*destroy)(void*), MemoryAccount* account) {
  if (!allocate(0, account)) {
    destroy(object);
    return false;
  }
  blocks_->object = object;
  blocks_->destroy = destroy;
  return true;
}

void PlanMemory::clear() {
  while (blocks_) {
    Block* block = blocks_;
    blocks_ = block->next;
    if (block->destroy) block->destroy(block->object);
    block->account->release(block, block->bytes);
  }
}

}  // namespace linnet

#pragma once

#include <cstddef>

#include "runtime/core/allocator.h"

namespace linnet {

// Memory that ops take while planning, and objects with their destructors: all go together.
class PlanMemory {
 public:
  PlanMemory() = default;
  ~PlanMemory() { clear(); }
  PlanMemory(const PlanMemory&) = delete;
  PlanMemory& operator=(const PlanMemory&) = delete;

  // Zeroed, aligned, with kReadSlack readable bytes behind; null when there is none.
  void* allocate(size_t bytes, MemoryAccount* account);
  bool keep(void* object, void (*destroy)(void*), MemoryAccount* account);
  void clear();

 private:
  struct Block;
  Block* blocks_ = nullptr;  // newest first
};

}  // namespace linnet

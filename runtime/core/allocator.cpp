#include "runtime/core/allocator.h"

#include <cstdlib>
#include <cstring>

namespace linnet {
namespace {

void* default_allocate(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return nullptr;
  const size_t rounded =
      (bytes + kAlignment - 1) / kAlignment * kAlignment + (bytes == 0 ? kAlignment : 0);
  void* memory = nullptr;
#if defined(_WIN32)
  memory = _aligned_malloc(rounded, kAlignment);
#else
  if (posix_memalign(&memory, kAlignment, rounded) != 0) return nullptr;
#endif
  if (memory) std::memset(memory, 0, rounded);
  return memory;
}

void default_release(void* memory) {
#if defined(_WIN32)
  _aligned_free(memory);
#else
  std::free(memory);
#endif
}

AllocateFn allocate_fn = default_allocate;
ReleaseFn release_fn = default_release;

}  // namespace

void* system_allocate(size_t bytes) { return allocate_fn(bytes); }

void system_release(void* memory) {
  if (memory) release_fn(memory);
}

void set_allocator(AllocateFn allocate, ReleaseFn release) {
  allocate_fn = allocate ? allocate : default_allocate;
  release_fn = release ? release : default_release;
}

void* MemoryAccount::allocate(size_t bytes) {
  if (limit_ != 0 && (used_ > limit_ || bytes > limit_ - used_)) return nullptr;
  void* memory = system_allocate(bytes);
  if (memory) used_ += bytes;
  return memory;
}

void MemoryAccount::release(void* memory, size_t bytes) {
  if (!memory) return;
  used_ -= bytes;
  system_release(memory);
}

}  // namespace linnet

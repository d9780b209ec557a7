#include "runtime/core/allocator.h"

#include <cstdlib>
#include <cstring>

namespace linnet {
namespace {

// calloc() gives fresh pages of the system as they are, zero and not yet backed by memory. The
// pointer to release stands right before the aligned bytes.
void* default_allocate(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return nullptr;
  void* whole = std::calloc(1, bytes + 2 * kAlignment);
  if (!whole) return nullptr;
  const uintptr_t aligned = (reinterpret_cast<uintptr_t>(whole) + kAlignment) & ~(kAlignment - 1);
  void* memory = reinterpret_cast<void*>(aligned);
  std::memcpy(static_cast<std::byte*>(memory) - sizeof whole, &whole, sizeof whole);
  return memory;
}

void default_release(void* memory) {
  void* whole = nullptr;
  std::memcpy(&whole, static_cast<std::byte*>(memory) - sizeof whole, sizeof whole);
  std::free(whole);
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

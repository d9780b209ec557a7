#pragma once

#include <cstddef>
#include <cstdint>

namespace linnet {

inline constexpr size_t kAlignment = 64;

// The one place where the runtime takes memory. Thread-safe.
// Zeroed, aligned to kAlignment; null when there is none. `bytes` 0 gives a valid pointer.
void* system_allocate(size_t bytes);
void system_release(void* memory);

// Replaces the two functions above for tests that make allocations fail; null restores the default.
// Not while a model or session exists. `release` gets only what `allocate` returned.
using AllocateFn = void* (*)(size_t bytes);
using ReleaseFn = void (*)(void* memory);
void set_allocator(AllocateFn allocate, ReleaseFn release);

// Counts the bytes that one owner (a session) holds and refuses those beyond its limit.
// Used by one thread at a time.
class MemoryAccount {
 public:
  explicit MemoryAccount(uint64_t limit = 0) : limit_(limit) {}
  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;

  // As system_allocate(); null also when used() + bytes would pass the limit.
  void* allocate(size_t bytes);
  // `bytes` as they were asked for. Null memory is allowed.
  void release(void* memory, size_t bytes);
  uint64_t used() const { return used_; }
  uint64_t limit() const { return limit_; }  // 0: none
  void set_limit(uint64_t limit) { limit_ = limit; }

 private:
  uint64_t limit_;
  uint64_t used_ = 0;
};

}  // namespace linnet

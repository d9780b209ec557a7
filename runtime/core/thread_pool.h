#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "runtime/core/status.h"

namespace linnet {

// Hands out index ranges to threads. Wraps a pthreadpool_t that it owns or borrows from the app;
// null pool: the caller's thread does all. One parallel_for at a time.
class ThreadPool {
 public:
  ThreadPool() = default;
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // `threads` 0: one per core of the fastest cluster. OUT_OF_MEMORY if threads cannot be made.
  Status start(size_t threads);
  // Uses the app's pool (a pthreadpool_t), which must outlive this.
  void borrow(void* pthreadpool);

  // Sends the workers of an owned pool to sleep, which otherwise spin for some milliseconds in the
  // hope of more work. Called when a run ends.
  void rest() const;

  size_t threads() const { return threads_; }
  void* handle() const { return pool_; }

  // Calls fn(thread, begin, end) over [0, count) in chunks of at most `chunk`, handed out
  // dynamically; `thread` < threads() tells apart the calls that may run at once, for per-thread
  // scratch. Returns early, with chunks left undone, once stop() holds.
  template <typename Fn>
  void parallel_for(size_t count, size_t chunk, Fn&& fn) const {
    run(
        count, chunk,
        [](void* context, size_t thread, size_t begin, size_t end) {
          (*static_cast<std::remove_reference_t<Fn>*>(context))(thread, begin, end);
        },
        const_cast<void*>(static_cast<const void*>(&fn)));
  }

  // What stop() looks at: a flag, and a time of platform::monotonic_ns() (0: none). Either may be
  // null; both must outlive the pool or be replaced. Chunks that have not begun when stop() holds
  // are skipped.
  void set_stop_flag(const std::atomic<bool>* cancel, const int64_t* deadline_ns);
  bool stop() const;

 private:
  using Body = void (*)(void* context, size_t thread, size_t begin, size_t end);
  void run(size_t count, size_t chunk, Body body, void* context) const;

  void* pool_ = nullptr;
  bool owned_ = false;
  size_t threads_ = 1;
  const std::atomic<bool>* cancel_ = nullptr;
  const int64_t* deadline_ns_ = nullptr;
};

}  // namespace linnet

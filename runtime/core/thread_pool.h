#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "runtime/core/status.h"

namespace linnet {

// Shares loops between a caller's thread and helpers. The threads come from a pthreadpool of its
// own or from the app; they are called together once for a whole run (assemble), inside which each
// loop costs a few atomic operations. A helper that the system has put aside holds up nothing: the
// caller does all chunks that nobody has begun, and waits only for those begun, asleep if it takes
// long, which frees its core for the helper.
class ThreadPool {
 public:
  ThreadPool() = default;
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // `threads` 0: one per core of the fastest cluster. The threads are started at once, unless
  // `parallel` (linnet.h) lends the app's. OUT_OF_MEMORY if threads cannot be made.
  Status start(size_t threads, linnet_parallel parallel = nullptr, void* parallel_user = nullptr);

  size_t threads() const { return threads_; }
  // The pthreadpool_t of its own, for libraries that split work themselves; null for one thread and
  // for the app's threads. Not to be used inside assemble().
  void* handle() const { return pool_; }

  // Calls fn() on the calling thread while the helpers stand by for its loops. Not to be nested.
  template <typename Fn>
  void assemble(Fn&& fn) const {
    assemble_for([](void* context) { (*static_cast<std::remove_reference_t<Fn>*>(context))(); },
                 const_cast<void*>(static_cast<const void*>(&fn)));
  }

  // Calls fn(thread, begin, end) over [0, count) in chunks of at most `chunk`. Each thread begins
  // with a share of its own, the same part in every loop, so that what it wrote is in its cache,
  // and goes on with what others have not begun. `thread` < threads() tells apart the calls that
  // may run at once, for per-thread scratch. Returns early, with chunks left undone, once stop()
  // holds. Outside assemble() it assembles the helpers itself. One parallel_for at a time.
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
  struct Loop {
    Body body;
    void* context;
    size_t count, chunk, chunks;
  };
  struct Assembly;
  // The next chunk of one thread's share, alone in its cache line.
  struct alignas(64) Share {
    std::atomic<size_t> next;
  };

  void assemble_for(void (*body)(void*), void* context) const;
  void take_part(Assembly* assembly, size_t i) const;
  void run(size_t count, size_t chunk, Body body, void* context) const;
  void share(const Loop& loop) const;
  void take_chunks(const Loop& loop, size_t thread) const;
  static void run_chunk(const Loop& loop, size_t thread, size_t i) {
    const size_t begin = i * loop.chunk, left = loop.count - begin;
    loop.body(loop.context, thread, begin, begin + (left < loop.chunk ? left : loop.chunk));
  }
  size_t share_begin(const Loop& loop, size_t thread) const {
    return loop.chunks / threads_ * thread + loop.chunks % threads_ * thread / threads_;
  }
  void help(size_t thread) const;
  void dismiss() const;

  void* pool_ = nullptr;
  Share* shares_ = nullptr;  // one for each thread
  linnet_parallel parallel_ = nullptr;
  void* parallel_user_ = nullptr;
  size_t threads_ = 1;
  const std::atomic<bool>* cancel_ = nullptr;
  const int64_t* deadline_ns_ = nullptr;

  mutable bool assembled_ = false;
  mutable size_t leader_ = 0;  // the caller's thread number
  // The loop that is open, written only while it is closed and nobody is inside.
  mutable Loop loop_{};
  // Its state: helpers inside, open or not, its number (kInside… in thread_pool.cpp).
  alignas(64) mutable std::atomic<uint32_t> state_{0};
  alignas(64) mutable std::atomic<uint32_t> helpers_{0};  // in help()
};

}  // namespace linnet

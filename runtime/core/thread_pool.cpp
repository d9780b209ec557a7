#include "runtime/core/thread_pool.h"

#include <pthreadpool.h>

#include "platforms/platform.h"
#include "runtime/core/allocator.h"

namespace linnet {
namespace {

constexpr size_t kMaxThreads = 256;

// state_: how many helpers are inside the loop, whether it is open to more, whether all is over,
// and the loop's number, which tells a helper a new loop from the one that it has left.
constexpr uint32_t kInsideMask = 0xffff;
constexpr uint32_t kOpen = 1u << 16;
constexpr uint32_t kDismissed = 1u << 17;
constexpr uint32_t kNumberStep = 1u << 18;
constexpr uint32_t kNumberMask = ~(kNumberStep - 1);

// How long a thread watches a value before it sleeps: longer than the steps between two loops take
// and than the difference between two threads' last chunks; short beside a scheduler's time slice.
constexpr int64_t kWatchNs = 50'000;
constexpr int kLooksPerClock = 32;

// Returns when the value is no longer `old`.
void await_change(const std::atomic<uint32_t>& value, uint32_t old) {
  const int64_t end = platform::monotonic_ns() + kWatchNs;
  do {
    for (int i = 0; i < kLooksPerClock; ++i) {
      if (value.load(std::memory_order_relaxed) != old) return;
      platform::relax_core();
    }
  } while (platform::monotonic_ns() < end);
  value.wait(old, std::memory_order_relaxed);
}

// The address of a thread's own variable names the thread.
const void* this_thread() {
  thread_local char self;
  return &self;
}

}  // namespace

// One call of assemble(): what the threads that come need to know.
struct ThreadPool::Assembly {
  const ThreadPool* pool;
  const void* caller;
  void (*body)(void*);
  void* context;
  bool led;  // only the caller's thread looks at it
};

ThreadPool::~ThreadPool() {
  pthreadpool_destroy(static_cast<pthreadpool_t>(pool_));
  system_release(shares_);
}

Status ThreadPool::start(size_t threads, linnet_parallel parallel, void* parallel_user) {
  if (threads == 0) threads = platform::performance_core_count();
  if (threads > kMaxThreads) {
    return Status::error(LINNET_INVALID_ARGUMENT, "%zu threads asked for; the most is %zu", threads,
                         kMaxThreads);
  }
  threads_ = threads;
  parallel_ = parallel;
  parallel_user_ = parallel_user;
  if (threads == 1) return {};
  shares_ = static_cast<Share*>(system_allocate(threads * sizeof(Share)));
  if (!parallel) pool_ = pthreadpool_create(threads);
  if (!shares_ || (!parallel && !pool_)) {
    return Status::error(LINNET_OUT_OF_MEMORY, "cannot start %zu threads", threads);
  }
  return {};
}

void ThreadPool::set_stop_flag(const std::atomic<bool>* cancel, const int64_t* deadline_ns) {
  cancel_ = cancel;
  deadline_ns_ = deadline_ns;
}

bool ThreadPool::stop() const {
  if (cancel_ && cancel_->load(std::memory_order_relaxed)) return true;
  return deadline_ns_ && *deadline_ns_ != 0 && platform::monotonic_ns() >= *deadline_ns_;
}

void ThreadPool::assemble_for(void (*body)(void*), void* context) const {
  if (threads_ == 1) return body(context);
  Assembly assembly{this, this_thread(), body, context, false};
  const auto work = [](void* argument, size_t i) {
    auto* const all = static_cast<Assembly*>(argument);
    all->pool->take_part(all, i);
  };
  state_.fetch_and(~kDismissed, std::memory_order_relaxed);
  if (parallel_) {
    parallel_(parallel_user_, work, &assembly, threads_);
  } else {
    // The workers go to sleep afterwards, instead of spinning for some milliseconds.
    pthreadpool_parallelize_1d(static_cast<pthreadpool_t>(pool_), work, &assembly, threads_,
                               PTHREADPOOL_FLAG_YIELD_WORKERS);
  }
}

// The caller's thread leads, whatever number it was given; its other numbers come when all is over.
void ThreadPool::take_part(Assembly* assembly, size_t i) const {
  if (this_thread() != assembly->caller) return help(i);
  if (assembly->led) return;
  assembly->led = true;
  leader_ = i;
  assembled_ = true;
  assembly->body(assembly->context);
  assembled_ = false;
  dismiss();
}

void ThreadPool::run(size_t count, size_t chunk, Body body, void* context) const {
  if (count == 0) return;
  if (chunk == 0) chunk = 1;
  const Loop loop{body, context, count, chunk, (count - 1) / chunk + 1};
  if (threads_ == 1 || loop.chunks == 1) {
    for (size_t i = 0; i < loop.chunks && !stop(); ++i) run_chunk(loop, leader_, i);
  } else if (assembled_) {
    share(loop);
  } else {
    assemble([&] { share(loop); });
  }
}

void ThreadPool::take_chunks(const Loop& loop, size_t thread) const {
  for (size_t k = 0; k < threads_; ++k) {
    const size_t owner = (thread + k) % threads_;
    const size_t end = share_begin(loop, owner + 1);
    std::atomic<size_t>& next = shares_[owner].next;
    for (;;) {
      if (next.load(std::memory_order_relaxed) >= end) break;
      const size_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= end) break;
      if (stop()) return;
      run_chunk(loop, thread, i);
    }
  }
}

// The caller's side of a loop: opens it, works, closes it, waits for the helpers inside.
void ThreadPool::share(const Loop& loop) const {
  loop_ = loop;
  for (size_t t = 0; t < threads_; ++t) {
    shares_[t].next.store(share_begin(loop, t), std::memory_order_relaxed);
  }
  const uint32_t number = (state_.load(std::memory_order_relaxed) & kNumberMask) + kNumberStep;
  // Sequentially consistent, as all changes that others are told of: a notification asks first
  // whether anybody sleeps, and must not ask before the change can be seen.
  state_.store(number | kOpen);
  state_.notify_all();
  take_chunks(loop, leader_);
  uint32_t state = state_.fetch_and(~kOpen, std::memory_order_acquire) & ~kOpen;
  while ((state & kInsideMask) != 0) {
    await_change(state_, state);
    state = state_.load(std::memory_order_acquire);
  }
}

// A helper's side: joins each loop once while it is open, until dismissed.
void ThreadPool::help(size_t thread) const {
  helpers_.fetch_add(1, std::memory_order_relaxed);
  uint32_t seen = 0;
  for (;;) {
    uint32_t state = state_.load(std::memory_order_acquire);
    if (state & kDismissed) break;
    const uint32_t number = state & kNumberMask;
    if (!(state & kOpen) || number == seen) {
      await_change(state_, state);
    } else if (state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire)) {
      seen = number;
      take_chunks(loop_, thread);
      const uint32_t left = state_.fetch_sub(1) - 1;
      if (!(left & kOpen) && (left & kInsideMask) == 0) state_.notify_all();
    }
  }
  if (helpers_.fetch_sub(1) == 1) helpers_.notify_all();
}

// Sends the helpers home and waits, so that the pool need not: it would spin.
void ThreadPool::dismiss() const {
  state_.fetch_or(kDismissed);
  state_.notify_all();
  for (uint32_t present; (present = helpers_.load(std::memory_order_acquire)) != 0;) {
    await_change(helpers_, present);
  }
}

}  // namespace linnet

#include "runtime/core/thread_pool.h"

#include <pthreadpool.h>

#include "platforms/platform.h"

namespace linnet {
namespace {

constexpr size_t kMaxThreads = 256;

struct Job {
  const ThreadPool* pool;
  void (*body)(void*, size_t, size_t, size_t);
  void* context;
  size_t count, chunk;
};

void run_chunk(void* argument, size_t thread, size_t index) {
  const Job& job = *static_cast<const Job*>(argument);
  if (job.pool->stop()) return;
  const size_t begin = index * job.chunk;
  const size_t left = job.count - begin;
  job.body(job.context, thread, begin, begin + (left < job.chunk ? left : job.chunk));
}

void nothing(void*, size_t, size_t) {}

}  // namespace

ThreadPool::~ThreadPool() {
  if (owned_) pthreadpool_destroy(static_cast<pthreadpool_t>(pool_));
}

Status ThreadPool::start(size_t threads) {
  if (threads == 0) threads = platform::performance_core_count();
  if (threads > kMaxThreads) {
    return Status::error(LINNET_INVALID_ARGUMENT, "%zu threads asked for; the most is %zu", threads,
                         kMaxThreads);
  }
  if (threads == 1) return {};
  pool_ = pthreadpool_create(threads);
  if (!pool_) return Status::error(LINNET_OUT_OF_MEMORY, "cannot start %zu threads", threads);
  owned_ = true;
  threads_ = pthreadpool_get_threads_count(static_cast<pthreadpool_t>(pool_));
  return {};
}

void ThreadPool::borrow(void* pthreadpool) {
  pool_ = pthreadpool;
  threads_ = pthreadpool_get_threads_count(static_cast<pthreadpool_t>(pthreadpool));
}

void ThreadPool::rest() const {
  if (!owned_) return;
  pthreadpool_parallelize_1d_with_thread(static_cast<pthreadpool_t>(pool_), nothing, nullptr,
                                         threads_, PTHREADPOOL_FLAG_YIELD_WORKERS);
}

void ThreadPool::set_stop_flag(const std::atomic<bool>* cancel, const int64_t* deadline_ns) {
  cancel_ = cancel;
  deadline_ns_ = deadline_ns;
}

bool ThreadPool::stop() const {
  if (cancel_ && cancel_->load(std::memory_order_relaxed)) return true;
  return deadline_ns_ && *deadline_ns_ != 0 && platform::monotonic_ns() >= *deadline_ns_;
}

void ThreadPool::run(size_t count, size_t chunk, Body body, void* context) const {
  if (count == 0) return;
  if (chunk == 0) chunk = 1;
  Job job{this, body, context, count, chunk};
  const size_t chunks = (count - 1) / chunk + 1;
  if (threads_ == 1 || chunks == 1) {
    for (size_t i = 0; i < chunks; ++i) run_chunk(&job, 0, i);
    return;
  }
  pthreadpool_parallelize_1d_with_thread(static_cast<pthreadpool_t>(pool_), run_chunk, &job, chunks,
                                         0);
}

}  // namespace linnet

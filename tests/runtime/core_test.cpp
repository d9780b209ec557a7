#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "runtime/core/arena.h"
#include "runtime/core/buffer.h"
#include "runtime/core/checked.h"
#include "runtime/core/status.h"
#include "runtime/core/thread_pool.h"
#include "schema/file_text.h"

using namespace linnet;

TEST_CASE("checked arithmetic stops at the edge") {
  uint32_t out = 7;
  CHECK(checked_add<uint32_t>(UINT32_MAX - 1, 1, &out));
  CHECK(out == UINT32_MAX);
  CHECK_FALSE(checked_add<uint32_t>(UINT32_MAX, 1, &out));
  CHECK(checked_multiply<uint32_t>(65536, 65535, &out));
  CHECK_FALSE(checked_multiply<uint32_t>(65536, 65536, &out));
  CHECK(checked_multiply<uint32_t>(UINT32_MAX, 0, &out));
  CHECK(out == 0);
  CHECK(checked_align<uint32_t>(65, 64, &out));
  CHECK(out == 128);
  CHECK_FALSE(checked_align<uint32_t>(UINT32_MAX - 5, 64, &out));
  CHECK(range_fits<uint64_t>(10, 0, 10));
  CHECK_FALSE(range_fits<uint64_t>(11, 0, 10));
  CHECK_FALSE(range_fits<uint64_t>(UINT64_MAX, 2, 10));
}

TEST_CASE("element counts are checked as a 32-bit host would") {
  uint32_t out = 0;
  const std::vector<int32_t> fits = {1000, 1000, 500}, wraps = {65536, 65536},
                             zero = {0, 65536, 65536}, negative = {2, -1}, none;
  CHECK(checked_elements<uint32_t>(fits, 4, &out));
  CHECK(out == 2'000'000'000);
  CHECK_FALSE(checked_elements<uint32_t>(fits, 5, &out));  // past half of the range
  CHECK_FALSE(checked_elements<uint32_t>(wraps, 1, &out));
  CHECK_FALSE(checked_elements<uint32_t>(zero, 1, &out));
  CHECK_FALSE(checked_elements<uint32_t>(negative, 1, &out));
  CHECK(checked_elements<uint32_t>(none, 4, &out));
  CHECK(out == 4);
}

TEST_CASE("status texts nest and are cut, not overrun") {
  Status status = Status::error(LINNET_BAD_MODEL, "shape of %s", "w");
  status = status.prefixed("node %d", 3);
  CHECK(status.code() == LINNET_BAD_MODEL);
  CHECK(std::string(last_error()) == "node 3: shape of w");
  const std::string longest(2000, 'x');
  (void)Status::error(LINNET_INTERNAL, "%s", longest.c_str()).prefixed("%s", "p");
  CHECK(std::string(last_error()).size() == 511);
  (void)Status::error(LINNET_INTERNAL, "tail").prefixed("%s", longest.c_str());
  CHECK(std::string(last_error()).size() == 511);
  (void)Status::error(LINNET_INTERNAL, "again: %s", last_error());
  CHECK(std::string(last_error()).substr(0, 9) == "again: xx");
  clear_last_error();
  CHECK(std::string(last_error()).empty());
}

TEST_CASE("UTF-8 is told from what looks like it") {
  const auto clean = [](const std::string& text) {
    return is_clean_utf8(text.data(), text.size());
  };
  for (const char* good : {"", "abc", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x90\xA6",
                           "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"})
    CHECK(clean(good));
  for (const char* bad :
       {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xE2\x28\xA1", "\xFF"})
    CHECK_FALSE(clean(bad));
  CHECK_FALSE(clean(std::string("a\0b", 3)));
}

TEST_CASE("buffers charge their account and give back") {
  MemoryAccount account(1000);
  Buffer<int32_t> buffer;
  CHECK(buffer.make(100, &account));
  CHECK(account.used() == 400);
  CHECK(reinterpret_cast<uintptr_t>(buffer.data()) % 64 == 0);
  CHECK(buffer[99] == 0);
  CHECK_FALSE(buffer.make(SIZE_MAX / 2, &account));
  CHECK(account.used() == 0);
  CHECK_FALSE(buffer.make(251, &account));
  CHECK(buffer.make(250, &account));
  Buffer<int32_t> other = std::move(buffer);
  CHECK(buffer.empty());
  CHECK(account.used() == 1000);
  other.reset();
  CHECK(account.used() == 0);
}

TEST_CASE("an arena keeps buffers apart that live at the same time") {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<ArenaBuffer> buffers(1 + random() % 60);
    for (ArenaBuffer& buffer : buffers) {
      buffer.size = random() % 5000;
      buffer.first = static_cast<int32_t>(random() % 40);
      buffer.last = buffer.first + static_cast<int32_t>(random() % 6);
    }
    MemoryAccount account;
    size_t total = 0, without_reuse = 0;
    REQUIRE(place_buffers(buffers, round % 5 != 0, &account, &total, &without_reuse) ==
            ArenaResult::ok);
    CHECK(account.used() == 0);
    CHECK(total <= without_reuse);
    // No placement can be smaller than what one step needs at once.
    size_t most = 0;
    for (int step = 0; step < 46; ++step) {
      size_t now = 0;
      for (const ArenaBuffer& b : buffers) now += b.first <= step && step <= b.last ? b.size : 0;
      most = std::max(most, now);
    }
    CHECK(total >= most);
    for (size_t i = 0; i < buffers.size(); ++i) {
      const ArenaBuffer& a = buffers[i];
      CHECK(a.offset % 64 == 0);
      CHECK(a.offset + a.size + kReadSlack <= total);
      for (size_t j = 0; j < i; ++j) {
        const ArenaBuffer& b = buffers[j];
        const bool same_time = a.first <= b.last && b.first <= a.last;
        const bool same_place =
            a.offset < b.offset + b.size + kReadSlack && b.offset < a.offset + a.size + kReadSlack;
        CHECK_FALSE((same_time && same_place));
      }
    }
  }
  std::vector<ArenaBuffer> huge(3, {SIZE_MAX / 4, 0, 0});
  size_t total = 0, without_reuse = 0;
  MemoryAccount account;
  CHECK(place_buffers(huge, true, &account, &total, &without_reuse) == ArenaResult::too_large);
}

TEST_CASE("the thread pool hands out every index once") {
  for (const size_t threads : {1, 2, 4}) {
    ThreadPool pool;
    REQUIRE(pool.start(threads).ok());
    CHECK(pool.threads() == threads);
    for (const size_t count : {0, 1, 7, 100, 1001}) {
      std::vector<std::atomic<int>> seen(count);
      std::atomic<bool> sane{true};
      pool.parallel_for(count, 8, [&](size_t thread, size_t begin, size_t end) {
        if (thread >= threads || begin >= end || end - begin > 8 || end > count) sane = false;
        for (size_t i = begin; i < end; ++i) ++seen[i];
      });
      CHECK(sane);
      for (const auto& times : seen) CHECK(times == 1);
    }
    std::atomic<bool> cancel{true};
    std::atomic<int> calls{0};
    pool.set_stop_flag(&cancel, nullptr);
    pool.parallel_for(1000, 1, [&](size_t, size_t, size_t) { ++calls; });
    CHECK(calls == 0);
    cancel = false;
    pool.parallel_for(1000, 1, [&](size_t, size_t, size_t) {
      if (++calls == 10) cancel = true;
    });
    CHECK(calls >= 10);
    CHECK(calls < 1000);
    pool.set_stop_flag(nullptr, nullptr);
  }
  ThreadPool pool;
  CHECK(pool.start(100000).code() == LINNET_INVALID_ARGUMENT);
}

namespace {

// What an app may lend: a thread for each call but one, which the calling thread makes.
void lend_threads(void* user, void (*work)(void*, size_t), void* context, size_t count) {
  const size_t own = *static_cast<const size_t*>(user) % count;
  std::vector<std::thread> threads;
  for (size_t i = 0; i < count; ++i) {
    if (i != own) threads.emplace_back(work, context, i);
  }
  work(context, own);
  for (std::thread& thread : threads) thread.join();
}

// One thread that makes all calls, one after the other.
void lend_nothing(void*, void (*work)(void*, size_t), void* context, size_t count) {
  for (size_t i = 0; i < count; ++i) work(context, i);
}

// 200 loops that each need all of the one before.
void check_loops(const ThreadPool& pool) {
  std::vector<int> values(513, 0);
  bool on_caller = false;
  const auto caller = std::this_thread::get_id();
  for (int repeat = 0; repeat < 3; ++repeat) {
    pool.assemble([&] {
      on_caller = std::this_thread::get_id() == caller;
      for (int loop = 0; loop < 200; ++loop) {
        std::atomic<int> sum{0};
        pool.parallel_for(values.size(), 5, [&](size_t, size_t begin, size_t end) {
          for (size_t i = begin; i < end; ++i) sum += values[i]++;
        });
        REQUIRE(sum == (200 * repeat + loop) * static_cast<int>(values.size()));
      }
    });
    CHECK(on_caller);
  }
}

}  // namespace

TEST_CASE("assembled threads share loop after loop, whoever lends them") {
  for (size_t threads = 1; threads <= 5; ++threads) {
    ThreadPool own;
    REQUIRE(own.start(threads).ok());
    check_loops(own);
    ThreadPool lent;
    REQUIRE(lent.start(threads, lend_threads, &threads).ok());
    CHECK(lent.threads() == threads);
    CHECK(lent.handle() == nullptr);
    check_loops(lent);
    ThreadPool alone;
    REQUIRE(alone.start(threads, lend_nothing, nullptr).ok());
    check_loops(alone);
  }
}

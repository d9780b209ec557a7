#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#endif

// A copy of some bytes between two pages that nobody may touch: a kernel that reads before or
// behind them is stopped by the system, without a sanitizer. The bytes end where the second page
// begins, or (`front`) begin where the first one ends. Elsewhere than on Unix an ordinary copy.

namespace linnet::test {

#if defined(__unix__) || defined(__APPLE__)

class Fenced {
 public:
  Fenced(const void* bytes, size_t count, bool front) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t room = (count + page - 1) / page * page;
    size_ = room + 2 * page;
    map_ = static_cast<char*>(
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(map_, page, PROT_NONE);
    mprotect(map_ + page + room, page, PROT_NONE);
    data_ = map_ + page + (front ? 0 : room - count);
    if (count != 0) memcpy(data_, bytes, count);
  }
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;
  ~Fenced() { munmap(map_, size_); }
  const void* data() const { return data_; }

 private:
  char* map_;
  char* data_;
  size_t size_;
};

#else

class Fenced {
 public:
  Fenced(const void* bytes, size_t count, bool)
      : copy_(static_cast<const char*>(bytes), static_cast<const char*>(bytes) + count) {}
  const void* data() const { return copy_.data(); }

 private:
  std::vector<char> copy_;
};

#endif

// The copies of a test's inputs, as long as it lives.
class Fences {
 public:
  template <typename T>
  const T* copy(const T* values, size_t count) {
    copies_.push_back(std::make_unique<Fenced>(values, count * sizeof(T), false));
    return static_cast<const T*>(copies_.back()->data());
  }
  template <typename T>
  const T* copy(const std::vector<T>& values) {
    return copy(values.data(), values.size());
  }

 private:
  std::vector<std::unique_ptr<Fenced>> copies_;
};

}  // namespace linnet::test

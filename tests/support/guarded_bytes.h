#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace linnet::test {

// Bytes whose end touches a page that cannot be read, where the system has such pages: a kernel
// that reads past them crashes the test. Not copyable.
class GuardedBytes {
 public:
  explicit GuardedBytes(size_t size) : size_(size) {
#if defined(__linux__)
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    mapped_ = (size + page - 1) / page * page + page;
    void* all = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all != MAP_FAILED) {
      start_ = static_cast<uint8_t*>(all);
      if (mprotect(start_ + mapped_ - page, page, PROT_NONE) == 0) {
        data_ = start_ + mapped_ - page - size;
        return;
      }
    }
#endif
    plain_.resize(size);
    data_ = plain_.data();
  }
  ~GuardedBytes() {
#if defined(__linux__)
    if (start_ != nullptr) munmap(start_, mapped_);
#endif
  }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  size_t size_;
  size_t mapped_ = 0;
  uint8_t* start_ = nullptr;
  uint8_t* data_ = nullptr;
  std::vector<uint8_t> plain_;
};

}  // namespace linnet::test

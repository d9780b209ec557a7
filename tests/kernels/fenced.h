#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#endif

// Memory between two pages that nobody may touch: a kernel that reads or writes before or behind it
// is stopped by the system, without a sanitizer. The bytes end where the second page begins, or
// (`front`) begin where the first one ends. Elsewhere than on Unix ordinary memory.

namespace linnet::test {

#if defined(__unix__) || defined(__APPLE__)

class FencedRoom {
 public:
  static constexpr size_t kBehind = 0;  // bytes behind the room that may be used all the same

  FencedRoom(size_t count, bool front) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t room = (count + page - 1) / page * page;
    size_ = room + 2 * page;
    map_ =
        static_cast<uint8_t*>(mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (room != 0) mprotect(map_ + page, room, PROT_READ | PROT_WRITE);
    data_ = map_ + page + (front ? 0 : room - count);
  }
  FencedRoom(const FencedRoom&) = delete;
  FencedRoom& operator=(const FencedRoom&) = delete;
  ~FencedRoom() { munmap(map_, size_); }
  uint8_t* data() const { return data_; }

 private:
  uint8_t* map_;
  uint8_t* data_;
  size_t size_;
};

#else

class FencedRoom {
 public:
  static constexpr size_t kBehind = 512;

  // Aligned as a page is, as far as a kernel can want it.
  FencedRoom(size_t count, bool)
      : data_(static_cast<uint8_t*>(::operator new(count + kBehind, kAlignment))) {}
  FencedRoom(const FencedRoom&) = delete;
  FencedRoom& operator=(const FencedRoom&) = delete;
  ~FencedRoom() { ::operator delete(data_, kAlignment); }
  uint8_t* data() const { return data_; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  uint8_t* data_;
};

#endif

// A copy of some bytes.
class Fenced {
 public:
  Fenced(const void* bytes, size_t count, bool front) : room_(count, front) {
    if (count != 0) memcpy(room_.data(), bytes, count);
  }
  const void* data() const { return room_.data(); }

 private:
  FencedRoom room_;
};

// The copies of a test's inputs, as long as it lives.
class Fences {
 public:
  explicit Fences(bool front = false) : front_(front) {}

  template <typename T>
  const T* copy(const T* values, size_t count) {
    copies_.push_back(std::make_unique<Fenced>(values, count * sizeof(T), front_));
    return static_cast<const T*>(copies_.back()->data());
  }
  template <typename T>
  const T* copy(const std::vector<T>& values) {
    return copy(values.data(), values.size());
  }

 private:
  bool front_;
  std::vector<std::unique_ptr<Fenced>> copies_;
};

}  // namespace linnet::test
